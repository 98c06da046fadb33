//! HST022: an address to listen on, where one to connect to is needed.

use super::names::hosts;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST022",
    name: "unspecified-address",
    group: Group::Host,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("unspecified_address.md"),
    check,
};

fn message(host: &str) -> String {
    format!("`{host}` is for listening, not for connecting")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for host in hosts(ctx) {
        let (instead, applicability) = match host.raw {
            "0.0.0.0" => ("127.0.0.1", Applicability::Safe),
            "[::]" => ("[::1]", Applicability::Safe),
            "::" => ("::1", Applicability::Safe),
            "*" => ("localhost", Applicability::Unsafe),
            _ => continue,
        };
        out.push(
            Finding::new(host.piece.span, message(host.raw))
                .help("A server that listens there is reached by any address of its computer. As the host of a client, Linux and macOS take it for this computer, Windows refuses it, and elsewhere it is nowhere.")
                .fix(
                    format!("Write `{instead}`"),
                    applicability,
                    alloc::vec![Edit::replace(host.piece.span, instead)],
                ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn addresses_to_listen_on_are_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@0.0.0.0:5432/app
                 ^^^^^^^ `0.0.0.0` is for listening, not for connecting
",
        );
        for (text, expected) in [
            ("Host=0.0.0.0;Database=app", "Host=127.0.0.1;Database=app"),
            ("host=* user=u", "host=localhost user=u"),
            (
                "jdbc:postgresql://[::]:5432/app",
                "jdbc:postgresql://[::1]:5432/app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn other_addresses_are_left_alone() {
        for text in [
            "host=127.0.0.1 user=u",
            "host=10.0.0.0 user=u",
            "*:*:*:u:p",
            "0.0.0.0:5432:app:u:p",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
