//! TLS026: a plain `require` for an Azure server: encrypted, to whoever answers.

use super::modes::{self, Reading, speaks_to_azure};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar, Param};
use crate::readings::Encrypted;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS026",
    name: "certificate-not-checked",
    group: Group::Tls,
    severity: Severity::Info,
    certainty: Certainty::Certain,
    fix: Some(Applicability::DisplayOnly),
    supersedes: &[],
    docs: docs!("certificate_not_checked.md"),
    check,
};

fn message(shown: &str) -> String {
    format!("`{shown}` encrypts, and checks no certificate")
}

fn help(ctx: &Context<'_>) -> &'static str {
    match ctx.driver {
        Driver::Npgsql => {
            "Whoever can reroute the connection can answer in the server's place. `VerifyFull` checks certificate and name against the system's roots, which know Azure's. Npgsql 6 and 7 refuse `Require` unless `Trust Server Certificate=true` stands beside it."
        }
        Driver::Pgjdbc => {
            "Whoever can reroute the connection can answer in the server's place. `verify-full` checks certificate and name, against a file or, with `sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory`, against Java's own roots, which know Azure's."
        }
        Driver::Libpq | Driver::Psycopg | Driver::RubyPg | Driver::PhpPgsql | Driver::PhpPdo => {
            "Whoever can reroute the connection can answer in the server's place. `verify-full` checks certificate and name, against a file or, from libpq 16 on with `sslrootcert=system`, against the system's roots, which know Azure's."
        }
        _ => {
            "Whoever can reroute the connection can answer in the server's place. `verify-full` checks certificate and name."
        }
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !speaks_to_azure(ctx) || matches!(ctx.grammar(), Grammar::Entries | Grammar::Command) {
        return;
    }
    let Some(mode) = modes::setting(ctx) else {
        return;
    };
    let value = mode.value.expose();
    let plain =
        modes::mode(ctx, value) == Some("require") && modes::reading(ctx, value) == Reading::Known;
    let unchecked =
        modes::effective(ctx).is_some_and(|tls| tls.encrypted == Encrypted::Always && !tls.chain);
    // Those say more about it.
    let told = ctx.get(Param::TrustServerCertificate).is_some()
        || ctx.get(Param::SslRootCert).is_some()
        || ctx.get(Param::SslFactory).is_some();
    if !plain || !unchecked || told {
        return;
    }
    let certainty = if modes::driver_is_evident(ctx) {
        Certainty::Certain
    } else {
        Certainty::Depends
    };
    let span = mode.value.span;
    let better = modes::replacement(ctx, "verify-full");
    out.push(
        Finding::new(span, message(&ctx.show(span)))
            .help(help(ctx))
            .certainty(certainty)
            .fix(
                format!("Write `{better}`"),
                Applicability::DisplayOnly,
                alloc::vec![Edit::replace(span, better)],
            ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, silent};

    #[test]
    fn it_is_good_to_know() {
        carets(
            &RULE,
            &auto(),
            "
Host=shop.postgres.database.azure.com;Database=app;SSL Mode=Require
                                                            ^^^^^^^ `Require` encrypts, and checks no certificate
",
        );
        let text = "postgresql://u:p@shop.postgres.database.azure.com/app?sslmode=require";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(found[0].severity, Severity::Info);
        assert_eq!(found[0].certainty, Certainty::Depends);
        assert_eq!(
            findings(&RULE, &driver(Driver::Pgx), text)[0].certainty,
            Certainty::Certain
        );
    }

    #[test]
    fn what_checks_is_left_alone() {
        for text in [
            "Host=shop.postgres.database.azure.com;Database=app;SSL Mode=VerifyFull",
            "host=shop.postgres.database.azure.com sslmode=require sslrootcert=root.pem",
            "host=db.example port=5432 sslmode=require",
            "host=localhost port=5432 sslmode=require",
            "host=shop.postgres.database.azure.com sslmode=${MODE}",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://u:p@shop.postgres.database.azure.com/app?sslmode=require",
        );
    }
}
