//! SEC013: Npgsql told to put data into messages and logs.

use crate::diagnostics::{Applicability, Certainty, Severity};
use crate::model::Grammar;
use crate::near::letters;
use crate::rules::tls::modes::{Distance, distance};
use crate::rules::{Context, Finding, Group, Rule, pairs};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SEC013",
    name: "values-in-logs",
    group: Group::Secrets,
    severity: Severity::Info,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("values_in_logs.md"),
    check,
};

fn message(shown: &str, what: &str) -> String {
    format!("`{shown}` puts {what}")
}

const HELP: &str = "That helps while a program is written, and shows people's data to whoever reads logs or sees an error page when it runs. Leave it out where real data is.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::AdoNet || distance(ctx) != Distance::Outside {
        return;
    }
    for setting in &ctx.settings().all {
        let what = match letters(&setting.key).as_str() {
            "logparameters" => "the values of parameters into the log",
            "includeerrordetail" => "values of rows into error messages",
            "includefailedbatchedcommand" => "whole commands into error messages",
            _ => continue,
        };
        if !setting.value.expose().trim().eq_ignore_ascii_case("true") {
            continue;
        }
        let mut finding =
            Finding::new(setting.span(), message(&ctx.show(setting.span()), what)).help(HELP);
        if let Some(edit) = pairs::remove(ctx, setting) {
            finding = finding.fix("Take it out", Applicability::Unsafe, alloc::vec![edit]);
        }
        out.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn each_switch_says_what_it_does() {
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Database=shop;Log Parameters=true;Include Error Detail=True
                              ^^^^^^^^^^^^^^^^^^^ `Log Parameters=true` puts the values of parameters into the log
                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^ `Include Error Detail=True` puts values of rows into error messages
",
        );
        fixes(
            &RULE,
            &auto(),
            "Host=db.example;Include Error Detail=true;Database=shop",
            "Host=db.example;Database=shop",
        );
    }

    #[test]
    fn at_home_and_switched_off_it_is_fine() {
        for text in [
            "Host=localhost;Database=shop;Include Error Detail=true",
            "Host=db;Database=shop;Log Parameters=true",
            "Host=db.example;Database=shop;Include Error Detail=false",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
