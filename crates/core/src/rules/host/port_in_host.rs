//! HST006: a port stands in the host, where the driver does not look for one.

use super::names::{Host, hosts, keyword, reaches_a_driver, splits_port};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Param;
use crate::rules::{Context, Finding, Group, Rule, append};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST006",
    name: "port-in-host",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("port_in_host.md"),
    check,
};

fn message(ctx: &Context<'_>) -> String {
    format!("the port in this host is not split off by {}", who(ctx))
}

const ASKED: &str = "a host with a port in it";

fn who(ctx: &Context<'_>) -> &'static str {
    ctx.driver.label()
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if splits_port(ctx) {
        return;
    }
    let alone = ctx.settings().hosts.len() == 1;
    for host in hosts(ctx) {
        let Some((name, port)) = parts(&host) else {
            continue;
        };
        let mut finding = if reaches_a_driver(ctx) {
            Finding::new(host.piece.span, message(ctx)).help(format!(
                "{} looks `{name}:{port}` up as one name, which does not exist. The port has a setting of its own.",
                who(ctx)
            ))
        } else {
            Finding::new(host.piece.span, ASKED)
                .severity(Severity::Info)
                .certainty(Certainty::Depends)
                .help("Most drivers look all of it up as one name. It is right only where your program splits it before a driver sees it.")
        };
        if let Some((title, edits)) = repair(ctx, &host, name, port).filter(|_| alone) {
            finding = finding.fix(title, Applicability::Safe, edits);
        }
        out.push(finding);
    }
}

/// `name:5432`: one colon, digits behind it.
fn parts<'a>(host: &Host<'a>) -> Option<(&'a str, &'a str)> {
    let (name, port) = host.raw.split_once(':').filter(|_| host.is_literal())?;
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
    let is_port = (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
    (is_name && is_port).then_some((name, port))
}

/// Moves the port to where it belongs, or takes it out where the same one is given already.
fn repair(
    ctx: &Context<'_>,
    host: &Host<'_>,
    name: &str,
    port: &str,
) -> Option<(String, Vec<Edit>)> {
    let cut = Edit::delete(host.part(name.len(), 1 + port.len()));
    if let Some(given) = ctx.get(Param::Port) {
        let same = given.value.expose() == port && !ctx.has_variable(given.value.span);
        return same.then(|| {
            let title = format!("Take `:{port}` out, which is given already");
            (title, alloc::vec![cut])
        });
    }
    let added = append::behind(ctx, keyword(ctx)?, Param::Port, port)?;
    Some((
        "Give the port in its own setting".into(),
        alloc::vec![cut, added],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn a_port_is_found_where_the_driver_does_not_split_it_off() {
        carets(
            &RULE,
            &auto(),
            "
host=127.0.0.1:5432 dbname=app user=u
     ^^^^^^^^^^^^^^ the port in this host is not split off by libpq
",
        );
        carets(
            &RULE,
            &driver(Driver::Pgx),
            "
host=db.example:5432 dbname=app user=u
     ^^^^^^^^^^^^^^^ the port in this host is not split off by pgx
",
        );
        carets(
            &RULE,
            &auto(),
            "
psql -h db.example:5432 -U app
        ^^^^^^^^^^^^^^^ the port in this host is not split off by libpq
",
        );
    }

    #[test]
    fn the_port_moves_to_its_own_setting() {
        for (text, expected) in [
            (
                "host=db.example:6432 dbname=app user=u",
                "host=db.example port=6432 dbname=app user=u",
            ),
            (
                "host='db.example:6432' user=u",
                "host='db.example' port=6432 user=u",
            ),
            (
                "host=db.example:5432 port=5432 user=u",
                "host=db.example port=5432 user=u",
            ),
            (
                "pgsql:host=db.example:5432;dbname=app",
                "pgsql:host=db.example;port=5432;dbname=app",
            ),
            (
                "psql -h db.example:5432 -U app",
                "psql -h db.example -p 5432 -U app",
            ),
            (
                "psycopg2.connect(host='db.example:5432', user='u', dbname='a')",
                "psycopg2.connect(host='db.example', port=5432, user='u', dbname='a')",
            ),
            (
                "new Client({host: 'db.example:5432', user: 'u', database: 'a'})",
                "new Client({host: 'db.example', port: 5432, user: 'u', database: 'a'})",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        for text in [
            "host=db.example:5433 port=5432 user=u",
            "host=a:1,b:2 user=u",
        ] {
            assert!(findings(&RULE, &auto(), text)[0].fixes.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_variable_of_a_program_is_a_question() {
        let found = findings(
            &RULE,
            &auto(),
            "DB_HOST=127.0.0.1:5432\nDB_USER=u\nDB_NAME=a",
        );
        assert_eq!(found[0].severity, Severity::Info);
        let laravel = "DB_CONNECTION=pgsql\nDB_HOST=127.0.0.1:5432\nDB_DATABASE=a\nDB_USERNAME=u";
        let found = findings(&RULE, &auto(), laravel);
        assert_eq!(found[0].severity, Severity::Error);
        let found = findings(&RULE, &auto(), "PGHOST=127.0.0.1:5432\nPGUSER=u");
        assert_eq!(found[0].severity, Severity::Error);
    }

    #[test]
    fn where_it_is_split_off_it_is_right() {
        for text in [
            "Host=127.0.0.1:5432;Database=app",
            "postgresql://u:p@db.example:5432/app",
            "jdbc:postgresql://db.example:5432/app",
            "host=::1 user=u",
            "host=fe80::1 user=u",
            "host=/tmp:5432 user=u",
            "host=$HOST:5432 user=u",
            "db.example:5432:app:u:p",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::PostgresJs),
            "const sql = postgres({host: 'db.example:5432', user: 'u', database: 'a'})",
        );
    }
}
