//! TLS003: TLS switched off for an Azure server.

use super::modes::{self, Reading, speaks_to_azure};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Param, Setting, Target};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS003",
    name: "sslmode-disabled",
    group: Group::Tls,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("sslmode_disabled.md"),
    check,
};

fn message(shown: &str) -> String {
    format!("`{shown}` turns TLS off, which Azure refuses")
}

fn message_where_it_may_work(shown: &str) -> String {
    format!("`{shown}` turns TLS off")
}

fn help(ctx: &Context<'_>, better: &str, single: bool) -> String {
    let also = if ctx.driver == Driver::NodePostgres {
        " node-postgres also checks the certificate then."
    } else {
        ""
    };
    if single {
        return format!(
            "Unless SSL enforcement is switched off, Single Server answers `SSL connection is required. Please specify SSL options and retry.` Where it is off, password hashes and data cross the network in the clear. `{better}` works either way.{also}"
        );
    }
    format!(
        "Unless `require_secure_transport` is switched off, the server answers `no pg_hba.conf entry for host …, no encryption` (`SSL off` before PostgreSQL 14). Azure always offers TLS: `{better}` uses it.{also}"
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !speaks_to_azure(ctx) {
        return;
    }
    let Some((span, shown, better)) = off(ctx) else {
        return;
    };
    let shown = ctx.show(shown);
    // There the enforcement can be off; the string may have worked for years.
    let single = ctx.target_given && ctx.target == Target::AzureSingle;
    let mut finding = if single {
        Finding::new(span, message_where_it_may_work(&shown)).severity(Severity::Warning)
    } else {
        Finding::new(span, message(&shown))
    };
    finding = finding.help(help(ctx, better, single));
    out.push(finding.fix(
        format!("Write `{better}`"),
        Applicability::Safe,
        alloc::vec![Edit::replace(span, better)],
    ));
}

/// Where TLS is switched off, what to show of it, and what to put there.
fn off(ctx: &Context<'_>) -> Option<(Span, Span, &'static str)> {
    if let Some(setting) = modes::setting(ctx) {
        let value = setting.value.expose();
        let disabled = modes::reading(ctx, value) == Reading::Known
            && modes::mode(ctx, value) == Some("disable")
            && ctx.driver != Driver::Ecto;
        return disabled.then(|| {
            (
                setting.value.span,
                setting.span(),
                modes::spelling(ctx, "require"),
            )
        });
    }
    let switch = switch(ctx)?;
    let off: &[&str] = match ctx.driver {
        // `ssl=false` does not even work: pg 8.23 breaks off with a TypeError.
        Driver::NodePostgres => &["false", "0"],
        Driver::PostgresJs => &["false", "disable"],
        Driver::Ecto => &["false"],
        _ => return None,
    };
    let better = if ctx.driver == Driver::Ecto {
        "ssl=true"
    } else {
        "sslmode=require"
    };
    off.contains(&switch.value.expose())
        .then(|| (switch.span(), switch.span(), better))
}

/// `ssl=…`, where there is no TLS mode beside it.
fn switch<'a>(ctx: &Context<'a>) -> Option<&'a Setting> {
    let all = &ctx.settings().all;
    all.iter()
        .rev()
        .find(|s| s.key == "ssl" && !ctx.has_variable(s.span()))
        .filter(|_| ctx.get(Param::SslMode).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Target;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent, target};

    #[test]
    fn tls_switched_off_is_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:pw@shop.postgres.database.azure.com/db?sslmode=disable
                                                                ^^^^^^^ `sslmode=disable` turns TLS off, which Azure refuses
",
        );
        carets(
            &RULE,
            &auto(),
            "
Host=shop.postgres.database.azure.com;SSL Mode=Disable;Username=app
                                               ^^^^^^^ `SSL Mode=Disable` turns TLS off, which Azure refuses
",
        );
        carets(
            &RULE,
            &auto(),
            "
export PGHOST=shop.postgres.database.azure.com PGUSER=app PGSSLMODE=disable
                                                                    ^^^^^^^ `PGSSLMODE=disable` turns TLS off, which Azure refuses
",
        );
        carets(
            &RULE,
            &target(Target::AzureFlexible),
            "
PGSSLMODE=disable
          ^^^^^^^ `PGSSLMODE=disable` turns TLS off, which Azure refuses
",
        );
        carets(
            &RULE,
            &driver(Driver::PostgresJs),
            "
postgresql://app:pw@shop.postgres.database.azure.com/db?ssl=false
                                                        ^^^^^^^^^ `ssl=false` turns TLS off, which Azure refuses
",
        );
    }

    #[test]
    fn on_a_given_single_server_it_is_a_warning() {
        let text = "postgres://u%40shop:p@shop.postgres.database.azure.com/db?sslmode=disable";
        assert_eq!(
            findings(&RULE, &target(Target::AzureSingle), text)[0].severity,
            Severity::Warning
        );
        assert_eq!(
            findings(&RULE, &target(Target::AzureFlexible), text)[0].severity,
            Severity::Error
        );
    }

    #[test]
    fn the_fix_asks_for_tls() {
        for (options, text, expected) in [
            (
                auto(),
                "host=shop.postgres.database.azure.com sslmode=disable user=u",
                "host=shop.postgres.database.azure.com sslmode=require user=u",
            ),
            (
                auto(),
                "Host=shop.postgres.database.azure.com;SSL Mode=0;",
                "Host=shop.postgres.database.azure.com;SSL Mode=Require;",
            ),
            (
                auto(),
                "jdbc:postgresql://shop.postgres.database.azure.com/db?sslmode=Disable",
                "jdbc:postgresql://shop.postgres.database.azure.com/db?sslmode=require",
            ),
            (
                driver(Driver::NodePostgres),
                "postgres://u:p@shop.postgres.database.azure.com/db?ssl=0&a=b",
                "postgres://u:p@shop.postgres.database.azure.com/db?sslmode=require&a=b",
            ),
            (
                driver(Driver::Ecto),
                "postgres://u:p@shop.postgres.database.azure.com/db?ssl=false",
                "postgres://u:p@shop.postgres.database.azure.com/db?ssl=true",
            ),
        ] {
            fixes(&RULE, &options, text, expected);
        }
    }

    #[test]
    fn elsewhere_it_is_a_choice() {
        for text in [
            "postgresql://root:pw@localhost:5432/root?sslmode=disable",
            "host=db.example sslmode=disable",
            "Host=localhost;SSL Mode=Disable",
            "postgresql://u:p@shop.postgres.database.azure.com/db?sslmode=prefer",
            "postgresql://u:p@shop.postgres.database.azure.com/db?sslmode=${MODE:-disable}",
            // libpq refuses the first, pgJDBC takes the second for `prefer`.
            "postgresql://u:p@shop.postgres.database.azure.com/db?ssl=false",
            "jdbc:postgresql://shop.postgres.database.azure.com/db?ssl=false",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &target(Target::AzureFlexible),
            "postgresql://u:p@127.0.0.1:15432/db?sslmode=disable",
        );
    }
}
