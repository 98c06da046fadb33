//! RES008: pooling is switched off for a server on another machine.

use super::common::{remote_host, setting};
use crate::diagnostics::{Applicability, Certainty, Severity};
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule, pairs};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RES008",
    name: "pooling-off",
    group: Group::Resilience,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("pooling_off.md"),
    check,
};

const MESSAGE: &str = "every command opens a connection of its own";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::AdoNet || remote_host(ctx).is_none() {
        return;
    }
    let Some(setting) = setting(ctx, "Pooling") else {
        return;
    };
    if !setting.value.expose().trim().eq_ignore_ascii_case("false") {
        return;
    }
    let finding = Finding::new(setting.span(), MESSAGE).help(
        "Each opening takes a look-up, TCP, TLS and a login, some hundred milliseconds to Azure, and a process of the server's. Npgsql pools by default; turn it off only behind a pooler, or in a tool that connects once.",
    );
    out.push(match pairs::remove(ctx, setting) {
        Some(edit) => finding.fix(
            "Take `Pooling=false` out",
            Applicability::Unsafe,
            alloc::vec![edit],
        ),
        None => finding,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn pooling_that_is_off_is_named() {
        carets(
            &RULE,
            &auto(),
            "
Host=shop.example;Username=app;Pooling=false
                               ^^^^^^^^^^^^^ every command opens a connection of its own
",
        );
        fixes(
            &RULE,
            &auto(),
            "Host=shop.example;Pooling=False;Username=app",
            "Host=shop.example;Username=app",
        );
        for text in [
            "Host=shop.example;Username=app;Pooling=true",
            "Host=localhost;Username=app;Pooling=false",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
