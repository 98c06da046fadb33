//! HST031: a blank in or beside a host, with which no name is found.

use super::names::hosts;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST031",
    name: "blank-in-host",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001"],
    docs: docs!("blank_in_host.md"),
    check,
};

const MESSAGE: &str = "this blank is looked up with the host";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    // Npgsql takes blanks away.
    if ctx.grammar() == Grammar::AdoNet {
        return;
    }
    for host in hosts(ctx) {
        let text = host.piece.text.as_str();
        if text.starts_with('/') || text.trim().is_empty() || !text.contains(char::is_whitespace) {
            continue;
        }
        let Some((at, len)) = blank(host.raw) else {
            continue;
        };
        let span = host.part(at, len);
        let finding = Finding::new(span, MESSAGE).help(
            "No host's name has a blank in it, and the driver does not take it away: could not translate host name. In a list of hosts nothing but the comma stands between them.",
        );
        out.push(if text.trim().contains(char::is_whitespace) {
            finding
        } else {
            finding.fix(
                "Take the blank out",
                Applicability::Safe,
                edits(&host.piece.span, host.raw),
            )
        });
    }
}

/// The first run of blanks, raw or encoded.
fn blank(raw: &str) -> Option<(usize, usize)> {
    let at = raw
        .find(char::is_whitespace)
        .into_iter()
        .chain(raw.find("%20"))
        .min()?;
    let rest = raw.get(at..)?;
    let behind = rest.trim_start_matches(char::is_whitespace);
    let behind = if behind.len() < rest.len() {
        behind
    } else {
        rest.trim_start_matches("%20")
    };
    Some((at, rest.len() - behind.len()))
}

/// Takes out every run of blanks of a host that has them at its ends only.
fn edits(span: &Span, raw: &str) -> Vec<Edit> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some((at, len)) = raw.get(from..).and_then(blank) {
        let start = span.start + from + at;
        out.push(Edit::delete(Span::new(start, start + len)));
        from += at + len;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn blanks_are_found() {
        for fixture in [
            "
host='a.example, b.example' user=u
                ^ this blank is looked up with the host
",
            "
postgresql://u:p@db.example%20:5432/app
                           ^^^ this blank is looked up with the host
",
            "
pgsql:host='db example';dbname=app
              ^ this blank is looked up with the host
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
    }

    #[test]
    fn those_at_the_ends_are_taken_out() {
        for (text, expected) in [
            (
                "host='a.example, b.example' user=u",
                "host='a.example,b.example' user=u",
            ),
            (
                "postgresql://u:p@%20db.example%20%20/app",
                "postgresql://u:p@db.example/app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        let inner = "pgsql:host='db example';dbname=app";
        assert!(findings(&RULE, &auto(), inner)[0].fixes.is_empty());
    }

    #[test]
    fn other_hosts_are_left_alone() {
        for text in [
            "Host=a, b;Database=app",
            "host='/tmp/my sockets' user=u",
            "host=a,b user=u",
            "postgresql://u:p@db.example/my%20app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
