//! SEC010: a password that is tried first by whoever guesses.

use super::password;
use crate::diagnostics::{Certainty, Severity};
use crate::model::Param;
use crate::rules::tls::modes::{Distance, distance};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::string::ToString;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SEC010",
    name: "guessable-password",
    group: Group::Secrets,
    severity: Severity::Info,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("guessable_password.md"),
    check,
};

// Says neither which it is nor why: the finding is read by more people than the string.
const MESSAGE: &str = "this password is among the first that anybody would try";
const HELP: &str = "Servers that can be reached from the internet are tried with lists of such passwords all the time. Azure does not let its administrators have one. Take one that a program has made.";

/// What lists of passwords begin with, in small letters.
const COMMON: [&str; 22] = [
    "password",
    "postgres",
    "postgresql",
    "admin",
    "root",
    "secret",
    "test",
    "pass",
    "passwd",
    "123456",
    "12345678",
    "123456789",
    "1234",
    "12345",
    "qwerty",
    "letmein",
    "welcome",
    "welcome1",
    "password1",
    "password123",
    "p@ssw0rd",
    "passw0rd",
];

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if distance(ctx) != Distance::Outside {
        return;
    }
    let Some(setting) = password::real(ctx) else {
        return;
    };
    let word = setting.value.expose().to_lowercase();
    let is = |param| {
        ctx.get(param).is_some_and(|s| {
            let name = s.value.shown().map(str::to_lowercase);
            name.is_some_and(|name| !name.is_empty() && name == word)
                && !ctx.has_variable(s.value.span)
        })
    };
    let server = ctx.azure_host().map(|host| host.server().to_string());
    if COMMON.contains(&word.as_str())
        || is(Param::User)
        || is(Param::Database)
        || server.is_some_and(|name| name.to_lowercase() == word)
    {
        out.push(Finding::new(setting.value.span, MESSAGE).help(HELP));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent};

    #[test]
    fn words_of_lists_and_of_the_string_itself_are_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:Passw0rd@db.example/shop
                 ^^^^^^^^ this password is among the first that anybody would try
",
        );
        for text in [
            "postgresql://kong:kong@db.example/kong_db",
            "host=db.example port=5432 user=app password=Shop dbname=shop",
            "Host=bigshop.postgres.database.azure.com;Username=app;Password=bigshop",
        ] {
            assert_eq!(findings(&RULE, &auto(), text).len(), 1, "{text}");
        }
    }

    #[test]
    fn which_it_is_is_not_said() {
        let found = findings(&RULE, &auto(), "postgresql://kong:kong@db.example/shop");
        assert!(!found[0].message.contains("kong") && !found[0].help.contains("kong"));
    }

    #[test]
    fn others_and_servers_nearby_are_left_alone() {
        for text in [
            "postgresql://app:Tr0ub4dor@db.example/shop",
            "postgresql://postgres:postgres@localhost/shop",
            "postgresql://postgres:postgres@db:5432/shop",
            "postgresql://app:{password}@db.example/shop",
            "postgresql://app:$PASSWORD@db.example/shop",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
