//! SEC012: Npgsql told to hand the password out again.

use super::password;
use crate::diagnostics::{Applicability, Certainty, Severity};
use crate::model::Grammar;
use crate::near::letters;
use crate::rules::{Context, Finding, Group, Rule, pairs};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SEC012",
    name: "security-info-kept",
    group: Group::Secrets,
    severity: Severity::Info,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("security_info_kept.md"),
    check,
};

const MESSAGE: &str = "with this, an open connection hands its password out again";
const HELP: &str = "Npgsql takes the password out of `ConnectionString` once the connection is open, unless this is `true`; code that logs the property then logs the password. It is a habit from SQL Server, and hardly any program needs it.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::AdoNet || password::real(ctx).is_none() {
        return;
    }
    for setting in &ctx.settings().all {
        let kept = letters(&setting.key) == "persistsecurityinfo"
            && setting.value.expose().trim().eq_ignore_ascii_case("true");
        if !kept {
            continue;
        }
        let mut finding = Finding::new(setting.span(), MESSAGE).help(HELP);
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
    fn the_switch_is_found_and_taken_out() {
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Username=app;Password=Tr0ub4dor;Persist Security Info=True
                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^ with this, an open connection hands its password out again
",
        );
        fixes(
            &RULE,
            &auto(),
            "Host=db.example;PersistSecurityInfo=true;Username=app;Password=Tr0ub4dor",
            "Host=db.example;Username=app;Password=Tr0ub4dor",
        );
    }

    #[test]
    fn without_a_password_or_switched_off_it_does_not_matter() {
        for text in [
            "Host=db.example;Username=app;Password=Tr0ub4dor;Persist Security Info=False",
            "Host=db.example;Username=app;Persist Security Info=True",
            "Host=db.example;Username=app;Password=$PW;Persist Security Info=True",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
