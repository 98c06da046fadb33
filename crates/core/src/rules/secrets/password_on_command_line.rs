//! SEC006: a password among the arguments of a command.

use super::password;
use crate::diagnostics::{Certainty, Severity};
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::last;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SEC006",
    name: "password-on-command-line",
    group: Group::Secrets,
    severity: Severity::Info,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("password_on_command_line.md"),
    check,
};

const MESSAGE: &str = "a password on a command line can be read by others";
const ARGUMENT: &str = "Arguments are in the list of processes while the command runs, and in the shell's history after. `PGPASSWORD` keeps it out of the list, `~/.pgpass` out of both.";
const VARIABLE: &str = "It stays in the shell's history. `~/.pgpass`, or a variable that is read without echo, keeps it out.";

/// Commands that take a connection string.
const COMMANDS: [&str; 9] = [
    "psql",
    "pg_dump",
    "pg_dumpall",
    "pg_restore",
    "pg_isready",
    "pgbench",
    "pgcli",
    "createdb",
    "dropdb",
];

/// How far before the string its command is looked for, in bytes.
const NEAR: usize = 256;

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(setting) = password::real(ctx) else {
        return;
    };
    let help = if ctx.grammar() == Grammar::Command {
        if setting.key == "PGPASSWORD" {
            VARIABLE
        } else {
            ARGUMENT
        }
    } else if matches!(ctx.grammar(), Grammar::Uri | Grammar::KeyValue)
        && is_argument(ctx.surroundings.before)
    {
        ARGUMENT
    } else {
        return;
    };
    out.push(Finding::new(setting.value.span, MESSAGE).help(help));
}

/// Whether the line that ends `before` is a command which takes connection strings.
fn is_argument(before: &str) -> bool {
    let line = last(before, NEAR).rsplit('\n').next().unwrap_or("");
    line.split_whitespace()
        .take(6)
        .any(|word| COMMANDS.contains(&word.rsplit('/').next().unwrap_or(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn arguments_and_variables_before_a_command_are_found() {
        carets(
            &RULE,
            &auto(),
            "
psql \"postgresql://app:Tr0ub4dor@db.example/shop\"
                       ^^^^^^^^^ a password on a command line can be read by others
",
        );
        carets(
            &RULE,
            &auto(),
            "
PGPASSWORD=Tr0ub4dor psql -h db.example -U app shop
           ^^^^^^^^^ a password on a command line can be read by others
",
        );
        carets(
            &RULE,
            &auto(),
            "
pg_dump -Fc \"host=db.example port=5432 user=app password=Tr0ub4dor\" > shop.dump
                                                         ^^^^^^^^^ a password on a command line can be read by others
",
        );
    }

    #[test]
    fn elsewhere_and_without_one_nothing_is_said() {
        for text in [
            "postgresql://app:Tr0ub4dor@db.example/shop",
            "psql \"postgresql://app@db.example/shop\"",
            "psql \"postgresql://app:$PASSWORD@db.example/shop\"",
            "psql \"postgresql://app:<password>@db.example/shop\"",
            "DATABASE_URL=\"postgresql://app:Tr0ub4dor@db.example/shop\"",
            "PGPASSWORD=$(cat secret) psql -h db.example -U app shop",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
