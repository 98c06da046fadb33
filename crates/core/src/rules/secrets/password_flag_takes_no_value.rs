//! SEC005: a password behind psql's `-W` or `--password`, which take none.

use crate::diagnostics::{Certainty, Severity};
use crate::model::{Grammar, Param};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SEC005",
    name: "password-flag-takes-no-value",
    group: Group::Secrets,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &["SEC006"],
    docs: docs!("password_flag_takes_no_value.md"),
    check,
};

const MESSAGE: &str = "this flag asks for the password and takes no value";
const ATTACHED: &str = "psql answers `option '--password' doesn't allow an argument`. Set `PGPASSWORD`, use a password file, or let it ask.";
const APART: &str = "It asks at the prompt; the word behind it is taken for something else, here for one argument too many, which psql prints. Set `PGPASSWORD`, use a password file, or let it ask.";

/// PostgreSQL's own programs, which all have the flag.
const PROGRAMS: [&str; 8] = [
    "psql",
    "pg_dump",
    "pg_dumpall",
    "pg_restore",
    "pg_basebackup",
    "createdb",
    "dropdb",
    "vacuumdb",
];

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::Command || !runs_postgresqls_own(ctx.text) {
        return;
    }
    for setting in &ctx.settings().all {
        let Some(key) = setting.key_span else {
            continue;
        };
        let is_flag = matches!(ctx.raw(key), "-W" | "--password");
        if !is_flag || !setting.param.is_secret() {
            continue;
        }
        let attached = ctx
            .text
            .get(key.end..)
            .is_some_and(|rest| rest.starts_with('='));
        // With no database named so far, the word may be its name: `psql -U app -W shop`.
        if !attached && ctx.get(Param::Database).is_none() {
            continue;
        }
        out.push(Finding::new(key, MESSAGE).help(if attached { ATTACHED } else { APART }));
    }
}

/// Whether the command, behind variables and such words as `sudo`, is one of PostgreSQL's programs.
fn runs_postgresqls_own(text: &str) -> bool {
    text.split_whitespace()
        .take_while(|word| !word.starts_with('-'))
        .filter_map(|word| word.rsplit(['/', '\\']).next())
        .any(|name| PROGRAMS.contains(&name.trim_end_matches(".exe")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::lint;
    use crate::rules::testing::{auto, carets, silent};
    use alloc::format;

    #[test]
    fn a_value_of_the_flag_is_found() {
        carets(
            &RULE,
            &auto(),
            "
psql -h db.example -U app -d shop --password=Tr0ub4dor
                                  ^^^^^^^^^^ this flag asks for the password and takes no value
",
        );
        carets(
            &RULE,
            &auto(),
            "
pg_dump --host=db.example --username=app --dbname=shop -W Tr0ub4dor
                                                       ^^ this flag asks for the password and takes no value
",
        );
    }

    #[test]
    fn what_stands_behind_it_is_masked() {
        for text in [
            "psql -h db.example -U app -d shop -W Tr0ub4dor",
            "psql -h db.example -U app -d shop --password Tr0ub4dor",
            "psql -h db.example -U root -pTr0ub4dor",
        ] {
            let said = format!("{:?}", lint(text, &auto()));
            assert!(!said.contains("Tr0ub4dor"), "{said}");
        }
    }

    #[test]
    fn the_flag_alone_and_other_programs_are_left_alone() {
        for text in [
            "psql -h db.example -U app -d shop -W",
            "psql -h db.example -U app -W shop",
            "psql -W -h db.example -U app -d shop",
            "./assess.sh --host=db.example --user=app --password=Tr0ub4dor --dbname=shop",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
