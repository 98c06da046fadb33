//! The policy's table: names, ports and addresses, allowed and not, mode by mode.

use super::*;
use proptest::prelude::*;
use std::net::{Ipv4Addr, Ipv6Addr};

fn at(text: &str) -> SocketAddr {
    SocketAddr::new(text.parse().unwrap(), 5432)
}

fn judge(policy: &Policy, text: &str) -> Result<(), AddressKind> {
    policy.check_address(at(text), None)
}

fn host(policy: &Policy, text: &str) -> bool {
    Host::parse(text).is_ok_and(|host| policy.allows_host(&host))
}

fn private() -> Policy {
    Policy::private(
        vec![".corp.example".into(), "db.partner.example".into()],
        vec![
            "10.20.0.0/16".parse().unwrap(),
            "fd12:3456::/32:5433".parse().unwrap(),
        ],
    )
}

/// Where no probe ever connects to.
const NOWHERE: [&str; 20] = [
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "::169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "2001:0:a9fe:a9fe::1",
    "168.63.129.16",
    "::ffff:168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "fd00:ec2::254",
    "fd20:ce::254",
    "fe80::1",
    "224.0.0.1",
    "255.255.255.255",
    "0.0.0.0",
    "::",
    "ff02::1",
    "192.88.99.1",
];

#[test]
fn a_pattern_opens_names_besides_the_endings() {
    let mut policy = Policy::private(vec![".db.example".into()], Vec::new());
    policy.patterns = vec![r"pg-\d+\.corp\.example".parse().unwrap()];
    for (name, open) in [
        ("a.db.example", true),
        ("pg-7.corp.example", true),
        ("pg-x.corp.example", false),
        ("pg-7.corp.example.evil.example", false),
    ] {
        let host = Host::parse(name).unwrap();
        assert_eq!(policy.allows_host(&host), open, "{name}");
    }
}

#[test]
fn a_local_probe_reaches_what_its_user_could() {
    let policy = Policy::local();
    for text in [
        "127.0.0.1",
        "::1",
        "10.0.0.1",
        "192.168.1.5",
        "172.17.0.2",
        "8.8.8.8",
        "fd12::1",
        "2603:1030::1",
    ] {
        assert_eq!(judge(&policy, text), Ok(()), "{text}");
    }
    assert!(host(&policy, "anything.example") && host(&policy, "127.0.0.1"));
    assert!(policy.allows_port(1) && policy.allows_port(65535));
}

#[test]
fn a_public_probe_reaches_public_servers_of_known_providers_only() {
    let policy = Policy::public();
    for text in ["8.8.8.8", "20.61.99.192", "2603:1030::1"] {
        assert_eq!(judge(&policy, text), Ok(()), "{text}");
    }
    for text in [
        "127.0.0.1",
        "10.0.0.1",
        "100.64.0.1",
        "::1",
        "fd12::1",
        "192.0.2.1",
    ] {
        assert!(judge(&policy, text).is_err(), "{text}");
    }
    for text in [
        "shop.postgres.database.azure.com",
        "SHOP.Postgres.Database.Azure.Com.",
        "shop.writer.postgres.database.azure.com",
        "shop.postgres.database.usgovcloudapi.net",
        "c-shop.abcdefghijklmn.postgres.cosmos.azure.com",
        "shop.abc.eu-west-1.rds.amazonaws.com",
        "ep-a.eu-central-1.aws.neon.tech",
    ] {
        assert!(host(&policy, text), "{text}");
    }
    for text in [
        "postgres.database.azure.com",
        "evilpostgres.database.azure.com",
        "shop.postgres.database.azure.com.evil.example",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "8.8.8.8",
        "example.com",
    ] {
        assert!(!host(&policy, text), "{text}");
    }
    assert!(policy.allows_port(5432) && policy.allows_port(6432));
    assert!(!policy.allows_port(22) && !policy.allows_port(5433));
}

#[test]
fn a_private_probe_reaches_the_networks_that_its_operator_lists() {
    let policy = private();
    assert_eq!(judge(&policy, "10.20.0.1"), Ok(()));
    assert_eq!(judge(&policy, "::ffff:10.20.255.255"), Ok(()));
    assert_eq!(judge(&policy, "10.21.0.0"), Err(K::Private));
    assert_eq!(judge(&policy, "8.8.8.8"), Err(K::Public));
    // That network is open on another port only.
    assert_eq!(judge(&policy, "fd12:3456::1"), Err(K::Private));
    let other = SocketAddr::new("fd12:3456::1".parse().unwrap(), 5433);
    assert_eq!(policy.check_address(other, None), Ok(()));
    let elsewhere = SocketAddr::new("10.20.0.1".parse().unwrap(), 5433);
    assert_eq!(policy.check_address(elsewhere, None), Err(K::Private));
    assert!(policy.allows_port(5433) && !policy.allows_port(5434));

    assert!(host(&policy, "a.corp.example") && host(&policy, "DB.partner.example."));
    assert!(!host(&policy, "a.db.partner.example") && !host(&policy, "corp.example"));
    assert!(!host(&policy, "10.20.0.1"), "addresses are no names");
}

