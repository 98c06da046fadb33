//! SEC008: the driver refuses the string, and its message holds a piece of the password.

use super::password;
use crate::diagnostics::{Certainty, Severity};
use crate::parse;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SEC008",
    name: "password-in-drivers-error",
    group: Group::Secrets,
    severity: Severity::Info,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("password_in_drivers_error.md"),
    check,
};

const MESSAGE: &str = "the driver prints this piece of the password in its error";

fn help(driver: &str, said: &str) -> String {
    format!(
        "{driver} quotes what it stumbles over: `{said}`, with the password for `***`. Take the message out of logs and tickets, or change the password."
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !parse::is_exact(ctx.driver, ctx.parse.dialect) {
        return;
    }
    // The first is the one that the driver gets to.
    let Some(error) = ctx
        .parse
        .errors
        .first()
        .filter(|e| !ctx.has_variable(e.span))
    else {
        return;
    };
    let Some(quoted) = error.quoted.filter(|_| error.template.contains("{}")) else {
        return;
    };
    // The password as it was meant; under other readings, other parts of the text could be one.
    let Some(secret) = password::real(ctx)
        .map(|s| s.value.span)
        .filter(|secret| secret.overlaps(quoted))
    else {
        return;
    };
    let span = Span::new(secret.start.max(quoted.start), secret.end.min(quoted.end));
    let said = error.driver_text(ctx.text, ctx.redactor);
    // A long one does not fit; what matters is that it is there.
    let said = if said.len() > 200 { "…" } else { said.trim() };
    out.push(Finding::new(span, MESSAGE).help(help(ctx.driver.label(), said)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, driver, findings, silent};

    #[test]
    fn what_the_message_would_hold_is_pointed_at() {
        for (d, text, expected) in [
            (
                Driver::Auto,
                "postgresql://app@shop:Tr0ub4dor@shop.postgres.database.azure.com/db",
                "Tr0ub4dor",
            ),
            (
                Driver::Asyncpg,
                "postgresql://app@shop:Tr0ub4dor@shop.postgres.database.azure.com/db",
                "Tr0ub4dor",
            ),
            (
                Driver::Auto,
                "jdbc:postgresql://db.example:x/shop?user=app&password=Tr0ub4dor",
                "Tr0ub4dor",
            ),
        ] {
            let found = findings(&RULE, &driver(d), text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(&text[found[0].span.start..found[0].span.end], expected);
            assert!(found[0].help.contains("***") && !found[0].help.contains(expected));
        }
    }

    #[test]
    fn messages_without_it_are_left_alone() {
        for text in [
            "postgresql://app:Tr0ub4dor@db.example/shop",
            "postgresql://app:Tr0ub4dor@db.example:x/shop",
            "postgresql://app:Tr0ub4dor@db.example/shop?sslmode=Require",
            "postgresql://app@shop:{your_password}@shop.postgres.database.azure.com/db",
            "postgresql://app@shop:${PASSWORD}@shop.postgres.database.azure.com/db",
            "Host=db.example;Password=Tr0ub4dor;Foo=bar",
        ] {
            silent(&RULE, &auto(), text);
        }
        // Node keeps the text to itself.
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://app:Tr0ub/4dor@db.example/shop",
        );
    }
}
