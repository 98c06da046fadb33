//! AZR014: a key of Active Record in a call of ruby-pg, which hands it to libpq.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Dialect;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "AZR014",
    name: "ruby-database-key",
    group: Group::Azure,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["PAR001", "PAR003"],
    docs: docs!("ruby_database_key.md"),
    check,
};

/// What Active Record calls it, and libpq.
const KEYS: [(&str, &str); 2] = [("database", "dbname"), ("username", "user")];

/// The calls that hand their hash to libpq.
const CALLS: [&str; 4] = [
    "PG::Connection.new",
    "PG::Connection.open",
    "PG.connect",
    "PG::Connection.connect",
];

fn message(key: &str, name: &str) -> String {
    format!("ruby-pg hands `{key}` to libpq, which calls it `{name}`")
}

fn help(key: &str) -> String {
    format!(
        "The call fails with PG::Error: invalid connection option \"{key}\". It is Active Record that has this name for it; the Azure CLI's string for Ruby has it too."
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let before = ctx
        .surroundings
        .before
        .trim_end_matches(|c: char| c.is_whitespace() || "({".contains(c));
    let to_libpq = CALLS.iter().any(|call| before.ends_with(call));
    if ctx.parse.dialect != Dialect::RubyHash || !to_libpq {
        return;
    }
    let wrong: Vec<(Span, &str, &str)> = ctx
        .settings()
        .all
        .iter()
        .filter_map(|setting| {
            let (key, name) = KEYS.iter().find(|(key, _)| *key == setting.key)?;
            Some((setting.key_span?, *key, *name))
        })
        .collect();
    let Some(&(span, key, name)) = wrong.first() else {
        return;
    };
    let mut finding = Finding::new(span, message(key, name)).help(help(key));
    for (other, key, name) in wrong.iter().skip(1) {
        finding = finding.related(*other, format!("`{key}` is `{name}`"));
    }
    let edits: Vec<Edit> = wrong
        .iter()
        .map(|(span, _, name)| Edit::replace(*span, *name))
        .collect();
    out.push(finding.fix(format!("Write `{name}`"), Applicability::Safe, edits));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn keys_of_active_record_are_found() {
        carets(
            &RULE,
            &auto(),
            "
c = PG.connect(host: 'db.example', user: 'app', database: 'shop')
                                                ^^^^^^^^ ruby-pg hands `database` to libpq, which calls it `dbname`
",
        );
        fixes(
            &RULE,
            &auto(),
            "PG::Connection.new(:host => 'db.example', :username => 'app', :database => 'shop')",
            "PG::Connection.new(:host => 'db.example', :user => 'app', :dbname => 'shop')",
        );
    }

    #[test]
    fn libpqs_keys_and_other_calls_are_left_alone() {
        for text in [
            "PG.connect(host: 'db.example', user: 'app', dbname: 'shop')",
            "ActiveRecord::Base.establish_connection(adapter: 'postgresql', host: 'db.example', username: 'app', database: 'shop') # not PG.connect",
            "psycopg2.connect(host='db.example', user='app', database='shop')",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
