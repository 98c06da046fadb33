//! PAR011: a time-out that makes sense in another unit than the one that the driver counts in.

use super::strange::driver;
use super::typed;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Setting;
use crate::parse::kinds::{Kind, Unit};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR011",
    name: "timeout-unit",
    group: Group::Parameters,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &["PAR002", "PAR009"],
    docs: docs!("timeout_unit.md"),
    check,
};

fn message(pair: &str, millis: u64) -> String {
    format!("`{pair}` is {}", typed::length(millis))
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for (setting, kind) in typed::all(ctx) {
        let Some(number) = typed::number(setting).and_then(|n| u64::try_from(n).ok()) else {
            continue;
        };
        let unit = match kind {
            Kind::Number { unit, .. } => unit,
            Kind::LeadingMillis | Kind::JavaDuration => Unit::Millis,
            _ => continue,
        };
        // How long a lock may be waited for can well be some milliseconds.
        let lock = setting.key.to_ascii_lowercase().contains("lock");
        let slip = match unit {
            Unit::None => None,
            Unit::ConnectSeconds => (number >= 1000 && number.is_multiple_of(100)).then_some(false),
            Unit::Seconds => is_odd_in_seconds(number).then_some(false),
            Unit::ConnectMillis => (1..=600).contains(&number).then_some(true),
            Unit::Millis => ((1..=60).contains(&number) && !lock).then_some(true),
        };
        let Some(too_small) = slip else { continue };
        let refused = matches!(kind, Kind::Number { most, .. } if i64::try_from(number).is_ok_and(|n| n > most));
        out.push(finding(ctx, setting, number, too_small, unit, refused));
    }
    in_options(ctx, out);
}

/// Round in milliseconds, and nothing that one would write in seconds: 30000, but not 3600 or 86400.
const fn is_odd_in_seconds(number: u64) -> bool {
    number >= 10_000
        && number.is_multiple_of(1_000)
        && !number.is_multiple_of(1_800)
        && number < 10_000_000
}

fn finding(
    ctx: &Context<'_>,
    setting: &Setting,
    number: u64,
    too_small: bool,
    unit: Unit,
    refused: bool,
) -> Finding {
    let key = setting.key_span.unwrap_or_default();
    let span = setting.value.span;
    let (millis, counted, other, better) = if too_small {
        (number, "milliseconds", "seconds", number.checked_mul(1000))
    } else {
        let whole = number.is_multiple_of(1000);
        (
            number.saturating_mul(1000),
            "seconds",
            "milliseconds",
            whole.then_some(number / 1000),
        )
    };
    let pair = format!("{}={}", ctx.show(key), ctx.show(span));
    let mut finding = Finding::new(span, message(&pair, millis)).help(format!(
        "{} counts {counted} here; the number looks like one of {other}.",
        driver(ctx)
    ));
    if refused {
        finding = finding.severity(Severity::Error);
    } else if unit == Unit::Seconds {
        // A query may well be given hours.
        finding = finding
            .severity(Severity::Info)
            .certainty(Certainty::Depends);
    }
    match better {
        Some(better) => finding.fix(
            format!("Write `{better}`"),
            Applicability::Unsafe,
            alloc::vec![Edit::replace(span, better.to_string())],
        ),
        None => finding,
    }
}

/// The server's own time-outs, which count milliseconds where no unit is given.
const SERVER: [&str; 4] = [
    "statement_timeout",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "transaction_timeout",
];

fn in_options(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for setting in &ctx.settings().all {
        let span = setting.value.span;
        if setting.key_span.is_none() || setting.param.is_secret() || ctx.has_variable(span) {
            continue;
        }
        if SERVER.contains(&&*setting.key) {
            // node-postgres's are read above.
            let sent = crate::readings::unknown_to(ctx.driver, setting)
                == Some(crate::readings::Unknown::Sent);
            if let Some(number) = small(setting.value.expose()).filter(|_| sent) {
                out.push(of_the_server(ctx, &setting.key, span, number));
            }
        } else if setting.key.eq_ignore_ascii_case("options") {
            for name in SERVER {
                if let Some((at, number)) = value_in(ctx.raw(span), name) {
                    let place = at.shifted(span.start);
                    out.push(of_the_server(ctx, name, place, number));
                }
            }
        }
    }
}

fn small(text: &str) -> Option<u64> {
    text.parse().ok().filter(|n| (1..=60).contains(n))
}

