//! PRT001: a port that is not a number.

use super::places::{Port, has_keyword, number, ports};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PRT001",
    name: "port-not-a-number",
    group: Group::Port,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("port_not_a_number.md"),
    check,
};

const EMPTY: &str = "no port behind the colon";

/// Without a keyword, what stands where a port should may be a password: it is not quoted then.
fn message(shown: Option<&str>) -> String {
    match shown {
        Some(shown) => format!("port `{shown}` is not a number"),
        None => "the port is not a number".into(),
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for Port { host, port } in ports(ctx) {
        if number(port).is_some() {
            continue;
        }
        if port.span.is_empty() {
            empty(ctx, port.span, host.is_some(), out);
            continue;
        }
        let shown = has_keyword(ctx, port).then(|| ctx.show(port.span));
        let mut finding = Finding::new(port.span, message(shown.as_deref())).help(help(ctx));
        if let Some(kept) = number_inside(ctx.raw(port.span)) {
            finding = finding.fix(
                format!("Write `{kept}`"),
                Applicability::Safe,
                alloc::vec![Edit::replace(port.span, kept)],
            );
        }
        out.push(finding);
    }
}

fn help(ctx: &Context<'_>) -> String {
    let answer = match (ctx.grammar(), ctx.driver) {
        (Grammar::AdoNet, _) => "Npgsql answers `Couldn't set port`.",
        (Grammar::Jdbc, _) => {
            "pgJDBC answers `Unable to parse URL`, or `No suitable driver` behind a pool."
        }
        (_, Driver::NodePostgres | Driver::PostgresJs) => "Node answers `Invalid URL`.",
        (_, Driver::Prisma | Driver::Sqlx) => "The driver answers `invalid port number`.",
        (_, Driver::Pgx | Driver::LibPq) => "Go answers `invalid port … after host`.",
        _ => "libpq answers `invalid integer value … for connection option \"port\"`.",
    };
    format!(
        "{answer} A port is a whole number, 5432 if nothing else is known. A password with a raw `@`, `/` or `:` can end up here as well: encode it."
    )
}

/// `//host:/db`: libpq and others take the default port, pgJDBC does not.
fn empty(ctx: &Context<'_>, at: Span, has_host: bool, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::Jdbc || at.start == 0 {
        return;
    }
    let colon = Span::new(at.start - 1, at.start);
    let mut finding = Finding::new(colon, EMPTY).help(
        "pgJDBC answers `Unable to parse URL`, or `No suitable driver` behind a pool. Give the port, or leave the colon out: then it is 5432.",
    );
    if has_host && ctx.raw(colon) == ":" {
        finding = finding.fix(
            "Take the colon out",
            Applicability::Safe,
            alloc::vec![Edit::delete(colon)],
        );
    }
    out.push(finding);
}

/// The port number that has only quotes, blanks or separators round it.
fn number_inside(raw: &str) -> Option<&str> {
    let kept = raw.trim_matches(|c: char| c.is_whitespace() || ";,.'\"“”‘’".contains(c));
    let digits = kept.bytes().all(|b| b.is_ascii_digit());
    let valid = kept.parse::<u16>().is_ok_and(|port| port > 0);
    (digits && valid && kept != raw).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn what_is_no_number_is_found_in_every_dialect() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:pw@db.example:54e2/db
                               ^^^^ the port is not a number
",
        );
        carets(
            &RULE,
            &auto(),
            "
host=db.example port=default user=app
                     ^^^^^^^ port `default` is not a number
",
        );
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Port=54 32;Username=app
                     ^^^^^ port `54 32` is not a number
",
        );
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://db.example:abc/db
                             ^^^ the port is not a number
",
        );
        carets(
            &RULE,
            &driver(Driver::Prisma),
            "
postgresql://app:pw@db.example:54a2/db
                               ^^^^ the port is not a number
",
        );
        carets(
            &RULE,
            &auto(),
            "
host=a.example,b.example port=5432,x
                                   ^ port `x` is not a number
",
        );
    }

    #[test]
    fn a_colon_without_a_port_stops_pgjdbc_only() {
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://db.example:/db
                            ^ no port behind the colon
",
        );
        fixes(
            &RULE,
            &auto(),
            "jdbc:postgresql://db.example:/db?user=u",
            "jdbc:postgresql://db.example/db?user=u",
        );
        let nothing = findings(&RULE, &auto(), "jdbc:postgresql://:/");
        assert_eq!(nothing.len(), 1);
        assert!(nothing[0].fixes.is_empty(), "there is no host either");
        silent(&RULE, &auto(), "postgresql://db.example:/db");
    }

    #[test]
    fn what_only_has_something_stuck_to_it_is_put_right() {
        fixes(
            &RULE,
            &auto(),
            "host=h port=\"5432\" user=u",
            "host=h port=5432 user=u",
        );
        fixes(
            &RULE,
            &auto(),
            "host=h port=5432; user=u",
            "host=h port=5432 user=u",
        );
        let text = "postgresql://db.example:54321a/db";
        assert!(findings(&RULE, &auto(), text)[0].fixes.is_empty());
    }

    #[test]
    fn a_password_in_its_place_is_not_quoted() {
        let found = findings(&RULE, &auto(), "postgresql://app:Tr0ub4dor/db");
        assert_eq!(found.len(), 1);
        assert!(!found[0].message.contains("Tr0ub4dor"));
        assert!(!found[0].help.contains("Tr0ub4dor"));
    }

    #[test]
    fn other_causes_are_for_other_rules() {
        for text in [
            "postgresql://u:p@h:${PORT}/db",
            "postgresql://u:p@h:$PORT/db",
            "postgresql://u:p@h:{port}/db",
            "host=h port=$(PORT) user=u",
            "host=h port=<port> user=u",
            // The userinfo is what went wrong there.
            "postgresql://me@srv:secret@h:5432/db",
            "postgresql://u:p/ss@h:5432/db",
            "jdbc:postgresql://u:pw@h/db",
            "postgresql://u:p#ss?@h:5432/db",
            "Server=tcp:shop.postgres.database.azure.com,5432;Database=db",
            "Host=https://db.example;Database=db",
            "host=h;port=5432;dbname=db user=u",
            "postgresql://h:5432/db",
            "postgresql://[::1]:5432/db",
            "postgresql://h1:5432,h2:5433/db",
            "host=h port=' 5432 ' user=u",
            "host=h port= user=u",
            "Host=h;Port=;Username=u",
            "jdbc:postgresql://h/db",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
