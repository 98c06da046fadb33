//! What the probe says about names, with a DNS server that lies on request. The names end in
//! `.example`: those in `.invalid` are answered by the resolver itself and never asked for.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod support;

use connlint_probe::{AddressKind, Policy, ProbeConfig, StageBudgets, SystemDns};
use connlint_probe_api::{Access, Outcome, SslMode, Stage, State};
use connlint_testkit::{FakeDns, FakeServer, Reply, free_port};
use std::net::IpAddr;
use std::sync::Arc;
use support::{Seen, config, probe, request};

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// With the time for DNS that a probe has: an answer may take several questions, on a computer that may be busy.
fn with_dns(dns: &FakeDns) -> ProbeConfig {
    let mut config = config();
    config.dns = Arc::new(SystemDns::with_servers(vec![dns.addr()]));
    config.budgets.dns = StageBudgets::default().dns;
    config
}

async fn ask(reply: Reply) -> Seen {
    let dns = FakeDns::start([("db.corp.example", reply)]).unwrap();
    probe(
        with_dns(&dns),
        request("db.corp.example", free_port().unwrap(), SslMode::Prefer),
    )
    .await
}

#[tokio::test]
async fn each_failure_of_dns_has_its_own_name() {
    for (reply, code, category, persistence) in [
        (
            Reply::NoSuchName,
            "dns.nxdomain",
            "dns-not-found",
            "persistent",
        ),
        (Reply::NoData, "dns.nodata", "dns-not-found", "persistent"),
        (
            Reply::ServFail,
            "dns.servfail",
            "dns-temporary",
            "transient",
        ),
        (Reply::Refused, "dns.refused", "dns-temporary", "depends"),
        (Reply::Silence, "dns.timeout", "dns-temporary", "transient"),
        (
            Reply::Alias("gone.corp.example".into()),
            "dns.cname_dangling",
            "dns-not-found",
            "persistent",
        ),
        (
            Reply::Alias("db.privatelink.postgres.database.azure.com".into()),
            "dns.privatelink_unresolved",
            "dns-not-found",
            "persistent",
        ),
        (
            Reply::Alias("db.corp.example".into()),
            "dns.cname_loop",
            "dns-not-found",
            "persistent",
        ),
    ] {
        let seen = ask(reply).await;
        assert_eq!(seen.code(Stage::Dns), code);
        assert_eq!(seen.failure(), (category, persistence));
        assert_eq!(seen.verdict.outcome, Outcome::DnsProblem);
        assert!(seen.try_end(Stage::Tcp).is_none());
    }
}

#[tokio::test]
async fn aliases_are_shown_to_their_end() {
    let dns = FakeDns::start([
        (
            "db.corp.example",
            Reply::Alias("db.rs-abc.corp.example".into()),
        ),
        (
            "db.rs-abc.corp.example",
            Reply::Addresses(vec![ip("127.0.0.1")]),
        ),
    ])
    .unwrap();
    let seen = probe(
        with_dns(&dns),
        request("DB.corp.example.", free_port().unwrap(), SslMode::Prefer),
    )
    .await;
    let detail = seen.detail(Stage::Dns);
    assert_eq!(detail.chain, ["db.corp.example", "db.rs-abc.corp.example"]);
    assert_eq!(detail.addresses, ["127.0.0.1"]);
}

#[tokio::test]
async fn where_aliases_lead_is_shown_when_they_lead_nowhere_too() {
    for (end, code) in [
        (Reply::NoSuchName, "dns.cname_dangling"),
        (Reply::NoData, "dns.nodata"),
        (Reply::ServFail, "dns.servfail"),
        (Reply::Alias("b.corp.example".into()), "dns.cname_loop"),
    ] {
        let looping = code == "dns.cname_loop";
        let dns = FakeDns::start([
            ("db.corp.example", Reply::Alias("a.corp.example".into())),
            ("a.corp.example", Reply::Alias("b.corp.example".into())),
            ("b.corp.example", end),
        ])
        .unwrap();
        let asked = request("db.corp.example", free_port().unwrap(), SslMode::Prefer);
        let seen = probe(with_dns(&dns), asked).await;
        assert_eq!(seen.code(Stage::Dns), code);
        let chain = &seen.detail(Stage::Dns).chain;
        assert_eq!(
            chain[..3],
            ["db.corp.example", "a.corp.example", "b.corp.example"]
        );
        assert_eq!(chain.len(), if looping { 4 } else { 3 }, "{chain:?}");
    }
}

