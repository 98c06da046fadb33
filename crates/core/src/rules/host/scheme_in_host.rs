//! HST005: a scheme stands in front of the host.

use super::names::{Host, hosts, unless_taken_apart};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, rest, until};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST005",
    name: "scheme-in-host",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001", "DBN001"],
    docs: docs!("scheme_in_host.md"),
    check,
};

fn message(scheme: &str) -> String {
    format!("`{scheme}` stands in front of the host")
}

const WHOLE: &str = "a whole URL stands where the host belongs";

fn help(ctx: &Context<'_>, scheme: &str) -> String {
    let read = match ctx.grammar() {
        Grammar::Uri | Grammar::Jdbc => format!(
            "The URL has its scheme already, so `{}` is taken for the host and what follows for a port or a path.",
            scheme.trim_end_matches([':', '/'])
        ),
        Grammar::AdoNet => {
            "Npgsql takes what stands before a colon for the host and what follows for the port, or looks all of it up as one name.".into()
        }
        _ => "All of it is looked up as one name: could not translate host name to address.".into(),
    };
    format!("{read} PostgreSQL speaks its own protocol, so a host is a bare name or address here.")
}

/// Schemes that people put there, also with nothing but a colon behind them.
const SCHEMES: [&str; 9] = [
    "tcp", "http", "https", "jdbc", "unix", "ssl", "np", "lpc", "admin",
];
/// Schemes that could be a host's name as well.
const NAMES: [&str; 4] = ["postgres", "postgresql", "pgsql", "psql"];

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for host in hosts(ctx) {
        let Some(len) = scheme_len(ctx, &host) else {
            continue;
        };
        let span = host.part(0, len);
        let scheme = ctx.raw(span);
        let end = until(ctx.text, span.end, |c| {
            c.is_whitespace() || "'\";,".contains(c)
        });
        let behind = ctx.raw(Span::new(span.end, end));
        let whole = behind.contains('@') && !ctx.grammar().is_url();
        let message = if whole { WHOLE.into() } else { message(scheme) };
        let mut finding = Finding::new(span, message).help(help(ctx, scheme));
        finding = unless_taken_apart(ctx, finding);
        if !whole && behind.starts_with(|c: char| c.is_ascii_alphanumeric() || "[/".contains(c)) {
            finding = finding.fix(
                format!("Take `{scheme}` out"),
                Applicability::Safe,
                alloc::vec![Edit::delete(span)],
            );
        }
        out.push(finding);
    }
}

/// The length of a scheme with its colon and slashes at the beginning of the host.
fn scheme_len(ctx: &Context<'_>, host: &Host<'_>) -> Option<usize> {
    let text = rest(ctx.text, host.piece.span.start);
    let colon = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '+'))?;
    let name = text.get(..colon)?;
    let behind = text.get(colon..)?.strip_prefix(':')?;
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(name));
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || name.len() > 16 {
        return None;
    }
    // In a URL the slashes can also be what ends a host with an empty port.
    let is_url = ctx.grammar().is_url();
    if behind.starts_with("//") {
        return (!is_url || is(&SCHEMES) || is(&NAMES)).then_some(colon + 3);
    }
    let name_follows = behind.starts_with(|c: char| c.is_ascii_alphabetic())
        || (behind.starts_with('/') && !is_url);
    (is(&SCHEMES) && name_follows).then_some(colon + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn a_scheme_is_found_in_every_dialect() {
        for fixture in [
            "
Host=https://db.example;Database=app;Username=u
     ^^^^^^^^ `https://` stands in front of the host
",
            "
host=tcp://db.example:5432 dbname=app user=u
     ^^^^^^ `tcp://` stands in front of the host
",
            "
postgresql://u:pw@https://db.example:5432/app
                  ^^^^^^^^ `https://` stands in front of the host
",
            "
jdbc:postgresql://postgresql://db.example:5432/app
                  ^^^^^^^^^^^^^ `postgresql://` stands in front of the host
",
            "
PGHOST=http://db.example
       ^^^^^^^ `http://` stands in front of the host
",
            "
Server=tcp:shop.postgres.database.azure.com,5432;Database=db;User Id=u
       ^^^^ `tcp:` stands in front of the host
",
            "
psql -h https://db.example -U app
        ^^^^^^^^ `https://` stands in front of the host
",
            "
Host=https://app@db.example/app;Database=app
     ^^^^^^^^ a whole URL stands where the host belongs
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
    }

    #[test]
    fn the_fix_takes_it_out() {
        for (text, expected) in [
            (
                "Host=tcp://db.example:5432;Database=app",
                "Host=db.example:5432;Database=app",
            ),
            (
                "postgresql://https://db.example:5432/app",
                "postgresql://db.example:5432/app",
            ),
            (
                "jdbc:postgresql://https://db.example:5432/app?user=u",
                "jdbc:postgresql://db.example:5432/app?user=u",
            ),
            (
                "host=unix:/var/run/postgresql user=u",
                "host=/var/run/postgresql user=u",
            ),
            (
                "postgresql://u:p@tcp:db.example:5432/app",
                "postgresql://u:p@db.example:5432/app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn a_program_may_take_its_own_variable_apart() {
        let found = findings(
            &RULE,
            &auto(),
            "DB_HOST=tcp:db.example\nDB_PORT=5432\nDB_USER=u",
        );
        assert_eq!(found[0].severity, Severity::Info);
    }

    #[test]
    fn hosts_without_one_are_left_alone() {
        for text in [
            "postgresql://postgres:secret/db",
            "postgresql://postgres:5432/db",
            "postgresql://https:5432/db",
            "postgresql://tcp:${PORT}/db",
            "postgresql://tcp/db",
            "postgresql://db://x",
            "Host=tcp:5432;Database=db",
            "host=[::1] user=u",
            "host=fe80::1 user=u",
            "host=${SCHEME}://db user=u",
            "host=/var/run/postgresql user=u",
            "jdbc:postgresql://db.example:5432/app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
