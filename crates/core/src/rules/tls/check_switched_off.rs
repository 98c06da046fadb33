//! TLS007: a parameter of the string that encrypts without checking the certificate.

use super::modes::{self, Distance};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Param, Setting};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS007",
    name: "check-switched-off",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("check_switched_off.md"),
    check,
};

fn message(shown: &str) -> String {
    format!("`{shown}` switches the certificate's check off")
}

fn help(better: &str, roots: &str) -> String {
    format!(
        "The connection is encrypted, but any server can pass itself off as yours and read the password. `{better}` checks certificate and name, by default against {roots}; Azure's certificates are signed by roots that are among them."
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let distance = modes::distance(ctx);
    if distance == Distance::Here {
        return;
    }
    let Some((setting, value, better, roots)) = switch(ctx) else {
        return;
    };
    let shown = ctx.show(setting.span());
    let name = format!("{}={value}", setting.key);
    out.push(
        Finding::new(setting.span(), message(&shown))
            .severity(modes::severity_at(distance))
            .help(help(&name, roots))
            .fix(
                format!("Write `{better}`"),
                Applicability::Unsafe,
                alloc::vec![Edit::replace(setting.value.span, value)],
            ),
    );
}

/// The setting that switches the check off, the value that has it, how the fix is called, and whose roots are taken then.
fn switch<'a>(
    ctx: &Context<'a>,
) -> Option<(&'a Setting, &'static str, &'static str, &'static str)> {
    let settings = ctx.settings();
    let says = |setting: Option<&'a Setting>, word: &str| {
        setting.filter(|s| s.value.expose() == word && !ctx.has_variable(s.span()))
    };
    match ctx.driver {
        Driver::NodePostgres if ctx.grammar().is_url() => {
            let roots = "the roots that come with Node";
            let mode = ctx.get(Param::SslMode);
            if let Some(setting) = says(mode, "no-verify") {
                return Some((setting, "verify-full", "verify-full", roots));
            }
            let ssl = settings.all.iter().rfind(|s| s.key == "ssl");
            says(ssl.filter(|_| mode.is_none()), "no-verify")
                .map(|setting| (setting, "true", "ssl=true", roots))
        }
        Driver::Prisma => {
            let accept = settings.all.iter().rfind(|s| s.key == "sslaccept");
            says(accept, "accept_invalid_certs")
                .map(|setting| (setting, "strict", "strict", "the system's roots"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn each_driver_has_its_own_word() {
        carets(
            &RULE,
            &driver(Driver::NodePostgres),
            "
postgresql://u:p@db.example/db?sslmode=no-verify
                               ^^^^^^^^^^^^^^^^^ `sslmode=no-verify` switches the certificate's check off
",
        );
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@db.example/db?sslmode=require&sslaccept=accept_invalid_certs
                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `sslaccept=accept_invalid_certs` switches the certificate's check off
",
        );
    }

    #[test]
    fn the_fix_has_the_check() {
        let node = driver(Driver::NodePostgres);
        for (options, text, expected) in [
            (
                &node,
                "postgresql://u:p@db.example/db?sslmode=no-verify",
                "postgresql://u:p@db.example/db?sslmode=verify-full",
            ),
            (
                &node,
                "postgresql://u:p@db.example/db?ssl=no-verify&a=b",
                "postgresql://u:p@db.example/db?ssl=true&a=b",
            ),
            (
                &driver(Driver::Prisma),
                "postgresql://u:p@db.example/db?sslaccept=accept_invalid_certs&sslmode=require",
                "postgresql://u:p@db.example/db?sslaccept=strict&sslmode=require",
            ),
        ] {
            fixes(&RULE, options, text, expected);
        }
    }

    #[test]
    fn what_checks_and_what_is_near_is_left_alone() {
        let node = driver(Driver::NodePostgres);
        for text in [
            "postgresql://u:p@localhost/db?sslmode=no-verify",
            "postgresql://u:p@db.example/db?sslmode=require",
            "postgresql://u:p@db.example/db?ssl=true",
            "postgresql://u:p@db.example/db?sslmode=verify-full&ssl=no-verify",
            "postgresql://u:p@db.example/db?sslmode=${MODE}",
        ] {
            silent(&RULE, &node, text);
        }
        // Not a word of libpq's: that is another rule's.
        silent(
            &RULE,
            &auto(),
            "postgresql://u:p@db.example/db?sslmode=no-verify",
        );
        let inside = "postgresql://u:p@10.0.0.5/db?sslmode=no-verify";
        assert_eq!(findings(&RULE, &node, inside)[0].severity, Severity::Info);
    }
}
