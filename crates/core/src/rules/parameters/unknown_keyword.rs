//! PAR001: a keyword that the driver does not know.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar, Param, Setting};
use crate::near::nearest;
use crate::parse::keywords::{self, LIBPQ, NPGSQL, PGJDBC};
use crate::parse::{ErrorKind, ParseError};
use crate::rules::quoting::quote_secret;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR001",
    name: "unknown-keyword",
    group: Group::Parameters,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: include_str!("unknown_keyword.md"),
    check,
};

/// What keywords of other drivers are called in libpq's dialects, in Npgsql's and in pgJDBC's; `""` where there is none.
const ELSEWHERE: &[(&str, [&str; 3])] = &[
    ("database", ["dbname", "Database", ""]),
    ("db", ["dbname", "Database", ""]),
    ("initial catalog", ["dbname", "Database", ""]),
    ("username", ["user", "Username", "user"]),
    ("user name", ["user", "Username", "user"]),
    ("user id", ["user", "Username", "user"]),
    ("userid", ["user", "Username", "user"]),
    ("uid", ["user", "Username", "user"]),
    ("user", ["user", "Username", "user"]),
    ("pwd", ["password", "Password", "password"]),
    ("pass", ["password", "Password", "password"]),
    ("server", ["host", "Host", ""]),
    ("hostname", ["host", "Host", ""]),
    ("servername", ["host", "Host", ""]),
    ("data source", ["host", "Host", ""]),
    ("datasource", ["host", "Host", ""]),
    ("dbname", ["dbname", "Database", ""]),
    ("sslca", ["sslrootcert", "Root Certificate", "sslrootcert"]),
    ("ssl-ca", ["sslrootcert", "Root Certificate", "sslrootcert"]),
    (
        "sslrootcert",
        ["sslrootcert", "Root Certificate", "sslrootcert"],
    ),
    ("ssl-mode", ["sslmode", "SSL Mode", "sslmode"]),
    ("sslkey", ["sslkey", "SSL Key", "sslkey"]),
    ("sslcert", ["sslcert", "SSL Certificate", "sslcert"]),
    (
        "connection timeout",
        ["connect_timeout", "Timeout", "connectTimeout"],
    ),
    (
        "connect timeout",
        ["connect_timeout", "Timeout", "connectTimeout"],
    ),
    (
        "connect_timeout",
        ["connect_timeout", "Timeout", "connectTimeout"],
    ),
    (
        "connecttimeout",
        ["connect_timeout", "Timeout", "connectTimeout"],
    ),
    (
        "application_name",
        ["application_name", "Application Name", "ApplicationName"],
    ),
    (
        "applicationname",
        ["application_name", "Application Name", "ApplicationName"],
    ),
    ("currentschema", ["", "Search Path", "currentSchema"]),
    ("search_path", ["", "Search Path", "currentSchema"]),
    ("schema", ["", "Search Path", "currentSchema"]),
    (
        "target_session_attrs",
        [
            "target_session_attrs",
            "Target Session Attributes",
            "targetServerType",
        ],
    ),
    ("encrypt", ["sslmode", "SSL Mode", "sslmode"]),
];

