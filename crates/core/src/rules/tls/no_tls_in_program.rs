//! TLS032: a Rust program that cannot speak TLS, for a server that wants it.

use super::modes::{self, speaks_to_azure};
use crate::detect::{Switch, SwitchKind};
use crate::diagnostics::{Certainty, Severity};
use crate::model::Driver;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS032",
    name: "no-tls-in-program",
    group: Group::Tls,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("no_tls_in_program.md"),
    check,
};

const MESSAGE: &str = "`NoTls` leaves this program without the TLS that Azure wants";

const MESSAGE_REQUIRED: &str = "the string requires TLS, and `NoTls` has none";

const INSTEAD: &str = "Hand over a connector in its place, such as that of postgres-native-tls or tokio-postgres-rustls, and write `sslmode=require`.";

/// What is handed over in its place.
const CONNECTORS: [&str; 2] = ["MakeTlsConnect", "MakeRustlsConnect"];

/// Where the program says that it has no TLS. An import alone says nothing, and where a connector stands as well, the program
/// chooses.
pub(in crate::rules) fn said(ctx: &Context<'_>) -> Option<Span> {
    let paste = ctx.surroundings.paste;
    if ctx.driver != Driver::TokioPostgres || CONNECTORS.iter().any(|name| paste.contains(name)) {
        return None;
    }
    let is_used = |s: &&Switch| {
        let line = slice(paste, Span::new(0, s.span.start)).rsplit('\n').next();
        !line.is_some_and(|line| line.trim_start().starts_with("use "))
    };
    let switches = ctx.surroundings.switches.iter();
    let mut switches = switches.filter(|s| s.kind == SwitchKind::NoTls);
    switches.find(is_used).map(|switch| switch.span)
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(span) = said(ctx) else {
        return;
    };
    let mode = modes::setting(ctx).and_then(|s| modes::mode(ctx, s.value.expose()));
    let finding = match mode {
        Some("require") => Finding::beside(span, MESSAGE_REQUIRED)
            .certainty(Certainty::Certain)
            .help(alloc::format!(
                "The driver gives up with `no TLS implementation configured`. {INSTEAD}"
            )),
        None | Some("prefer") if speaks_to_azure(ctx) => Finding::beside(span, MESSAGE)
            .help(alloc::format!(
                "Unless `require_secure_transport` is switched off, the server answers `no pg_hba.conf entry for host …, no encryption`. {INSTEAD}"
            )),
        _ => return,
    };
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::lint;
    use crate::rules::testing::{auto, carets, silent};
    use alloc::format;

    #[test]
    fn it_is_found_beside_the_string() {
        carets(
            &RULE,
            &auto(),
            "
let c = tokio_postgres::connect(\"host=shop.postgres.database.azure.com user=app\", NoTls).await?;
                                                                                  ^^^^^ `NoTls` leaves this program without the TLS that Azure wants
",
        );
        carets(
            &RULE,
            &auto(),
            "
let c = Client::connect(\"postgres://app@db.example/app?sslmode=require\", NoTls)?;
                                                                         ^^^^^ the string requires TLS, and `NoTls` has none
",
        );
    }

    #[test]
    fn the_summary_says_no_more_than_the_rule() {
        let connected = |with: &str| {
            let text = format!(
                "use tokio_postgres::NoTls;\nconnect(\"host=shop.postgres.database.azure.com user=app\", {with})"
            );
            lint(&text, &auto()).strings[0]
                .summary
                .contains("without TLS")
        };
        assert!(connected("NoTls"));
        assert!(!connected("tls"));
        assert!(!connected(
            "if here { NoTls } else { MakeTlsConnector::new(c) }"
        ));
    }

    #[test]
    fn where_no_tls_is_wanted_it_is_silent() {
        for text in [
            "tokio_postgres::connect(\"host=localhost user=postgres\", NoTls).await?;",
            "tokio_postgres::connect(\"host=db.example user=app\", NoTls).await?;",
            "use tokio_postgres::NoTls;\nlet u = \"host=shop.postgres.database.azure.com user=app\";",
            "if local { connect(\"host=shop.postgres.database.azure.com\", NoTls) } else { connect(u, MakeTlsConnector::new(c)) }",
            "use tokio_postgres::NoTls;\nlet u = \"Server=shop.postgres.database.azure.com;User Id=app\";",
            "tokio_postgres::connect(\"host=shop.postgres.database.azure.com sslmode=require user=app\", tls).await?;",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
