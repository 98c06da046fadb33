//! TLS001: nothing in a string for Azure asks for TLS.

use super::modes::{speaks_to_azure, squeeze};
use super::sslmode_missing_entry;
use crate::detect::accepts;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar, Param, Setting};
use crate::parse::{ErrorKind, drops_fragment};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS001",
    name: "sslmode-missing",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("sslmode_missing.md"),
    check,
};

fn message(plain: bool) -> &'static str {
    if plain {
        "no TLS is asked for, and Azure refuses connections without"
    } else {
        "no TLS mode is given for this Azure server"
    }
}

fn help(driver: Driver) -> String {
    let who = driver.label();
    match driver {
        Driver::NodePostgres => format!(
            "{who} then connects without TLS, and the server answers `no pg_hba.conf entry for host …, no encryption`. With `sslmode=require` it uses TLS and checks the certificate as well, against the roots that come with Node."
        ),
        driver if connects_in_plain(driver) => format!(
            "{who} then connects without TLS, and the server answers `no pg_hba.conf entry for host …, no encryption`. Ask for TLS in the string."
        ),
        Driver::LibPq => format!(
            "{who} takes `require` up to version 1.12 and `prefer` in later ones, which goes on without TLS when TLS fails. `sslmode=require` says which, `verify-full` also checks whom it talks to."
        ),
        Driver::Npgsql => format!(
            "{who} then takes `Prefer` (before version 6: no TLS at all), which accepts a connection without TLS. `SSL Mode=Require` always encrypts, `VerifyFull` also checks whom it talks to."
        ),
        _ => format!(
            "{who} then takes `prefer`: when TLS fails it tries again without, and the error shown is that of the second try. `sslmode=require` always encrypts, `verify-full` also checks whom it talks to."
        ),
    }
}