fn message(ctx: &Context<'_>, keyword: &str, ignored: bool) -> String {
    let driver = match (ctx.grammar(), ctx.driver) {
        (Grammar::AdoNet, _) => "the Npgsql driver".into(),
        (Grammar::Jdbc, _) => "the JDBC driver".into(),
        (_, Driver::Libpq | Driver::Psycopg | Driver::PhpPgsql | Driver::PhpPdo) => "libpq".into(),
        (_, driver) if driver.label().starts_with(char::is_uppercase) => {
            format!("driver {}", driver.label())
        }
        (_, driver) => driver.label().to_string(),
    };
    if ignored {
        format!("{driver} ignores `{keyword}`")
    } else {
        format!("{driver} does not know `{keyword}`")
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let refused: BTreeMap<Span, &ParseError> = ctx
        .meant
        .errors
        .iter()
        .filter(|e| e.kind == ErrorKind::UnknownKeyword)
        .map(|e| (e.span, e))
        .collect();
    for setting in &ctx.meant.settings.all {
        let Some(key) = setting.key_span else {
            continue;
        };
        let refused = refused.get(&key).copied();
        let strange = matches!(setting.param, Param::Unknown | Param::OtherSecret);
        if !(strange || refused.is_some()) || ctx.has_variable(key) {
            continue;
        }
        let better = better(ctx, &setting.key);
        // pgJDBC and readers of the URL standard ignore what they do not know; it is worth a word only where it is clear
        // what was meant.
        let ignored = ctx.grammar() == Grammar::Jdbc;
        if refused.is_none() && !(ignored && better.is_some()) {
            continue;
        }
        out.push(finding(ctx, setting, refused, better, ignored));
    }
}

fn finding(
    ctx: &Context<'_>,
    setting: &Setting,
    refused: Option<&ParseError>,
    better: Option<&'static str>,
    ignored: bool,
) -> Finding {
    let key = setting.key_span.unwrap_or_default();
    let shown = ctx.show(key);
    let name = match ctx.driver {
        Driver::Auto => "The driver",
        driver => driver.label(),
    };
    let consequence = match refused {
        Some(_) if ctx.grammar() == Grammar::AdoNet => format!(
            "Npgsql refuses the whole string: Couldn't set {}.",
            shown.to_lowercase()
        ),
        Some(error) => format!(
            "{name} refuses the whole string: {}.",
            error.driver_text(ctx.text, ctx.redactor)
        ),
        None => "The setting has no effect, and nothing says so.".into(),
    };
    // A secret's piece that came to stand where a keyword should: the quotes are what is missing.
    if ctx.redactor.hides(key) {
        let finding = Finding::new(key, "this piece is read as a keyword").help(format!(
            "{consequence} If it belongs to the value before it, that value must be {}.",
            if ctx.grammar() == Grammar::AdoNet {
                "put in double quotes"
            } else {
                "quoted or encoded"
            }
        ));
        return match quote_secret(ctx, key) {
            Some((title, edits)) => finding.fix(title, Applicability::Unsafe, edits),
            None => finding,
        };
    }
    let advice = better.map_or_else(
        || "Take it out, or look up the name that this driver has for it.".into(),
        |better| format!("The keyword for this is `{better}` here."),
    );
    let mut finding =
        Finding::new(key, message(ctx, &shown, ignored)).help(format!("{consequence} {advice}"));
    if ignored {
        finding = finding.severity(Severity::Warning);
    }
    let taken = better.is_some_and(|better| {
        ctx.meant
            .settings
            .all
            .iter()
            .any(|s| same_keyword(ctx.grammar(), &s.key, better))
    });
    // A renamed keyword that is there already would be a duplicate; a switch is no TLS mode.
    if let Some(better) = better.filter(|_| !taken && value_fits(ctx, setting)) {
        let spelling_only = squeeze(better) == squeeze(&setting.key);
        let applicability = if spelling_only && !ignored {
            Applicability::Safe
        } else {
            Applicability::Unsafe
        };
        finding = finding.fix(
            format!("Write `{better}`"),
            applicability,
            alloc::vec![Edit::replace(key, better)],
        );
    }
    finding
}

/// The name that the dialect has for what `keyword` means, or the nearest that it knows.
fn better(ctx: &Context<'_>, keyword: &str) -> Option<&'static str> {
    // asyncpg, which SQLAlchemy's scheme can name, calls it otherwise and takes the same words.
    if ctx.driver == Driver::Sqlalchemy && keywords::libpq(keyword).is_some() {
        return (keyword == "sslmode" && ctx.text.contains("+asyncpg://")).then_some("ssl");
    }
    let (table, column) = match ctx.grammar() {
        Grammar::AdoNet => (NPGSQL, 1),
        Grammar::Jdbc => (PGJDBC, 2),
        _ => (LIBPQ, 0),
    };
    // The very word: this driver has no other for it.
    if table.iter().any(|k| k.name == keyword) {
        return None;
    }
    let wanted = squeeze(keyword);
    let spelled = table
        .iter()
        .map(|k| k.name)
        .find(|name| squeeze(name) == wanted);
    let elsewhere = ELSEWHERE
        .iter()
        .find(|(name, _)| squeeze(name) == wanted)
        .and_then(|(_, names)| names.get(column).copied())
        .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case(keyword));
    let limit = if keyword.chars().count() >= 6 { 2 } else { 1 };
    spelled
        .filter(|name| *name != keyword)
        .or(elsewhere)
        .or_else(|| {
            nearest(keyword, table.iter().map(|k| k.name), limit).filter(|_| keyword.len() >= 4)
        })
}

fn same_keyword(grammar: Grammar, keyword: &str, better: &str) -> bool {
    if grammar == Grammar::AdoNet {
        keywords::npgsql(keyword).map(|k| k.param) == keywords::npgsql(better).map(|k| k.param)
            && squeeze(keyword) == squeeze(better)
    } else {
        keyword == better
    }
}

/// `Encrypt=true` cannot become `SSL Mode=true`.
fn value_fits(ctx: &Context<'_>, setting: &Setting) -> bool {
    squeeze(&setting.key) != "encrypt" && !slice(ctx.text, setting.value.span).is_empty()
}

fn squeeze(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn each_dialect_has_its_own_names() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://db.example/app?sslca=root.pem
                            ^^^^^ libpq does not know `sslca`
",
        );
        for (text, expected) in [
            (
                "postgresql://db.example/app?sslMode=require",
                "postgresql://db.example/app?sslmode=require",
            ),
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
                "host=db.example port=5432 sslmod=require",
                "host=db.example port=5432 sslmode=require",
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
                "jdbc:postgresql://db.example/app?SSLMode=require",
                "jdbc:postgresql://db.example/app?sslmode=require",
            ),
            (
                "jdbc:postgresql://db.example/app?username=app",
                "jdbc:postgresql://db.example/app?user=app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
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
                            ^^^^^^^^^^^ tokio-postgres does not know `sslrootcert`
",
        );
    }

    #[test]
    fn foreign_keywords_are_named_without_a_fix_where_there_is_none() {
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Username=app;Trusted_Connection=True;SSL Mode=Require
                             ^^^^^^^^^^^^^^^^^^ the Npgsql driver does not know `Trusted_Connection`
",
        );
        carets(
            &RULE,
            &auto(),
            "
postgresql://db.example/app?schema=public
                            ^^^^^^ libpq does not know `schema`
",
        );
    }

    #[test]
    fn a_piece_of_a_password_is_not_repeated() {
        let found = crate::rules::testing::findings(
            &RULE,
            &auto(),
            "Host=db.example;Username=app;Password=p;s5cr3t=x;Database=app",
        );
        assert_eq!(found.len(), 1);
        assert!(!format!("{found:?}").contains("s5cr3t"));
    }

    #[test]
    fn what_is_known_or_ignored_for_good_is_left_alone() {
        for text in [
            "postgresql://db.example/app?sslmode=require&target_session_attrs=any",
            "Host=db.example;SslMode=Require;Minimum Pool Size=1;UserId=app",
            "jdbc:postgresql://db.example/app?ApplicationName=a&x=1",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
