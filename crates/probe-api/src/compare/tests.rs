//! Two or three places, what each saw, and what that means.

use super::*;
use crate::{Row, Stage};
use FindingKind as K;

/// What a place saw, in short.
#[derive(Clone, Copy)]
enum Saw {
    /// Through, at this address.
    Ready(&'static str),
    /// Turned away; the server names the address that it saw, or does not.
    Hba(Option<&'static str>),
    Timeout(&'static str),
    Refused,
    NoName,
    NoNameNow,
    NoIpv6,
    Starting,
    Silence,
    Untrusted,
    Ssh,
    Forbidden,
}

const PUBLIC: &str = "198.51.100.7:5432";
const PRIVATE: &str = "10.0.0.4:5432";

fn verdict(saw: Saw) -> Verdict {
    let (outcome, code, category, persistence, address) = match saw {
        Saw::Ready(at) => (Outcome::ReachableReady, "pg.auth_sasl", "", "", Some(at)),
        Saw::Hba(_) => (
            Outcome::ReachableRejecting,
            "pg.error:28000",
            "server-firewall",
            "persistent",
            Some(PUBLIC),
        ),
        Saw::Timeout(at) => (
            Outcome::Unreachable,
            "tcp.timeout",
            "tcp-timeout",
            "depends",
            Some(at),
        ),
        Saw::Refused => (
            Outcome::Unreachable,
            "tcp.refused",
            "tcp-refused",
            "depends",
            Some(PUBLIC),
        ),
        Saw::NoName => (
            Outcome::DnsProblem,
            "dns.nxdomain",
            "dns-not-found",
            "persistent",
            None,
        ),
        Saw::NoNameNow => (
            Outcome::DnsProblem,
            "dns.servfail",
            "dns-temporary",
            "transient",
            None,
        ),
        Saw::NoIpv6 => (
            Outcome::Unreachable,
            "tcp.net_unreachable",
            "server-unreachable",
            "depends",
            Some("[2001:db8::1]:5432"),
        ),
        Saw::Starting => (
            Outcome::ReachableRejecting,
            "pg.error:57P03",
            "server-starting-or-stopping",
            "transient",
            Some(PUBLIC),
        ),
        Saw::Silence => (
            Outcome::Unreachable,
            "ssl.timeout",
            "server-unreachable",
            "depends",
            Some(PUBLIC),
        ),
        Saw::Untrusted => (
            Outcome::TlsProblem,
            "tls.cert_untrusted",
            "tls-cert-untrusted",
            "persistent",
            Some(PUBLIC),
        ),
        Saw::Ssh => (
            Outcome::NotPostgres,
            "ssl.not_postgres",
            "not-postgres",
            "persistent",
            Some(PUBLIC),
        ),
        Saw::Forbidden => (
            Outcome::DeniedByPolicy,
            "policy.host_not_allowed",
            "",
            "",
            None,
        ),
    };
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let address = address.map(str::to_owned);
    Verdict {
        outcome,
        reachable: outcome == Outcome::ReachableReady,
        code: code.to_owned(),
        stage: Stage::Startup,
        address: address.clone(),
        category: given(category),
        persistence: given(persistence),
        summary: "The summary.".to_owned(),
        next: vec!["The step.".to_owned()],
        not_checked: Vec::new(),
        client_ip: match saw {
            Saw::Hba(ip) => ip.map(str::to_owned),
            _ => None,
        },
        modes: Vec::new(),
        watch: None,
        rows: vec![Row {
            address,
            host: "db.example.invalid".to_owned(),
            outcome,
            stage: Stage::Startup,
            code: code.to_owned(),
            category: given(category),
            persistence: given(persistence),
        }],
        total_us: 1,
    }
}

/// A, B and C, with egress 203.0.113.1, .2 and .3.
fn compared(saw: &[Saw]) -> Comparison {
    let seen: Vec<(Vantage, Verdict)> = saw
        .iter()
        .zip(["A", "B", "C"])
        .enumerate()
        .map(|(index, (saw, name))| {
            let vantage = Vantage {
                name: name.to_owned(),
                egress: vec![format!("203.0.113.{}", index + 1)],
                ..Vantage::default()
            };
            (vantage, verdict(*saw))
        })
        .collect();
    let looks: Vec<Look<'_>> = seen
        .iter()
        .map(|(vantage, verdict)| Look { vantage, verdict })
        .collect();
    compare(&looks)
}

fn kinds(comparison: &Comparison) -> Vec<FindingKind> {
    comparison.findings.iter().map(|f| f.kind).collect()
}

#[test]
fn what_two_places_see_has_a_meaning() {
    let ready = Saw::Ready(PUBLIC);
    let inside = Saw::Ready(PRIVATE);
    for (a, b, kind, certainty, says) in [
        (
            ready,
            ready,
            K::ReadyEverywhere,
            Sure::Certain,
            "from A and B",
        ),
        (
            ready,
            Saw::Hba(None),
            K::FirewallRule,
            Sure::Certain,
            "no entry for 203.0.113.2 (B)",
        ),
        (
            ready,
            Saw::Hba(Some("192.0.2.9")),
            K::FirewallRule,
            Sure::Certain,
            "no entry for 192.0.2.9 (B)",
        ),
        (
            Saw::Hba(None),
            Saw::Hba(None),
            K::FirewallEverywhere,
            Sure::Certain,
            "203.0.113.1 (A) and 203.0.113.2 (B)",
        ),
        (
            ready,
            Saw::Timeout(PUBLIC),
            K::PathBlocked,
            Sure::Likely,
            "nothing comes back to B",
        ),
        (
            inside,
            Saw::Timeout(PUBLIC),
            K::PathBlocked,
            Sure::Likely,
            "public access is off",
        ),
        (
            inside,
            Saw::Timeout(PRIVATE),
            K::NoWayToPrivateAddress,
            Sure::Likely,
            "no way from there",
        ),
        (
            Saw::Timeout(PUBLIC),
            Saw::Timeout(PUBLIC),
            K::BlockedEverywhere,
            Sure::Depends,
            "neither from A nor from B",
        ),
        (
            Saw::Timeout(PRIVATE),
            Saw::Timeout(PRIVATE),
            K::BlockedEverywhere,
            Sure::Depends,
            "private address",
        ),
        (
            inside,
            Saw::NoName,
            K::PrivateDns,
            Sure::Likely,
            "private DNS zone",
        ),
        (
            ready,
            Saw::NoName,
            K::NameNotFoundThere,
            Sure::Likely,
            "from B it does not exist",
        ),
        (
            Saw::NoName,
            Saw::NoName,
            K::NameNotFoundAnywhere,
            Sure::Likely,
            "misspelt or gone",
        ),
        (
            ready,
            Saw::NoNameNow,
            K::AtThePlace,
            Sure::Likely,
            "used at B fails",
        ),
        (
            ready,
            Saw::NoIpv6,
            K::AtThePlace,
            Sure::Certain,
            "B has no way out",
        ),
        (
            ready,
            Saw::Refused,
            K::RefusedThere,
            Sure::Depends,
            "B is refused",
        ),
        (
            Saw::Refused,
            Saw::Refused,
            K::RefusedEverywhere,
            Sure::Likely,
            "nothing listens",
        ),
        (
            ready,
            Saw::Starting,
            K::Momentary,
            Sure::Depends,
            "not of the very same moment",
        ),
        (
            Saw::Starting,
            Saw::Starting,
            K::SameEverywhere,
            Sure::Likely,
            "the server's own",
        ),
        (
            ready,
            Saw::Untrusted,
            K::TlsDiffers,
            Sure::Depends,
            "at B TLS is in the way",
        ),
        (
            ready,
            Saw::Ssh,
            K::SomethingElseAnswers,
            Sure::Likely,
            "to B something else answers",
        ),
        (
            ready,
            Saw::Silence,
            K::Unclear,
            Sure::Depends,
            "at B the connection is made",
        ),
        (
            Saw::NoName,
            Saw::NoNameNow,
            K::Unclear,
            Sure::Depends,
            "for different reasons",
        ),
    ] {
        let finding = &compared(&[a, b]).findings[0];
        assert_eq!(
            (finding.kind, finding.certainty),
            (kind, certainty),
            "{finding:?}"
        );
        assert!(finding.text.contains(says), "{says:?} in {finding:?}");
        // Which one was asked first makes no difference but to the names.
        let finding = &compared(&[b, a]).findings[0];
        assert_eq!(
            (finding.kind, finding.certainty),
            (kind, certainty),
            "{finding:?}"
        );
    }
}

#[test]
fn two_answers_to_one_address_are_not_called_a_missing_rule() {
    let comparison = compared(&[Saw::Ready(PUBLIC), Saw::Hba(Some("203.0.113.1"))]);
    assert_eq!(kinds(&comparison), [K::Unclear]);
    assert!(
        comparison.findings[0]
            .text
            .contains("come from the same address")
    );
}

#[test]
fn a_finding_names_the_looks_that_it_is_about_and_what_to_do() {
    let comparison = compared(&[Saw::Ready(PUBLIC), Saw::Ready(PUBLIC), Saw::Hba(None)]);
    let finding = &comparison.findings[0];
    assert_eq!(finding.about, [2]);
    assert!(
        finding
            .text
            .starts_with("The server can be reached from A and B, and it turns C away")
    );
    assert!(finding.next[0].contains("203.0.113.3"));
}

#[test]
fn several_differences_give_several_findings_the_surest_first() {
    let comparison = compared(&[Saw::Timeout(PUBLIC), Saw::Ready(PUBLIC), Saw::Hba(None)]);
    assert_eq!(kinds(&comparison), [K::FirewallRule, K::PathBlocked]);
    let comparison = compared(&[Saw::Timeout(PUBLIC), Saw::Hba(None)]);
    assert_eq!(kinds(&comparison), [K::FirewallRule, K::PathBlocked]);
    assert_eq!(comparison.findings[0].about, [1]);
}

#[test]
fn different_addresses_are_told_besides() {
    let comparison = compared(&[Saw::Ready(PRIVATE), Saw::Timeout(PUBLIC)]);
    assert_eq!(kinds(&comparison), [K::PathBlocked, K::DifferentAddresses]);
    assert!(
        comparison.findings[1]
            .text
            .contains("10.0.0.4 for A and 198.51.100.7 for B")
    );
}

#[test]
fn what_a_probe_may_not_look_at_is_put_aside() {
    let comparison = compared(&[Saw::Ready(PUBLIC), Saw::Hba(None), Saw::Forbidden]);
    assert_eq!(kinds(&comparison), [K::FirewallRule, K::NoLook]);
    assert_eq!(comparison.findings[1].about, [2]);
    let comparison = compared(&[Saw::Ready(PUBLIC), Saw::Forbidden]);
    assert_eq!(kinds(&comparison), [K::NoLook], "one look is no comparison");
    let comparison = compared(&[Saw::Forbidden, Saw::Forbidden]);
    assert_eq!(
        comparison.findings[0].text,
        "None of the probes could look, so this says nothing about the server."
    );
}

#[test]
fn localhost_is_another_computer_for_each() {
    let vantage = Vantage {
        name: "A".into(),
        ..Vantage::default()
    };
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let mut verdict = verdict(Saw::Ready("127.0.0.1:5432"));
        verdict.rows[0].host = host.to_owned();
        let look = Look {
            vantage: &vantage,
            verdict: &verdict,
        };
        assert_eq!(kinds(&compare(&[look, look])), [K::OwnComputer]);
    }
}

#[test]
fn one_look_says_nothing() {
    assert!(compared(&[Saw::Ready(PUBLIC)]).findings.is_empty());
    assert!(compared(&[]).findings.is_empty());
}

#[test]
fn any_two_and_any_three_outcomes_give_sentences() {
    let all = [
        Saw::Ready(PUBLIC),
        Saw::Ready(PRIVATE),
        Saw::Hba(None),
        Saw::Timeout(PUBLIC),
        Saw::Timeout(PRIVATE),
        Saw::Refused,
        Saw::NoName,
        Saw::NoNameNow,
        Saw::NoIpv6,
        Saw::Starting,
        Saw::Silence,
        Saw::Untrusted,
        Saw::Ssh,
        Saw::Forbidden,
    ];
    for a in all {
        for b in all {
            for c in all {
                for finding in compared(&[a, b, c]).findings {
                    assert!(finding.text.ends_with('.'), "{finding:?}");
                    assert!(
                        !finding.text.contains("..") && !finding.text.contains("  "),
                        "{finding:?}"
                    );
                    assert!(
                        finding.text.starts_with(|c: char| c.is_uppercase()),
                        "{finding:?}"
                    );
                    assert!(!finding.about.is_empty());
                }
            }
        }
    }
}