#[test]
fn no_list_opens_the_addresses_of_the_cloud_s_own_services() {
    let mut wide = private();
    wide.networks = vec!["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()];
    wide.kinds = vec![K::Public, K::Private, K::Loopback, K::Reserved];
    for policy in [&Policy::local(), &Policy::public(), &private(), &wide] {
        for text in NOWHERE {
            assert!(judge(policy, text).is_err(), "{text} {:?}", policy.mode);
        }
    }
    assert_eq!(judge(&wide, "198.18.0.1"), Ok(()), "a laboratory's network");
}

#[test]
fn what_the_operator_closes_stays_closed() {
    let mut policy = private();
    policy.closed = vec!["10.20.7.0/24".parse().unwrap()];
    assert_eq!(judge(&policy, "10.20.7.1"), Err(K::Closed));
    assert_eq!(judge(&policy, "::ffff:10.20.7.1"), Err(K::Closed));
    assert_eq!(judge(&policy, "10.20.8.1"), Ok(()));
}

#[test]
fn the_probe_s_own_computer_is_recognised_by_the_address_it_would_connect_from() {
    let policy = private();
    let own = Some("10.20.0.9".parse().unwrap());
    assert_eq!(policy.check_address(at("10.20.0.9"), own), Err(K::Own));
    let mapped = at("::ffff:10.20.0.9");
    assert_eq!(policy.check_address(mapped, own), Err(K::Own));
    assert_eq!(policy.check_address(at("10.20.0.10"), own), Ok(()));
    let local = Policy::local().check_address(at("127.0.0.1"), Some("127.0.0.1".parse().unwrap()));
    assert_eq!(local, Ok(()));
}

#[test]
fn behind_nat64_the_address_inside_is_judged() {
    let mut policy = Policy::public();
    assert_eq!(judge(&policy, "64:ff9b::808:808"), Err(K::Embedded));
    policy.nat64 = vec!["64:ff9b::/96".parse().unwrap()];
    assert_eq!(judge(&policy, "64:ff9b::808:808"), Ok(()));
    assert_eq!(judge(&policy, "64:ff9b::a9fe:a9fe"), Err(K::LinkLocal));
    assert_eq!(judge(&policy, "64:ff9b::a00:1"), Err(K::Private));
    assert_eq!(judge(&policy, "64:ff9b::a83f:8110"), Err(K::Platform));
    assert_eq!(judge(&policy, "64:ff9b:1::808:808"), Err(K::Embedded));
    policy.closed = vec!["8.8.8.0/24".parse().unwrap()];
    assert_eq!(judge(&policy, "64:ff9b::808:808"), Err(K::Closed));
}

#[test]
fn odd_spellings_of_addresses_and_names_never_get_as_far_as_dns() {
    for text in [
        "2130706433",
        "0177.0.0.1",
        "0x7f.1",
        "0x7f000001",
        "0X7F000001",
        "0x",
        "127.1",
        "127.0.0.1.",
        "127.0.0.01",
        "1.2.3.4.5",
        "256.1.1.1",
        "a.0x7f",
        "a.1",
        "::1%lo",
        "fe80::1%25eth0",
        "[::1",
        "[127.0.0.1]",
        "::ffff:127.0.0.1.",
        "127。0。0。1",
        "１２７.0.0.1",
        "localhost..",
        ".localhost",
        "a..b",
        "a b",
        "a\tb",
        "a\0b",
        "a%2eb",
        "u@h",
        "h:5432",
        "h/d",
        "h?x",
        "h#x",
        "h\\x",
    ] {
        assert!(Host::parse(text).is_err(), "{text:?}");
    }
    // These are addresses, whatever they look like, and are judged as such.
    for (text, ip) in [
        ("[::ffff:a9fe:a9fe]", "169.254.169.254"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("0:0:0:0:0:0:0:1", "::1"),
    ] {
        assert_eq!(Host::parse(text), Ok(Host::Ip(ip.parse().unwrap())));
        assert!(!host(&Policy::public(), text));
    }
}

#[test]
fn suffixes_are_read_as_people_write_them() {
    for (text, suffix) in [
        (".Corp.Example", ".corp.example"),
        ("*.corp.example.", ".corp.example"),
        ("db.corp.example", "db.corp.example"),
        (".internal", ".internal"),
    ] {
        assert_eq!(Policy::suffix(text).as_deref(), Ok(suffix));
    }
    for text in [
        "",
        ".",
        "*",
        "*corp.example",
        "10.0.0.1",
        ".*.example",
        "a b",
    ] {
        assert!(Policy::suffix(text).is_err(), "{text}");
    }
}

#[test]
fn a_probe_that_reaches_inside_says_so() {
    assert!(Policy::local().reaches_inside() && private().reaches_inside());
    assert!(!Policy::public().reaches_inside());
}

/// What std knows about an address, and by hand what it does not: another way to the same answer.
fn is_public_by_std(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || a == 100 && (64..128).contains(&b)
        || a == 198 && (18..20).contains(&b)
        || matches!(
            (a, b, c),
            (192, 0, 0) | (192, 31, 196) | (192, 52, 193) | (192, 88, 99) | (192, 175, 48)
        )
        || ip == Ipv4Addr::new(168, 63, 129, 16))
}

fn is_public_v6_by_std(ip: Ipv6Addr) -> bool {
    let [a, b, c, ..] = ip.segments();
    (0x2000..0x4000).contains(&a)
        && !(a == 0x2001 && (b < 0x200 || b == 0xdb8)
            || a == 0x2002
            || a == 0x3fff && b < 0x1000
            || (a, b, c) == (0x2620, 0x4f, 0x8000))
}

/// Random addresses rarely lie in a small network, so most of these lie near the edge of one.
fn v4() -> impl Strategy<Value = Ipv4Addr> {
    let edges = prop::sample::select(vec![
        0x0a00_0000u32,
        0x6440_0000,
        0x7f00_0000,
        0xa83f_8110,
        0xa9fe_0000,
        0xac10_0000,
        0xac20_0000,
        0xc000_0000,
        0xc000_0200,
        0xc01f_c400,
        0xc034_c100,
        0xc058_6300,
        0xc0a8_0000,
        0xc0af_3000,
        0xc612_0000,
        0xc633_6400,
        0xcb00_7100,
        0xe000_0000,
        0xf000_0000,
    ]);
    prop_oneof![
        any::<u32>().prop_map(Ipv4Addr::from_bits),
        (edges, -300i32..300)
            .prop_map(|(edge, step)| Ipv4Addr::from_bits(edge.wrapping_add_signed(step))),
    ]
}

fn v6() -> impl Strategy<Value = Ipv6Addr> {
    let edges = prop::sample::select(vec![
        0x2000u16, 0x2001, 0x2002, 0x2003, 0x2620, 0x3fff, 0x4000, 0xfc00, 0xfe80, 0,
    ]);
    let second = prop::sample::select(vec![0u16, 0x4f, 0x1ff, 0x200, 0xdb7, 0xdb8, 0xfff, 0x1000]);
    let third = prop::sample::select(vec![0u16, 0x7fff, 0x8000, 0x8001]);
    prop_oneof![
        any::<u128>().prop_map(Ipv6Addr::from_bits),
        (edges, second, third, any::<u16>())
            .prop_map(|(a, b, c, last)| Ipv6Addr::new(a, b, c, 0, 0, 0, 0, last)),
    ]
}

proptest! {
    #[test]
    fn a_public_probe_connects_to_public_addresses_and_to_no_other(ip in v4()) {
        let policy = Policy::public();
        prop_assert_eq!(judge(&policy, &ip.to_string()).is_ok(), is_public_by_std(ip), "{}", ip);
        let mapped = ip.to_ipv6_mapped().to_string();
        prop_assert_eq!(judge(&policy, &mapped).is_ok(), is_public_by_std(ip), "{}", mapped);
    }

    #[test]
    fn the_same_over_ipv6(ip in v6()) {
        prop_assume!(ip.to_ipv4_mapped().is_none());
        prop_assert_eq!(judge(&Policy::public(), &ip.to_string()).is_ok(), is_public_v6_by_std(ip), "{}", ip);
    }

    #[test]
    fn a_host_that_the_public_list_takes_is_a_name_below_one_of_its_endings(text in "[a-zA-Z0-9.\\-_:\\[\\]%/@]{0,24}(\\.postgres\\.database\\.azure\\.com)?[.]{0,2}") {
        let policy = Policy::public();
        if let Ok(parsed) = Host::parse(&text)
            && policy.allows_host(&parsed)
        {
            let name = parsed.to_string();
            prop_assert!(name.parse::<IpAddr>().is_err() && !name.ends_with('.') && name == name.to_lowercase());
            prop_assert!(policy.suffixes.unwrap().iter().any(|s| name.ends_with(s.as_str())));
        }
    }
}