#[tokio::test]
async fn one_family_s_trouble_does_not_hide_the_other_s_addresses() {
    let v4 = || Reply::Addresses(vec![ip("127.0.0.1")]);
    for (other, code) in [
        (Reply::NoData, "dns.ok"),
        (Reply::ServFail, "dns.one_family"),
        (Reply::Refused, "dns.one_family"),
        (Reply::NoSuchName, "dns.one_family"),
        (Reply::Silence, "dns.one_family"),
    ] {
        let seen = ask(Reply::ByFamily(Box::new(v4()), Box::new(other))).await;
        assert_eq!(seen.code(Stage::Dns), code);
        assert_eq!(seen.detail(Stage::Dns).addresses, ["127.0.0.1"]);
        assert_eq!(seen.verdict.code, "tcp.refused");
        if code == "dns.one_family" {
            assert_eq!(seen.end(Stage::Dns).state, State::Warn);
            let text = seen.detail(Stage::Dns).text.as_deref().unwrap();
            assert!(text.contains("IPv6"), "{text}");
        }
    }
}

/// A probe that looks up names and connects to nothing.
fn names_only(dns: &FakeDns) -> ProbeConfig {
    let mut config = with_dns(dns);
    config.policy.kinds = Vec::new();
    config
}

#[tokio::test]
async fn azure_s_products_are_recognised_by_names_and_addresses() {
    use Access::{Gateway, PrivateEndpoint, Public, Vnet};
    const SHOP: &str = "shop.postgres.database.azure.com";
    for (alias, address, product, access) in [
        (
            Some("shop.rs-a1b2c3d4e5f6.postgres.database.azure.com"),
            "20.50.60.70",
            "azure-flexible",
            Public,
        ),
        (
            Some("shop.privatelink.postgres.database.azure.com"),
            "10.1.2.3",
            "azure-flexible",
            PrivateEndpoint,
        ),
        (
            Some("shop.private.postgres.database.azure.com"),
            "10.1.2.3",
            "azure-flexible",
            Vnet,
        ),
        (None, "13.69.105.208", "azure-single", Gateway),
    ] {
        let found = Reply::Addresses(vec![ip(address)]);
        let zone = match alias {
            Some(alias) => vec![(SHOP, Reply::Alias(alias.into())), (alias, found)],
            None => vec![(SHOP, found)],
        };
        let dns = FakeDns::start(zone).unwrap();
        let seen = probe(names_only(&dns), request(SHOP, 5432, SslMode::Prefer)).await;
        let detail = seen.detail(Stage::Dns);
        assert_eq!(detail.product.as_deref(), Some(product), "{alias:?}");
        assert_eq!(detail.access, Some(access), "{alias:?}");
        assert!(seen.try_end(Stage::Tcp).is_none());
    }
}

#[tokio::test]
async fn a_private_endpoint_that_is_not_known_here_is_looked_for_inside_its_network() {
    let link = "shop.privatelink.postgres.database.azure.com";
    for end in [Reply::NoSuchName, Reply::NoData] {
        let dns = FakeDns::start([
            (
                "shop.postgres.database.azure.com",
                Reply::Alias(link.into()),
            ),
            (link, end),
        ])
        .unwrap();
        let asked = request("shop.postgres.database.azure.com", 5432, SslMode::Prefer);
        let seen = probe(with_dns(&dns), asked).await;
        assert_eq!(seen.verdict.code, "dns.privatelink_unresolved");
        let detail = seen.detail(Stage::Dns);
        assert_eq!(detail.access, Some(Access::PrivateEndpoint));
        assert_eq!(detail.chain.last().map(String::as_str), Some(link));
        let next = &seen.verdict.next;
        assert!(
            next[0].contains(link) && next[0].contains("inside"),
            "{next:?}"
        );
        assert!(
            next.iter().all(|step| !step.contains("firewall-rule")),
            "{next:?}"
        );
    }
}

