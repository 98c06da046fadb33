//! PAR003: a keyword that another driver or database has, with the name that this driver has for it.

use super::strange::{self, Meant, Strange};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar, Param};
use crate::near::letters;
use crate::readings::Unknown;
use crate::rules::{Context, Finding, Group, Rule, pairs};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR003",
    name: "keyword-of-another-driver",
    group: Group::Parameters,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("keyword_of_another_driver.md"),
    check,
};

fn called(ctx: &Context<'_>, key: &str, name: &str) -> String {
    format!("`{key}` is called `{name}` in {}", strange::driver(ctx))
}

fn foreign(ctx: &Context<'_>, key: &str, owner: &str) -> String {
    format!(
        "`{key}` belongs to {owner}: {} has no such keyword",
        strange::driver(ctx)
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for strange in strange::all(ctx) {
        let shown = ctx.show(strange.key);
        let finding =
            match strange.meant {
                Meant::Called(name) => {
                    let finding = Finding::new(strange.key, called(ctx, &shown, name)).help(
                        format!("{} {}", strange.consequence(ctx), advice(&strange, name)),
                    );
                    rename(ctx, &strange, name, finding)
                }
                Meant::Foreign(owner) => {
                    let finding = Finding::new(strange.key, foreign(ctx, &shown, owner))
                        .help(format!("{} Take it out.", strange.consequence(ctx)));
                    take_out(ctx, &strange, finding)
                }
                _ => continue,
            };
        out.push(match (strange.unknown, strange.meant) {
            (Unknown::Refused, _) => finding,
            (Unknown::Sent, _) => finding.certainty(Certainty::Likely),
            // Without it the connection goes somewhere else, or as somebody else.
            (Unknown::Ignored, Meant::Called(name)) if says_where(name) => finding,
            (Unknown::Ignored, Meant::Called(_)) => finding.severity(Severity::Warning),
            // There is nothing that the string could say instead.
            (Unknown::Ignored, _) => finding.severity(Severity::Info),
        });
    }
    if let Some(finding) = pool_without_a_pool(ctx) {
        out.push(finding);
    }
}

fn says_where(name: &str) -> bool {
    matches!(
        &*name.to_ascii_lowercase(),
        "host" | "server" | "dbname" | "database" | "user" | "uid" | "password" | "pwd"
    )
}

fn advice(strange: &Strange<'_>, name: &str) -> String {
    if switch(&strange.setting.key).is_some() {
        return format!("TLS is asked for with `{name}` and one of its modes here.");
    }
    format!("Write `{name}`.")
}

/// The keyword's new name, unless it is there already; then the old one goes.
fn rename(ctx: &Context<'_>, strange: &Strange<'_>, name: &str, finding: Finding) -> Finding {
    if strange.is_taken(ctx, name) {
        return take_out(ctx, strange, finding);
    }
    let value = &strange.setting.value;
    let edit = match switch(&strange.setting.key) {
        None if value.span.is_empty() => return finding,
        None => Edit::replace(strange.key, name),
        // A switch is no TLS mode.
        Some(()) => {
            let on = ["true", "yes", "1", "mandatory", "strict"];
            if value.quote.is_some() || !on.iter().any(|w| w.eq_ignore_ascii_case(value.expose())) {
                return finding;
            }
            let mode = if ctx.grammar() == Grammar::AdoNet {
                "Require"
            } else {
                "require"
            };
            Edit::replace(strange.key.to(value.span), format!("{name}={mode}"))
        }
    };
    finding.fix(
        format!("Write `{name}`"),
        Applicability::Unsafe,
        alloc::vec![edit],
    )
}

/// Whether a keyword that stands for the TLS mode is a switch.
fn switch(key: &str) -> Option<()> {
    matches!(&*letters(key), "encrypt" | "ssl" | "usessl" | "requiressl").then_some(())
}

fn take_out(ctx: &Context<'_>, strange: &Strange<'_>, finding: Finding) -> Finding {
    if strange.setting.param == Param::OtherSecret {
        return finding;
    }
    match pairs::remove(ctx, strange.setting) {
        Some(edit) => finding.fix(
            format!("Take `{}` out", ctx.show(strange.key)),
            Applicability::Unsafe,
            alloc::vec![edit],
        ),
        None => finding,
    }
}

/// pgx leaves `pool_max_conns` and its like to pgxpool; without it the server gets them.
fn pool_without_a_pool(ctx: &Context<'_>) -> Option<Finding> {
    let around = ctx.surroundings;
    let says = |word| around.before.contains(word) || around.after.contains(word);
    let plain = ctx.driver == Driver::Pgx
        && ["pgx.Connect(", "pgx.ParseConfig(", "sql.Open(\"pgx\""]
            .into_iter()
            .any(says)
        && !says("pgxpool");
    let settings = &ctx.settings().all;
    let setting = settings
        .iter()
        .find(|s| plain && s.key.starts_with("pool_m"))?;
    let key: Span = setting.key_span?;
    let finding = Finding::new(
        key,
        format!("`{}` is for pgxpool, not for a single connection", ctx.show(key)),
    )
    .help(
        "pgx hands it to the server, which answers: unrecognized configuration parameter. Open the string with `pgxpool.New`, or take it out.",
    )
    .certainty(Certainty::Likely);
    Some(match pairs::remove(ctx, setting) {
        Some(edit) => finding.fix(
            format!("Take `{}` out", ctx.show(key)),
            Applicability::Unsafe,
            alloc::vec![edit],
        ),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn each_driver_has_its_own_names() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://db.example/app?sslca=root.pem
                            ^^^^^ `sslca` is called `sslrootcert` in libpq
",
        );
        for (text, expected) in [
            (
                "postgresql://db.example/app?sslca=root.pem",
                "postgresql://db.example/app?sslrootcert=root.pem",
            ),
            (
                "host=db.example database=app port=5432",
                "host=db.example dbname=app port=5432",
            ),
            (
                "host=db.example port=5432 username=app",
                "host=db.example port=5432 user=app",
            ),
            (
                "Data Source=db.example;Database=app;User Id=app",
                "Host=db.example;Database=app;User Id=app",
            ),
            (
                "Host=db.example;Database=app;User=app",
                "Host=db.example;Database=app;Username=app",
            ),
            (
                "jdbc:postgresql://db.example/app?username=app",
                "jdbc:postgresql://db.example/app?user=app",
            ),
            (
                "jdbc:postgresql://db.example/app?application_name=x&schema=shop",
                "jdbc:postgresql://db.example/app?application_name=x&currentSchema=shop",
            ),
            (
                "Host=db.example;Database=app;Username=app;connect_timeout=10",
                "Host=db.example;Database=app;Username=app;Timeout=10",
            ),
            (
                "Server=db.example;Database=app;User Id=app;Encrypt=true",
                "Server=db.example;Database=app;User Id=app;SSL Mode=Require",
            ),
            (
                "Server=db.example;Database=app;SSL=true;SslMode=Require;",
                "Server=db.example;Database=app;SslMode=Require;",
            ),
            (
                "Driver={PostgreSQL Unicode};Host=db.example;Database=app;Uid=app",
                "Driver={PostgreSQL Unicode};Server=db.example;Database=app;Uid=app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        fixes(
            &RULE,
            &driver(Driver::Prisma),
            "postgresql://db.example/app?sslrootcert=root.pem",
            "postgresql://db.example/app?sslcert=root.pem",
        );
    }

    #[test]
    fn what_another_driver_of_sqlalchemy_does_not_take_is_found() {
        fixes(
            &RULE,
            &auto(),
            "postgresql+asyncpg://app@db.example/app?sslmode=require",
            "postgresql+asyncpg://app@db.example/app?ssl=require",
        );
        silent(
            &RULE,
            &auto(),
            "postgresql+psycopg://app@db.example/app?sslmode=require",
        );
        carets(
            &RULE,
            &driver(Driver::TokioPostgres),
            "
postgresql://db.example/app?sslrootcert=root.pem
                            ^^^^^^^^^^^ `sslrootcert` belongs to libpq: tokio-postgres has no such keyword
",
        );
    }

    #[test]
    fn what_has_no_counterpart_goes() {
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Username=app;Trusted_Connection=True;SSL Mode=Require
                             ^^^^^^^^^^^^^^^^^^ `Trusted_Connection` belongs to SQL Server: Npgsql has no such keyword
",
        );
        for (text, expected) in [
            (
                "Host=db.example;Username=app;Trusted_Connection=True;SSL Mode=Require",
                "Host=db.example;Username=app;SSL Mode=Require",
            ),
            (
                "Host=db.example;Username=app;MultipleActiveResultSets=True",
                "Host=db.example;Username=app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        fixes(
            &RULE,
            &driver(Driver::Libpq),
            "postgresql://db.example/app?pgbouncer=true&sslmode=require",
            "postgresql://db.example/app?sslmode=require",
        );
    }

    #[test]
    fn what_has_no_effect_is_a_warning_where_something_else_would() {
        let of = |given, text: &str| {
            findings(&RULE, &driver(given), text)
                .first()
                .map(|d| d.severity)
        };
        for (given, text, expected) in [
            (
                Driver::NodePostgres,
                "postgresql://h/db?connect_timeout=10",
                Severity::Info,
            ),
            (
                Driver::Sqlx,
                "postgresql://h/db?channel_binding=require",
                Severity::Info,
            ),
            (
                Driver::Psqlodbc,
                "Driver={PostgreSQL Unicode};Server=h;Database=d;User Id=u",
                Severity::Error,
            ),
            (
                Driver::Asyncpg,
                "postgresql://h/db?channel_binding=require",
                Severity::Error,
            ),
            (
                Driver::Asyncpg,
                "postgresql://h/db?schema=app",
                Severity::Error,
            ),
        ] {
            assert_eq!(of(given, text), Some(expected), "{given} {text}");
        }
    }

    #[test]
    fn pgxpool_is_told_from_a_single_connection() {
        let with =
            |code: &str| format!("{code}(ctx, \"postgres://app@db.example/app?pool_max_conns=5\")");
        assert_eq!(findings(&RULE, &auto(), &with("pgx.Connect")).len(), 1);
        silent(&RULE, &auto(), &with("pgxpool.New"));
    }

    #[test]
    fn every_driver_keeps_its_own() {
        for text in [
            "postgresql://db.example/app?schema=public&connection_limit=5&pgbouncer=true",
            "postgresql://db.example/app?sslmode=require&uselibpqcompat=true",
            "jdbc:postgresql://db.example/app?user=app&currentSchema=x",
            "Server=db.example;DB=app;UID=app;PWD=x;Load Balance Timeout=5",
            "r2dbc:postgresql://db.example/app?sslMode=require&schema=x",
            "r2dbc:pool:postgresql://db.example/app?maxSize=5&initialSize=1&validationQuery=x",
            "host=db.example user=app TimeZone=Europe/Berlin",
            "DATABASE_URL=\"postgresql://app:!pw!@127.0.0.1:5432/app?serverVersion=16&charset=utf8\"",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::RubyPg),
            "postgresql://db.example/app?pool=5&encoding=unicode&prepared_statements=false&username=x",
        );
        silent(
            &RULE,
            &driver(Driver::Asyncpg),
            "postgresql://db.example/app?application_name=x&search_path=y",
        );
    }
}
