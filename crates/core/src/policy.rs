//! What a team has decided about connection strings: which rules count and how much, and what its own strings must keep.

use crate::diagnostics::{Diagnostic, Severity};
use crate::readings::{Encrypted, Tls};
use crate::rules::{Group, Rule};
use alloc::string::String;
use alloc::vec::Vec;

/// A rule, or a whole group of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// All rules whose code begins with the group's letters.
    Group(Group),
    /// The rule with this code.
    Code(&'static str),
}

impl Pick {
    /// Reads a code such as `SYN003`, a rule's name such as `raw-at-in-userinfo`, or a group's letters such as `TLS`, in
    /// any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let group = Group::ALL
            .iter()
            .find(|group| group.letters().eq_ignore_ascii_case(text));
        match group {
            Some(group) => Some(Self::Group(*group)),
            None => Rule::find(text)
                .or_else(|| Rule::named(text))
                .map(|rule| Self::Code(rule.code)),
        }
    }

    /// Whether `rule` is meant.
    #[must_use]
    pub fn is(self, rule: &Rule) -> bool {
        match self {
            Self::Group(group) => rule.group == group,
            Self::Code(code) => rule.code == code,
        }
    }
}

/// How far TLS has to go; each level includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TlsLevel {
    /// Encrypted always: never in the clear, whatever the server offers.
    Encrypted,
    /// The certificate comes from a trusted issuer.
    VerifyCa,
    /// And it is for the host's name.
    VerifyFull,
}

impl TlsLevel {
    /// Every level, weakest first.
    pub const ALL: [Self; 3] = [Self::Encrypted, Self::VerifyCa, Self::VerifyFull];

    /// The name used in configuration: `encrypted`, `verify-ca`, `verify-full`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }

    /// The level with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }

    /// The level that a connection reaches; `None` where it can end up in the clear.
    #[must_use]
    pub const fn of(tls: Tls) -> Option<Self> {
        match (tls.encrypted, tls.chain, tls.host_name) {
            (Encrypted::Always, true, true) => Some(Self::VerifyFull),
            (Encrypted::Always, true, false) => Some(Self::VerifyCa),
            (Encrypted::Always, false, _) => Some(Self::Encrypted),
            _ => None,
        }
    }
}

/// The decisions. The default decides nothing: every rule counts as it says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Only these rules count; empty for all.
    pub select: Vec<Pick>,
    /// These do not; stronger than `select`.
    pub ignore: Vec<Pick>,
    /// How bad a rule's findings are, whatever it says itself; the last one that names the rule counts.
    pub severity: Vec<(Pick, Severity)>,
    /// Host names and suffixes such as `.db.example.com` that strings may name; empty for any.
    pub hosts: Vec<String>,
    /// The least that TLS must do.
    pub tls: Option<TlsLevel>,
    /// Keywords that every string has to set.
    pub keywords: Vec<String>,
}

impl Policy {
    /// Whether `rule` counts.
    #[must_use]
    pub fn wants(&self, rule: &Rule) -> bool {
        let any = |picks: &[Pick]| picks.iter().any(|pick| pick.is(rule));
        (self.select.is_empty() || any(&self.select)) && !any(&self.ignore)
    }

    /// Whether strings may name `host`. A suffix begins with a dot and does not stand for itself.
    #[must_use]
    pub fn allows_host(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.hosts.is_empty()
            || self.hosts.iter().any(|allowed| {
                let allowed = allowed.to_ascii_lowercase();
                if allowed.starts_with('.') {
                    host.len() > allowed.len() && host.ends_with(&allowed)
                } else {
                    host == allowed
                }
            })
    }

    /// Leaves what counts, with the severity that was decided.
    pub(crate) fn judge(&self, diagnostics: &mut Vec<Diagnostic>) {
        diagnostics.retain(|d| self.wants(d.rule));
        for diagnostic in diagnostics {
            let decided = self.severity.iter().rfind(|(p, _)| p.is(diagnostic.rule));
            if let Some((_, severity)) = decided {
                diagnostic.severity = *severity;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{Options, lint};
    use std::vec;

    const TEXT: &str = "postgresql://u:p@ss@h.example/db?sslmode=Require";

    fn codes(policy: Policy) -> Vec<&'static str> {
        let options = Options {
            policy,
            ..Options::default()
        };
        lint(TEXT, &options)
            .diagnostics()
            .filter(|d| d.severity == Severity::Error)
            .map(Diagnostic::code)
            .collect()
    }

    fn picks(text: &str) -> Vec<Pick> {
        text.split_whitespace()
            .map(|code| Pick::parse(code).expect(code))
            .collect()
    }

    #[test]
    fn codes_names_and_groups_choose_in_any_case() {
        for (select, ignore, expected) in [
            ("", "", vec!["SYN003", "TLS004"]),
            ("syn", "", vec!["SYN003"]),
            ("raw-at-in-userinfo", "", vec!["SYN003"]),
            ("TLS syn003", "", vec!["SYN003", "TLS004"]),
            ("SYN", "syn003", vec![]),
            ("", "TLS", vec!["SYN003"]),
        ] {
            let policy = Policy {
                select: picks(select),
                ignore: picks(ignore),
                ..Policy::default()
            };
            assert_eq!(codes(policy), expected, "{select} without {ignore}");
        }
        assert_eq!(Pick::parse("SYN03"), None);
    }

    #[test]
    fn the_last_severity_that_names_a_rule_counts() {
        let policy = Policy {
            severity: vec![
                (Pick::Group(Group::Tls), Severity::Info),
                (Pick::Group(Group::Syntax), Severity::Info),
                (Pick::Code("SYN003"), Severity::Error),
            ],
            ..Policy::default()
        };
        assert_eq!(codes(policy), ["SYN003"]);
    }

    #[test]
    fn a_suffix_stands_for_the_names_below_it() {
        let policy = Policy {
            hosts: vec![".db.example".into(), "localhost".into()],
            ..Policy::default()
        };
        for (host, allowed) in [
            ("a.db.example", true),
            ("A.B.DB.EXAMPLE.", true),
            ("localhost", true),
            ("db.example", false),
            ("evildb.example", false),
            ("a.localhost", false),
        ] {
            assert_eq!(policy.allows_host(host), allowed, "{host}");
        }
        assert!(Policy::default().allows_host("anything"));
    }
}
