//! AZR007: keys of a Ruby hash that are neither symbols nor strings.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Dialect;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "AZR007",
    name: "ruby-bare-words",
    group: Group::Azure,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("ruby_bare_words.md"),
    check,
};

fn message(word: &str) -> String {
    format!("`{word}` is a variable here and no key")
}

fn help(word: &str) -> String {
    format!(
        "Ruby looks for a variable or method of that name: undefined local variable or method '{word}' for main (NameError). The Azure CLI writes it so. A key is a symbol, `:{word} =>`."
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.parse.dialect != Dialect::RubyHash {
        return;
    }
    let bare: Vec<Span> = ctx
        .settings()
        .all
        .iter()
        .filter_map(|s| s.key_span)
        .filter(|key| is_bare(ctx, *key))
        .collect();
    let Some(&first) = bare.first() else {
        return;
    };
    let word = ctx.raw(first);
    let mut finding = Finding::new(first, message(word)).help(help(word));
    for &key in bare.iter().skip(1) {
        finding = finding.related(key, "here too");
    }
    let edits: Vec<Edit> = bare
        .iter()
        .map(|key| Edit::insert(key.start, ":"))
        .collect();
    out.push(finding.fix("Make the keys symbols", Applicability::Safe, edits));
}

/// `word =>` with nothing before the word that makes it a symbol or a string.
fn is_bare(ctx: &Context<'_>, key: Span) -> bool {
    let before = ctx.text.get(..key.start).unwrap_or("");
    let behind = ctx.text.get(key.end..).unwrap_or("").trim_start();
    behind.starts_with("=>")
        && !before.ends_with([':', '"', '\'', '.', '@', '$'])
        && ctx.raw(key).starts_with(|c: char| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn bare_words_are_found_and_made_symbols() {
        carets(
            &RULE,
            &auto(),
            "
c = PG::Connection.new(user => \"app\", host => \"shop.postgres.database.azure.com\", port => '5432')
                       ^^^^ `user` is a variable here and no key
",
        );
        fixes(
            &RULE,
            &auto(),
            "c = PG::Connection.new(user => \"app\", host => \"db.example\", port => '5432')",
            "c = PG::Connection.new(:user => \"app\", :host => \"db.example\", :port => '5432')",
        );
    }

    #[test]
    fn symbols_strings_and_other_languages_are_left_alone() {
        for text in [
            "PG::Connection.new(:user => 'app', :host => 'db.example', :port => '5432')",
            "PG::Connection.new('user' => 'app', 'host' => 'db.example', 'port' => '5432')",
            "PG.connect(user: 'app', host: 'db.example', port: 5432)",
            "psycopg2.connect(user='app', host='db.example', port=5432)",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
