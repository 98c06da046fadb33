//! TLS090: less TLS than the team's policy asks for.

use super::modes::{replacement, setting};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Param, Setting};
use crate::policy::TlsLevel;
use crate::readings::tls_of;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS090",
    name: "tls-below-policy",
    group: Group::Tls,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &["TLS001", "TLS002", "TLS003"],
    docs: docs!("tls_below_policy.md"),
    check,
};

const fn mode_of(level: TlsLevel) -> &'static str {
    match level {
        TlsLevel::Encrypted => "require",
        TlsLevel::VerifyCa => "verify-ca",
        TlsLevel::VerifyFull => "verify-full",
    }
}

fn help(driver: &str, reached: Option<TlsLevel>, wanted: TlsLevel) -> String {
    let does = match reached {
        None => "can end up in the clear",
        Some(TlsLevel::Encrypted) => "encrypts and checks no certificate",
        Some(_) => "checks the issuer of the certificate, not the name in it",
    };
    format!(
        "With these settings {driver} {does}; connlint was told that strings must reach `{}`.",
        wanted.name()
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(wanted) = ctx.policy.tls else {
        return;
    };
    // .pgpass says nothing of TLS, and a socket has none.
    let local = |name: &str| name.starts_with(['/', '@']);
    let Some(host) = ctx.host().filter(|h| !local(&h.text)) else {
        return;
    };
    let mode = ctx.get(Param::SslMode);
    if ctx.grammar() == Grammar::Pgpass || mode.is_some_and(|s| ctx.has_variable(s.span())) {
        return;
    }
    let reached = TlsLevel::of(tls_of(ctx.driver, ctx.settings()));
    if reached >= Some(wanted) {
        return;
    }
    let span = mode.map_or(host.span, Setting::span);
    let mut finding = Finding::new(span, "less TLS than the policy asks for").help(help(
        ctx.driver.label(),
        reached,
        wanted,
    ));
    if mode.is_none() && ctx.surroundings.mention_tls {
        finding = finding
            .severity(Severity::Warning)
            .certainty(Certainty::Depends);
    }
    if let Some(setting) = setting(ctx) {
        let text = replacement(ctx, mode_of(wanted));
        if text != ctx.raw(setting.value.span) {
            finding = finding.fix(
                format!("Set it to `{text}`"),
                Applicability::Unsafe,
                alloc::vec![Edit::replace(setting.value.span, text)],
            );
        }
    }
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Options;
    use crate::model::Driver;
    use crate::policy::Policy;
    use crate::rules::testing::{auto, carets, fixes, silent};

    fn asking(tls: TlsLevel, driver: Driver) -> Options {
        Options {
            policy: Policy {
                tls: Some(tls),
                ..Policy::default()
            },
            driver,
            ..auto()
        }
    }

    #[test]
    fn the_mode_or_else_the_host_is_pointed_at() {
        let full = asking(TlsLevel::VerifyFull, Driver::Libpq);
        carets(
            &RULE,
            &full,
            "
postgresql://app@db.example/shop?sslmode=require
                                 ^^^^^^^^^^^^^^^ less TLS than the policy asks for
",
        );
        carets(
            &RULE,
            &full,
            "
postgresql://app@db.example/shop
                 ^^^^^^^^^^ less TLS than the policy asks for
",
        );
    }

    #[test]
    fn what_counts_is_what_the_driver_does() {
        let text = "postgresql://app@db.example/shop?sslmode=require";
        silent(&RULE, &asking(TlsLevel::Encrypted, Driver::Libpq), text);
        // node-postgres checks everything in this mode.
        silent(
            &RULE,
            &asking(TlsLevel::VerifyFull, Driver::NodePostgres),
            text,
        );
        silent(&RULE, &auto(), text);
        fixes(
            &RULE,
            &asking(TlsLevel::VerifyCa, Driver::Libpq),
            text,
            "postgresql://app@db.example/shop?sslmode=verify-ca",
        );
        fixes(
            &RULE,
            &asking(TlsLevel::VerifyFull, Driver::Npgsql),
            "Host=db.example;Username=app;SSL Mode=Require",
            "Host=db.example;Username=app;SSL Mode=VerifyFull",
        );
    }

    #[test]
    fn sockets_and_variables_are_left_alone() {
        let full = asking(TlsLevel::VerifyFull, Driver::Libpq);
        silent(&RULE, &full, "postgresql:///shop?host=/run/postgresql");
        silent(
            &RULE,
            &full,
            "postgresql://app@db.example/shop?sslmode=${MODE}",
        );
        silent(&RULE, &full, "db.example:5432:*:app:pw");
    }
}