/// Where the bare number behind `name=` stands in `options`, raw or percent-encoded.
fn value_in(raw: &str, name: &str) -> Option<(Span, u64)> {
    let behind = raw.find(name)? + name.len();
    let rest = raw.get(behind..)?;
    let rest_at = ["=", "%3D", "%3d"]
        .iter()
        .find(|equals| rest.starts_with(**equals))
        .map(|equals| behind + equals.len())?;
    let rest = raw.get(rest_at..)?;
    let len = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let ends = rest.get(len..)?;
    let ends =
        ends.is_empty() || ends.starts_with([' ', '+', '\'', '&']) || ends.starts_with("%20");
    let number = small(rest.get(..len)?).filter(|_| ends)?;
    Some((Span::new(rest_at, rest_at + len), number))
}

fn of_the_server(ctx: &Context<'_>, name: &str, span: Span, number: u64) -> Finding {
    let value = ctx.show(span);
    Finding::new(span, message(&format!("{name}={value}"), number))
        .help("The server counts milliseconds where no unit is given; the number looks like one of seconds. Units are allowed: `30s`, `5min`.")
        .fix(
            format!("Write `{value}s`"),
            Applicability::Unsafe,
            alloc::vec![Edit::insert(span.end, "s")],
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver as given, findings, fixes, silent};

    #[test]
    fn seconds_and_milliseconds_are_told_apart_by_their_size() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://db.example/app?connect_timeout=5000
                                            ^^^^ `connect_timeout=5000` is 83 minutes
",
        );
        for (text, expected) in [
            (
                "postgresql://db.example/app?connect_timeout=5000",
                "postgresql://db.example/app?connect_timeout=5",
            ),
            (
                "Host=db.example;Timeout=30000",
                "Host=db.example;Timeout=30",
            ),
            (
                "jdbc:postgresql://db.example/app?connectTimeout=10000",
                "jdbc:postgresql://db.example/app?connectTimeout=10",
            ),
            (
                "jdbc:postgresql://db.example/app?sslResponseTimeout=5",
                "jdbc:postgresql://db.example/app?sslResponseTimeout=5000",
            ),
            (
                "host=db.example port=5432 tcp_user_timeout=30",
                "host=db.example port=5432 tcp_user_timeout=30000",
            ),
            (
                "new Client({host: 'db.example', port: 5432, user: 'app', connectionTimeoutMillis: 10})",
                "new Client({host: 'db.example', port: 5432, user: 'app', connectionTimeoutMillis: 10000})",
            ),
            (
                "r2dbc:postgresql://db.example/app?connectTimeout=10",
                "r2dbc:postgresql://db.example/app?connectTimeout=10000",
            ),
            (
                "postgresql://db.example/app?options=-c%20statement_timeout%3D30",
                "postgresql://db.example/app?options=-c%20statement_timeout%3D30s",
            ),
            (
                "host=db.example user=app options='-c statement_timeout=30 -c jit=off'",
                "host=db.example user=app options='-c statement_timeout=30s -c jit=off'",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        for (driver, text, expected) in [
            (
                Driver::TokioPostgres,
                "postgresql://db.example/app?tcp_user_timeout=30000",
                "postgresql://db.example/app?tcp_user_timeout=30",
            ),
            (
                Driver::NodePostgres,
                "postgresql://db.example/app?statement_timeout=30",
                "postgresql://db.example/app?statement_timeout=30000",
            ),
            (
                Driver::Pgx,
                "postgresql://db.example/app?statement_timeout=30",
                "postgresql://db.example/app?statement_timeout=30s",
            ),
        ] {
            fixes(&RULE, &given(driver), text, expected);
        }
    }

    #[test]
    fn hours_for_a_query_are_a_question() {
        let found = findings(&RULE, &auto(), "Host=db.example;Command Timeout=30000");
        assert_eq!(found[0].severity, Severity::Info);
        assert_eq!(
            findings(&RULE, &auto(), "Host=db.example;Timeout=30000")[0].severity,
            Severity::Error
        );
    }

    #[test]
    fn numbers_that_fit_are_left_alone() {
        for text in [
            "postgresql://db.example/app?connect_timeout=10&tcp_user_timeout=30000",
            "Host=db.example;Timeout=1024;Command Timeout=3600;Connection Lifetime=86400",
            "Host=db.example;Command Timeout=7200;Keepalive=30;Cancellation Timeout=2000",
            "jdbc:postgresql://db.example/app?connectTimeout=0&socketTimeout=600",
            "host=db.example user=app options='-c statement_timeout=30s'",
            "host=db.example user=app options='-c statement_timeout=30000'",
            "host=db.example user=app options='-c lock_timeout=50'",
            "r2dbc:postgresql://db.example/app?connectTimeout=PT10S",
            "new Client({host: 'db.example', port: 5432, user: 'app', connectionTimeoutMillis: 5000})",
            "host=db.example port=5432 connect_timeout=600",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
