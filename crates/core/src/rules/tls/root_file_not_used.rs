//! TLS013: a file of trusted roots that the mode beside it makes no use of.

use super::modes::{self, Distance};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Param, Setting};
use crate::readings::Encrypted;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS013",
    name: "root-file-not-used",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("root_file_not_used.md"),
    check,
};

fn message(key: &str) -> String {
    format!("`{key}` is not used, the certificate is not checked")
}

fn help(ctx: &Context<'_>, mode: Option<&str>, better: Option<&str>) -> String {
    let who = ctx.driver.label();
    let when = mode.map_or_else(
        || "without a TLS mode".into(),
        |mode| format!("in the mode `{mode}`"),
    );
    let does = if ctx.driver == Driver::Prisma {
        "Prisma looks at it only with `sslaccept=strict`".into()
    } else {
        format!("{who} does not look at it {when}, which libpq does")
    };
    let instead = better.map_or_else(String::new, |better| {
        format!(" `{better}` checks the certificate against the file, and the name in it.")
    });
    format!(
        "{does}: the connection is encrypted at most, and any server can pass itself off as yours.{instead}"
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if modes::distance(ctx) == Distance::Here || !modes::driver_is_evident(ctx) {
        return;
    }
    let Some(file) = file(ctx) else { return };
    let unused =
        modes::effective(ctx).is_some_and(|tls| !tls.chain && tls.encrypted != Encrypted::Never);
    if !unused {
        return;
    }
    let mode = ctx.get(Param::SslMode);
    let better = better(ctx, mode);
    let shown_mode = mode.map(|m| ctx.show(m.value.span));
    let key = file.key_span.map_or_else(String::new, |key| ctx.show(key));
    let mut finding = Finding::new(file.span(), message(&key)).help(help(
        ctx,
        shown_mode.as_deref(),
        better.as_ref().map(|(name, _)| *name),
    ));
    if let Some((name, edit)) = better {
        finding = finding.fix(
            format!("Write `{name}`"),
            Applicability::Unsafe,
            alloc::vec![edit],
        );
    }
    out.push(finding);
}

/// The setting that names the file; Prisma calls it otherwise, and drivers that hand it to the server do not know it at all.
fn file<'a>(ctx: &Context<'a>) -> Option<&'a Setting> {
    let setting = match ctx.driver {
        Driver::PostgresJs | Driver::TokioPostgres | Driver::Ecto => None,
        Driver::Prisma => ctx.settings().all.iter().rfind(|s| s.key == "sslcert"),
        _ => ctx.get(Param::SslRootCert),
    };
    setting.filter(|s| !s.value.expose().is_empty() && s.value.expose() != "system")
}

/// What to write so that the file is used.
fn better(ctx: &Context<'_>, mode: Option<&Setting>) -> Option<(&'static str, Edit)> {
    if ctx.driver == Driver::Prisma {
        let accept = ctx.settings().all.iter().rfind(|s| s.key == "sslaccept");
        return accept.map(|s| ("strict", Edit::replace(s.value.span, "strict")));
    }
    let span = mode?.value.span;
    let name = modes::spelling(ctx, "verify-full");
    (!span.is_empty()).then(|| (name, Edit::replace(span, name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn a_file_that_nobody_looks_at_is_found() {
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://db.example/app?sslmode=require&sslrootcert=root.pem
                                                 ^^^^^^^^^^^^^^^^^^^^ `sslrootcert` is not used, the certificate is not checked
",
        );
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Database=app;SSL Mode=Require;Root Certificate=root.pem
                                              ^^^^^^^^^^^^^^^^^^^^^^^^^ `Root Certificate` is not used, the certificate is not checked
",
        );
        carets(
            &RULE,
            &driver(Driver::Asyncpg),
            "
postgresql://u:p@db.example/app?sslrootcert=root.pem
                                ^^^^^^^^^^^^^^^^^^^^ `sslrootcert` is not used, the certificate is not checked
",
        );
    }

    #[test]
    fn the_fix_has_it_used() {
        for (options, text, expected) in [
            (
                auto(),
                "jdbc:postgresql://db.example/app?sslmode=require&sslrootcert=root.pem",
                "jdbc:postgresql://db.example/app?sslmode=verify-full&sslrootcert=root.pem",
            ),
            (
                auto(),
                "Host=db.example;Database=app;SSL Mode=Require;Root Certificate=root.pem",
                "Host=db.example;Database=app;SSL Mode=VerifyFull;Root Certificate=root.pem",
            ),
            (
                driver(Driver::Sqlx),
                "postgres://u:p@db.example/app?sslmode=require&sslrootcert=root.pem",
                "postgres://u:p@db.example/app?sslmode=verify-full&sslrootcert=root.pem",
            ),
            (
                driver(Driver::Pgx),
                "postgres://u:p@db.example/app?sslmode=prefer&sslrootcert=root.pem",
                "postgres://u:p@db.example/app?sslmode=verify-full&sslrootcert=root.pem",
            ),
            (
                driver(Driver::Prisma),
                "postgresql://u:p@db.example/app?sslmode=require&sslcert=root.pem&sslaccept=accept_invalid_certs",
                "postgresql://u:p@db.example/app?sslmode=require&sslcert=root.pem&sslaccept=strict",
            ),
        ] {
            fixes(&RULE, &options, text, expected);
        }
    }

    #[test]
    fn a_file_that_is_used_is_left_alone() {
        for text in [
            "host=db.example port=5432 sslmode=require sslrootcert=root.pem",
            "host=db.example port=5432 sslmode=disable sslrootcert=root.pem",
            "jdbc:postgresql://db.example/app?sslmode=verify-ca&sslrootcert=root.pem",
            "jdbc:postgresql://db.example/app?ssl=true&sslrootcert=root.pem",
            "jdbc:postgresql://localhost/app?sslmode=require&sslrootcert=root.pem",
            "jdbc:postgresql://db.example/app?sslmode=${MODE}&sslrootcert=root.pem",
            "jdbc:postgresql://db.example/app?sslmode=require",
            "Host=db.example;Database=app;SSL Mode=VerifyCA;Root Certificate=root.pem",
            "postgresql://u:p@db.example/app?sslmode=require&sslrootcert=root.pem",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