#[tokio::test]
async fn every_address_has_its_own_row_and_libpqs_choice_decides() {
    let server = FakeServer::start(|session| {
        session.read_startup()?;
        session.send(&connlint_testkit::wire::auth(3, b""))?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap();
    // 127.0.0.2 is loopback as well, and nothing listens on it.
    let dns = FakeDns::start([(
        "db.corp.example",
        Reply::Addresses(vec![ip("127.0.0.2"), ip("127.0.0.1")]),
    )])
    .unwrap();
    let seen = probe(
        with_dns(&dns),
        request("db.corp.example", server.port(), SslMode::Disable),
    )
    .await;
    let rows: Vec<_> = seen
        .verdict
        .rows
        .iter()
        .map(|r| (r.address.clone().unwrap(), r.outcome))
        .collect();
    assert_eq!(
        rows,
        [
            (format!("127.0.0.2:{}", server.port()), Outcome::Unreachable),
            (
                format!("127.0.0.1:{}", server.port()),
                Outcome::ReachableReady
            ),
        ]
    );
    assert_eq!(seen.verdict.outcome, Outcome::ReachableReady);
    assert_eq!(
        seen.verdict.address,
        Some(format!("127.0.0.1:{}", server.port()))
    );
    let first: Vec<_> = seen
        .events
        .iter()
        .filter(|e| e.detail.tried_first == Some(true))
        .map(|e| e.address.clone().unwrap())
        .collect();
    assert_eq!(first, [format!("127.0.0.2:{}", server.port())]);
}

#[tokio::test]
async fn both_families_have_rows_and_an_address_that_comes_twice_has_one() {
    let all = ["127.0.0.1", "::1", "127.0.0.1", "::ffff:127.0.0.1"].map(ip);
    let seen = ask(Reply::Addresses(all.to_vec())).await;
    let families: Vec<_> = seen
        .events
        .iter()
        .filter(|e| e.stage == Stage::Address)
        .filter_map(|e| e.detail.family.as_deref())
        .collect();
    assert_eq!(families.len(), 2);
    assert!(families.contains(&"ipv4") && families.contains(&"ipv6"));
}

#[tokio::test]
async fn more_addresses_than_are_looked_at_are_named_and_left_out() {
    let all = (1..=20).map(|n| ip(&format!("127.0.1.{n}"))).collect();
    let seen = ask(Reply::Addresses(all)).await;
    assert_eq!(seen.detail(Stage::Dns).addresses.len(), 20);
    assert_eq!(
        seen.events
            .iter()
            .filter(|e| e.stage == Stage::Tcp && e.state == State::Start)
            .count(),
        2
    );
    assert_eq!(
        seen.events
            .iter()
            .filter(|e| e.code.as_deref() == Some("address.skipped"))
            .count(),
        18
    );
    let all = (1..=25).map(|n| ip(&format!("127.0.1.{n}"))).collect();
    let seen = ask(Reply::Addresses(all)).await;
    let last = seen
        .events
        .iter()
        .rfind(|e| e.code.as_deref() == Some("address.skipped"))
        .unwrap();
    assert_eq!(last.address, None);
    assert!(last.detail.text.as_deref().unwrap().contains("5 more"));
}

#[tokio::test]
async fn metadata_addresses_are_not_connected_to() {
    for (address, kind) in [
        ("169.254.169.254", "link-local"),
        ("168.63.129.16", "cloud-platform"),
        ("224.0.0.1", "multicast"),
        ("0.0.0.0", "unspecified"),
        ("fe80::1", "link-local"),
        ("::ffff:169.254.169.254", "link-local"),
        ("64:ff9b::a9fe:a9fe", "embedded-ipv4"),
    ] {
        let seen = ask(Reply::Addresses(vec![ip(address)])).await;
        assert_eq!(seen.code(Stage::Address), "policy.address_denied");
        assert_eq!(seen.detail(Stage::Address).kind.as_deref(), Some(kind));
        assert_eq!(seen.verdict.outcome, Outcome::DeniedByPolicy);
        assert!(seen.try_end(Stage::Tcp).is_none());
    }
}

#[tokio::test]
async fn a_forbidden_address_spoils_the_others_where_the_policy_says_so() {
    let both = || Reply::Addresses(vec![ip("127.0.0.1"), ip("169.254.169.254")]);
    let seen = ask(both()).await;
    assert_eq!(
        seen.verdict.code, "tcp.refused",
        "in local mode the other address is tried"
    );

    let dns = FakeDns::start([("db.corp.example", both())]).unwrap();
    let mut config = with_dns(&dns);
    config.policy.all_or_nothing = true;
    let seen = probe(
        config,
        request("db.corp.example", free_port().unwrap(), SslMode::Prefer),
    )
    .await;
    assert_eq!(seen.verdict.outcome, Outcome::DeniedByPolicy);
    assert!(seen.try_end(Stage::Tcp).is_none());
}

#[tokio::test]
async fn strangers_learn_the_kind_of_a_forbidden_address_and_not_the_address() {
    let dns = FakeDns::start([(
        "shop.postgres.database.azure.com",
        Reply::Addresses(
            ["20.50.60.70", "10.1.2.3", "10.1.2.4", "127.0.0.1"]
                .map(ip)
                .to_vec(),
        ),
    )])
    .unwrap();
    let config = ProbeConfig {
        policy: Policy::public(),
        ..with_dns(&dns)
    };
    let asked = request("shop.postgres.database.azure.com", 5432, SslMode::Require);
    let seen = probe(config, asked).await;
    assert_eq!(seen.verdict.outcome, Outcome::DeniedByPolicy);
    assert!(seen.try_end(Stage::Tcp).is_none());
    let mut kinds: Vec<_> = seen
        .events
        .iter()
        .filter_map(|e| e.detail.kind.as_deref())
        .collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["loopback", "private"]);
    let told = format!("{:?} {:?}", seen.events, seen.verdict);
    for secret in ["10.1.2.3", "10.1.2.4", "127.0.0.1", "20.50.60.70"] {
        assert!(!told.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_forbidden_address_behind_many_others_is_found_too() {
    let many = (1..=30).map(|n| ip(&format!("20.50.60.{n}")));
    let all = many.chain([ip("169.254.169.254")]).collect();
    let dns = FakeDns::start([("a.sql.goog", Reply::Addresses(all))]).unwrap();
    let config = ProbeConfig {
        policy: Policy::public(),
        ..with_dns(&dns)
    };
    let asked = request("a.sql.goog", 5432, SslMode::Require);
    let seen = probe(config, asked).await;
    assert_eq!(seen.verdict.code, "policy.address_denied");
    assert_eq!(
        seen.detail(Stage::Address).kind.as_deref(),
        Some("link-local")
    );
}

#[tokio::test]
async fn who_asks_from_outside_is_told_to_look_from_inside() {
    let dns = FakeDns::start([(
        "shop.postgres.database.azure.com",
        Reply::Addresses(vec![ip("10.1.2.3")]),
    )])
    .unwrap();
    let config = ProbeConfig {
        policy: Policy::public(),
        ..with_dns(&dns)
    };
    let asked = request("shop.postgres.database.azure.com", 5432, SslMode::Require);
    let seen = probe(config, asked).await;
    assert!(seen.verdict.summary.contains("private network"));
    assert!(
        seen.verdict.next[0].contains("inside that network"),
        "{:?}",
        seen.verdict.next
    );
}

#[tokio::test]
async fn a_private_probe_does_not_connect_to_its_own_computer() {
    let dns =
        FakeDns::start([("db.corp.example", Reply::Addresses(vec![ip("127.0.0.1")]))]).unwrap();
    let config = ProbeConfig {
        policy: Policy::private(
            vec![".corp.example".into()],
            vec!["127.0.0.0/8".parse().unwrap()],
        ),
        ..with_dns(&dns)
    };
    let seen = probe(config, request("db.corp.example", 5432, SslMode::Require)).await;
    assert_eq!(seen.code(Stage::Address), "policy.address_denied");
    assert_eq!(
        seen.detail(Stage::Address).kind.as_deref(),
        Some("own-address")
    );
}

#[tokio::test]
async fn a_name_that_changes_its_address_is_dialled_where_it_was_checked() {
    let server = FakeServer::start(|session| {
        session.read_to_end()?;
        Ok(())
    })
    .unwrap();
    let turns = vec![
        Reply::Addresses(vec![ip("127.0.0.2")]),
        Reply::Addresses(vec![ip("127.0.0.1")]),
    ];
    let dns = FakeDns::start([("db.corp.example", Reply::Turns(turns))]).unwrap();
    let seen = probe(
        with_dns(&dns),
        request("db.corp.example", server.port(), SslMode::Disable),
    )
    .await;
    assert_eq!(seen.code(Stage::Tcp), "tcp.refused");
    assert_eq!(server.connections(), 0);
    assert_eq!(dns.queries(), 2, "one question a family, no second look");
}

#[tokio::test]
async fn policies_with_lists_say_what_they_refuse_before_any_question() {
    let dns = FakeDns::start([("db.corp.example", Reply::NoSuchName)]).unwrap();
    let mut config = with_dns(&dns);
    config.policy.suffixes = Some(vec![".postgres.corp.example".into()]);
    config.policy.ports = Some(vec![5432]);
    config.policy.kinds = vec![AddressKind::Public];
    let seen = probe(
        config.clone(),
        request("db.corp.example", 5432, SslMode::Prefer),
    )
    .await;
    assert_eq!(seen.verdict.code, "policy.host_not_allowed");
    let seen = probe(
        config,
        request("a.postgres.corp.example", 22, SslMode::Prefer),
    )
    .await;
    assert_eq!(seen.verdict.code, "policy.port_not_allowed");
    assert_eq!(dns.queries(), 0);
}

#[tokio::test]
async fn localhost_needs_no_dns_server() {
    let local = ProbeConfig {
        dns: Arc::new(SystemDns::local()),
        ..config()
    };
    let seen = probe(
        local,
        request("localhost", free_port().unwrap(), SslMode::Prefer),
    )
    .await;
    assert_eq!(seen.code(Stage::Dns), "dns.ok");
    assert!(
        seen.detail(Stage::Dns)
            .addresses
            .contains(&"127.0.0.1".to_owned())
    );
    assert_eq!(seen.verdict.category.as_deref(), Some("tcp-refused"));
}

#[tokio::test]
async fn several_hosts_are_several_rows() {
    let mut several = request("127.0.0.1", free_port().unwrap(), SslMode::Prefer);
    several.hosts.push(several.hosts[0].clone());
    let seen = probe(config(), several).await;
    let rows: Vec<_> = seen
        .verdict
        .rows
        .iter()
        .filter_map(|r| r.address.clone())
        .collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1], format!("{}#2", rows[0]));
}

#[tokio::test]
async fn hosts_of_azure_get_the_advice_for_azure() {
    let host = "shop.postgres.database.azure.com";
    let dns = FakeDns::start([(host, Reply::NoSuchName)]).unwrap();
    let seen = probe(with_dns(&dns), request(host, 5432, SslMode::Prefer)).await;
    assert_eq!(seen.verdict.code, "dns.nxdomain");
    assert!(
        seen.verdict
            .next
            .iter()
            .any(|step| step.contains("az postgres flexible-server")),
        "{:?}",
        seen.verdict.next
    );
    let plain = ask(Reply::NoSuchName).await;
    assert!(plain.verdict.next.iter().all(|step| !step.contains("az ")));
}
