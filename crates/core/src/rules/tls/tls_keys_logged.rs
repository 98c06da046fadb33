//! TLS029: the keys of the TLS connection written into a file.

use crate::diagnostics::{Applicability, Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule, pairs};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS029",
    name: "tls-keys-logged",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("tls_keys_logged.md"),
    check,
};

const MESSAGE: &str = "this writes the keys of the TLS connection into a file";
const HELP: &str = "Who has the file and a recording of the network reads everything, the password's proof and all data. libpq 18 has it for looking into connections with a network analyser; take it out afterwards, and delete the file.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for setting in &ctx.settings().all {
        if setting.key != "sslkeylogfile" || setting.value.expose().is_empty() {
            continue;
        }
        let mut finding = Finding::new(setting.span(), MESSAGE).help(HELP);
        if let Some(edit) = pairs::remove(ctx, setting) {
            finding = finding.fix("Take it out", Applicability::Safe, alloc::vec![edit]);
        }
        out.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn the_file_is_pointed_at_and_taken_out() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example port=5432 sslmode=require sslkeylogfile=/tmp/keys.log
                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^ this writes the keys of the TLS connection into a file
",
        );
        fixes(
            &RULE,
            &auto(),
            "postgresql://u:p@db.example/app?sslkeylogfile=/tmp/keys.log&sslmode=require",
            "postgresql://u:p@db.example/app?sslmode=require",
        );
    }

    #[test]
    fn other_files_are_left_alone() {
        for text in [
            "host=db.example port=5432 sslmode=require sslkey=client.key",
            "host=db.example port=5432 sslmode=require sslkeylogfile=''",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