/// Drivers that use no TLS unless told to.
const fn connects_in_plain(driver: Driver) -> bool {
    matches!(
        driver,
        Driver::NodePostgres | Driver::PostgresJs | Driver::Ecto | Driver::Psqlodbc | Driver::R2dbc
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(host) = ctx.host() else { return };
    // .pgpass holds passwords and nothing else.
    if ctx.grammar() == Grammar::Pgpass
        || !speaks_to_azure(ctx)
        || says_something_of_tls(ctx)
        || ctx.surroundings.mention_tls
        || may_be_filled_in(ctx)
    {
        return;
    }
    let driver = ctx.driver;
    let plain = connects_in_plain(driver);
    let mut finding = Finding::new(host.span, message(plain)).help(help(driver));
    if plain {
        finding = finding.severity(Severity::Error);
    }
    if ctx.grammar() == Grammar::Entries {
        if let Some((what, applicability, edit)) = sslmode_missing_entry::addition(ctx) {
            finding = finding.fix(format!("Add `{what}`"), applicability, alloc::vec![edit]);
        }
    } else if let Some(edit) = addition(ctx, driver) {
        let title = format!(
            "Add `{}`",
            edit.text
                .trim_matches(|c: char| "?&;".contains(c) || c.is_whitespace())
        );
        finding = finding.fix(title, Applicability::Safe, alloc::vec![edit]);
    }
    out.push(finding);
}

/// Whether any part of the string sets TLS, or tries to: a keyword that no driver knows, or one that a missing quote or
/// separator has swallowed, is for other rules.
fn says_something_of_tls(ctx: &Context<'_>) -> bool {
    let sets = |s: &Setting| {
        let key = squeeze(&s.key);
        match s.param {
            Param::SslMode | Param::Ssl => true,
            // A service file can say it; `system` makes verify-full of no mode.
            Param::Known => key == "service",
            Param::SslRootCert => s.value.expose() == "system",
            Param::Unknown | Param::OtherSecret => ["ssl", "tls", "encrypt"]
                .iter()
                .any(|word| key.contains(word)),
            _ => false,
        }
    };
    let settings = [ctx.parse, ctx.meant].map(|parse| parse.settings.all.iter());
    let raw = ctx.text.to_ascii_lowercase();
    settings.into_iter().flatten().any(sets)
        || ["sslmode", "ssl mode", "ssl_mode", "ssl-mode", "ssl="]
            .iter()
            .any(|word| raw.contains(word))
}

/// Whether a variable can bring parameters with it: it stands where a keyword could, or its name says so.
fn may_be_filled_in(ctx: &Context<'_>) -> bool {
    ctx.variables.iter().any(|&variable| {
        let name = ctx.raw(variable).to_ascii_lowercase();
        let named = ["param", "opt", "query", "arg", "suffix", "ssl", "tls"]
            .iter()
            .any(|word| name.contains(word));
        let in_a_value = ctx
            .settings()
            .all
            .iter()
            .map(|s| s.value.span)
            .chain(ctx.settings().hosts.iter().flat_map(|h| {
                let of = |piece: &Option<crate::model::Piece>| piece.as_ref().map(|p| p.span);
                [of(&h.host), of(&h.port)].into_iter().flatten()
            }))
            .any(|value| value.contains(variable));
        named || !in_a_value
    })
}

/// What to insert, and where; `None` where it would land inside something else.
fn addition(ctx: &Context<'_>, driver: Driver) -> Option<Edit> {
    let dialect = ctx.parse.dialect;
    let unsound = ctx.meant.errors.iter().any(|e| {
        !matches!(
            e.kind,
            ErrorKind::UnknownKeyword
                | ErrorKind::BadValue
                | ErrorKind::PortNotANumber
                | ErrorKind::PortOutOfRange
        )
    });
    if unsound || !accepts(driver, dialect) {
        return None;
    }
    match dialect.grammar() {
        Grammar::Uri | Grammar::Jdbc => in_query(ctx, driver),
        Grammar::KeyValue => in_pairs(ctx),
        Grammar::AdoNet => {
            let end = ctx.text.trim_end();
            let text = if end.ends_with(';') {
                "SSL Mode=Require;"
            } else {
                ";SSL Mode=Require"
            };
            Some(Edit::insert(end.len(), text))
        }
        Grammar::Odbc => {
            // Lower case: psqlODBC takes no other for a mode.
            let end = ctx.text.trim_end();
            let text = if end.ends_with(';') {
                "sslmode=require;"
            } else {
                ";sslmode=require"
            };
            Some(Edit::insert(end.len(), text))
        }
        Grammar::Pdo => Some(Edit::insert(ctx.text.trim_end().len(), ";sslmode=require")),
        Grammar::Command => Some(Edit::insert(0, "PGSSLMODE=require ")),
        Grammar::Entries | Grammar::Pgpass => None,
    }
}

fn in_query(ctx: &Context<'_>, driver: Driver) -> Option<Edit> {
    let parameter = if driver == Driver::Ecto {
        "ssl=true"
    } else {
        "sslmode=require"
    };
    // A fragment belongs to readers of the URL standard only; where it comes of a raw `#`, the text goes on behind it.
    let is_jdbc = ctx.grammar() == Grammar::Jdbc;
    let fragment = ctx
        .text
        .find('#')
        .filter(|_| !is_jdbc && !ctx.is_misread() && drops_fragment(driver));
    // A raw `#` in a password: nothing can be added before it, and what is added behind it is dropped.
    if fragment.is_some_and(|at| ctx.redactor.hides(Span::new(at, at + 1))) {
        return None;
    }
    let end = fragment.unwrap_or(ctx.text.len());
    let before = slice(ctx.text, Span::new(0, end));
    let question = ctx
        .meant
        .tokens
        .iter()
        .any(|token| ctx.raw(token.span) == "?");
    // `…/db&user=me`: the parameters are in the database's name.
    let misplaced = !question
        && ctx
            .get(Param::Database)
            .is_some_and(|s| ctx.raw(s.value.span).contains(['&', '=']));
    if misplaced || before.ends_with(char::is_whitespace) {
        return None;
    }
    let separator = match before.chars().next_back()? {
        '?' | '&' if question => "",
        _ if !question => "?",
        // A first `&` without quotes round it means something to a shell.
        _ if !before.contains('&') && stands_bare_in_a_command(ctx) => return None,
        _ => "&",
    };
    Some(Edit::insert(end, format!("{separator}{parameter}")))
}

fn stands_bare_in_a_command(ctx: &Context<'_>) -> bool {
    let before = ctx.surroundings.before;
    let line = before
        .rsplit('\n')
        .next()
        .unwrap_or("")
        .trim_start()
        .trim_start_matches(['$', '>', ' ']);
    !line.ends_with(['"', '\'', '`'])
        && ["export ", "psql ", "pg_", "docker ", "az ", "createdb "]
            .iter()
            .any(|command| line.starts_with(command))
}

fn in_pairs(ctx: &Context<'_>) -> Option<Edit> {
    let end = ctx.text.trim_end();
    // A backslash would take the blank for a part of the value.
    if end.ends_with('\\') {
        return None;
    }
    let separator = if end.contains('\n') { '\n' } else { ' ' };
    Some(Edit::insert(
        end.len(),
        format!("{separator}sslmode=require"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Options;
    use crate::model::Target;
    use crate::rules::testing::{auto, carets, driver as given, findings, fixes, silent, target};

    const HOST: &str = "shop.postgres.database.azure.com";

    #[test]
    fn a_string_without_tls_is_pointed_at_by_its_host() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:pw@shop.postgres.database.azure.com:5432/db
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no TLS mode is given for this Azure server
",
        );
        carets(
            &RULE,
            &given(Driver::NodePostgres),
            "
postgresql://app:pw@shop.postgres.database.azure.com:5432/db
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no TLS is asked for, and Azure refuses connections without
",
        );
    }

    #[test]
    fn it_is_an_error_for_drivers_that_then_use_no_tls() {
        let text = format!("postgresql://app:pw@{HOST}/db");
        for (d, severity) in [
            (Driver::Libpq, Severity::Warning),
            (Driver::Asyncpg, Severity::Warning),
            (Driver::LibPq, Severity::Warning),
            (Driver::NodePostgres, Severity::Error),
            (Driver::PostgresJs, Severity::Error),
            (Driver::Ecto, Severity::Error),
        ] {
            assert_eq!(
                findings(&RULE, &given(d), &text)[0].severity,
                severity,
                "{d}"
            );
        }
    }

    #[test]
    fn it_is_added_in_the_way_of_the_dialect() {
        for (text, expected) in [
            (
                "postgresql://u:p@SERVER/db",
                "postgresql://u:p@SERVER/db?sslmode=require",
            ),
            (
                "postgresql://u:p@SERVER",
                "postgresql://u:p@SERVER?sslmode=require",
            ),
            (
                "postgresql://u:p@SERVER/db?connect_timeout=10",
                "postgresql://u:p@SERVER/db?connect_timeout=10&sslmode=require",
            ),
            (
                "postgresql://u:p@SERVER/db?connect_timeout=10&",
                "postgresql://u:p@SERVER/db?connect_timeout=10&sslmode=require",
            ),
            (
                "postgresql://u:p@SERVER/db?",
                "postgresql://u:p@SERVER/db?sslmode=require",
            ),
            (
                "postgresql://u:p?x@SERVER/db",
                "postgresql://u:p?x@SERVER/db?sslmode=require",
            ),
            ("host=SERVER user=u", "host=SERVER user=u sslmode=require"),
            (
                "host=SERVER user=u password='a b'",
                "host=SERVER user=u password='a b' sslmode=require",
            ),
            (
                "host=SERVER\nuser=u\n",
                "host=SERVER\nuser=u\nsslmode=require\n",
            ),
            (
                "Host=SERVER;Username=u",
                "Host=SERVER;Username=u;SSL Mode=Require",
            ),
            (
                "Host=SERVER;Username=u;",
                "Host=SERVER;Username=u;SSL Mode=Require;",
            ),
            (
                "jdbc:postgresql://SERVER:5432/db",
                "jdbc:postgresql://SERVER:5432/db?sslmode=require",
            ),
            (
                "jdbc:postgresql://SERVER:5432/db?user=u",
                "jdbc:postgresql://SERVER:5432/db?user=u&sslmode=require",
            ),
            (
                "<url>jdbc:postgresql://SERVER/db?user=u&amp;password=p</url>",
                "<url>jdbc:postgresql://SERVER/db?user=u&amp;password=p&amp;sslmode=require</url>",
            ),
            (
                "SPRING_DATASOURCE_URL=\"jdbc:postgresql://${NAME}.postgres.database.azure.com:5432/${DB}\"",
                "SPRING_DATASOURCE_URL=\"jdbc:postgresql://${NAME}.postgres.database.azure.com:5432/${DB}?sslmode=require\"",
            ),
        ] {
            let named = |text: &str| text.replace("SERVER", HOST);
            fixes(&RULE, &auto(), &named(text), &named(expected));
        }
        fixes(
            &RULE,
            &given(Driver::Ecto),
            "postgresql://u:p@shop.postgres.database.azure.com/db",
            "postgresql://u:p@shop.postgres.database.azure.com/db?ssl=true",
        );
        fixes(
            &RULE,
            &given(Driver::Prisma),
            "postgresql://u:p@shop.postgres.database.azure.com/db?schema=a#note",
            "postgresql://u:p@shop.postgres.database.azure.com/db?schema=a&sslmode=require#note",
        );
    }

    #[test]
    fn where_adding_it_would_break_something_no_fix_is_offered() {
        for text in [
            "host=shop.postgres.database.azure.com user=u password='open",
            "host=shop.postgres.database.azure.com user=u password=x\\",
            "Host=shop.postgres.database.azure.com;Password=abc'",
            "jdbc:postgresql://shop.postgres.database.azure.com",
            "jdbc:postgresql://shop.postgres.database.azure.com/db&user=u",
            "psql postgresql://u@shop.postgres.database.azure.com/db?connect_timeout=3 -c 'select 1'",
        ] {
            let found = findings(&RULE, &auto(), text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].fixes.is_empty(), "{text}: {:?}", found[0].fixes);
        }
    }

    #[test]
    fn a_given_target_speaks_for_hosts_with_other_names() {
        let flexible = target(Target::AzureFlexible);
        for text in [
            "postgresql://u:p@db.corp.example/db",
            "host=10.0.0.4 user=u",
        ] {
            assert_eq!(findings(&RULE, &flexible, text).len(), 1, "{text}");
        }
        for text in [
            "postgresql://u:p@localhost:15432/db",
            "host=127.0.0.1 port=6432 user=u",
            "host=/var/run/postgresql user=u",
            "dbname=db user=u",
        ] {
            silent(&RULE, &flexible, text);
        }
    }

    #[test]
    fn every_cloud_and_service_wants_tls() {
        for zone in [
            "postgres.database.chinacloudapi.cn",
            "postgres.database.usgovcloudapi.net",
            "postgres.cosmos.azure.com",
        ] {
            let text = format!("postgresql://u:p@c-shop.{zone}/db");
            assert_eq!(findings(&RULE, &auto(), &text).len(), 1, "{text}");
        }
    }

    #[test]
    fn where_something_else_may_say_it_nothing_is_said() {
        for text in [
            "postgresql://u:p@shop.postgres.database.azure.com/db?sslmode=require",
            "postgresql://u:p@shop.postgres.database.azure.com/db?ssl=true",
            "postgresql://u:p@shop.postgres.database.azure.com/db?sslMode=require",
            "postgresql://u:p@shop.postgres.database.azure.com/db?sslrootcert=system",
            "postgresql://u:p@shop.postgres.database.azure.com/db sslmode=require",
            "postgresql://u:p@shop.postgres.database.azure.com/db?${PARAMS}",
            "postgresql://u:p@shop.postgres.database.azure.com/db${DB_OPTIONS}",
            "postgresql://${CREDENTIALS}@shop.postgres.database.azure.com/db?application_name=${APP}&sslmode=${MODE}",
            "host=shop.postgres.database.azure.com user=u service=azure",
            "Host=shop.postgres.database.azure.com;Username=u;SslMode=Require",
            "Host=shop.postgres.database.azure.com;Username=u;SSL=true",
            "Host=shop.postgres.database.azure.com;Password=a;b;SSL Mode=Require",
            "jdbc:postgresql://shop.postgres.database.azure.com/db?ssl=true",
            "jdbc:postgresql://shop.postgres.database.azure.com/db?ssl",
            "PGSSLMODE=require psql postgresql://u:p@shop.postgres.database.azure.com/db",
            "new Pool({ connectionString: 'postgresql://u:p@shop.postgres.database.azure.com/db', ssl: true })",
            "{\"url\": \"postgresql://u:p@shop.postgres.database.azure.com/db\", \"useTls\": true}",
            "postgresql://u:p@db.example/db",
            "postgresql://u:p@localhost/db",
            "postgresql://u:p@shop.mysql.database.azure.com/db",
            "host=db1 user=u password=p",
            "Host=db1;Username=app",
        ] {
            silent(&RULE, &auto(), text);
        }
        let local = Options {
            target: Target::Postgres,
            ..given(Driver::NodePostgres)
        };
        silent(&RULE, &local, "postgresql://u:p@db.example/db");
    }
}
