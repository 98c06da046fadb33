//! SYN039: a value without quotes that YAML cannot read, or reads as something else.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::layer::Notation;
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN039",
    name: "yaml-needs-quotes",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("yaml_needs_quotes.md"),
    check,
};

fn message(sign: &str) -> String {
    match sign {
        ": " => String::from("YAML takes this `: ` for a key and its value"),
        sign => format!("in YAML no value without quotes begins with `{sign}`"),
    }
}

fn help(sign: &str) -> String {
    let consequence = match sign {
        ": " => "the file cannot be read: `mapping values are not allowed here`",
        _ => "the file cannot be read: `found character that cannot start any token`",
    };
    format!("As it stands, {consequence}. Put the value in single quotes.")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.excerpt.notation != Notation::Yaml || ctx.excerpt.quotes.is_some() {
        return;
    }
    for word in words(ctx) {
        let raw = slice(ctx.text, word);
        let first = raw
            .chars()
            .next()
            .filter(|c| "@`%".contains(*c))
            .map(|c| Span::new(word.start, word.start + c.len_utf8()));
        let colon = raw
            .find(": ")
            .map(|at| Span::new(word.start + at, word.start + at + 2));
        let Some(place) = first.or(colon).filter(|p| !ctx.has_variable(*p)) else {
            continue;
        };
        let sign = slice(ctx.text, place);
        let finding = Finding::new(place, message(sign)).help(help(sign));
        let whole = ctx.excerpt.to_paste(word);
        let text = slice(ctx.surroundings.paste, whole);
        out.push(if text.contains(['\'', '\n']) {
            finding
        } else {
            let edits = alloc::vec![Edit::insert(whole.start, "'"), Edit::insert(whole.end, "'")];
            finding.fix_beside("Put the value in single quotes", Applicability::Safe, edits)
        });
    }
}

/// The values that stand without quotes: the string itself, or those of entries.
fn words(ctx: &Context<'_>) -> Vec<Span> {
    match ctx.grammar() {
        Grammar::Entries => {
            let all = ctx.parse.settings.all.iter();
            all.filter(|s| s.value.quote.is_none() && !ctx.has_variable(s.value.span))
                .map(|s| s.value.span)
                .collect()
        }
        _ => alloc::vec![Span::new(0, ctx.text.len())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn what_yaml_takes_for_something_else_is_found() {
        carets(
            &RULE,
            &auto(),
            "
dsn: Host=db.example;Username=app;Password=a: b;Database=app
                                            ^^ YAML takes this `: ` for a key and its value
",
        );
    }

    #[test]
    fn quotes_make_it_a_value() {
        for (text, expected) in [
            (
                "production:\n  adapter: postgresql\n  host: db.example\n  username: app\n  password: @bc\n",
                "production:\n  adapter: postgresql\n  host: db.example\n  username: app\n  password: '@bc'\n",
            ),
            (
                "pg_host: db.example\npg_user: app\npg_password: %bc\n",
                "pg_host: db.example\npg_user: app\npg_password: '%bc'\n",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn other_values_are_left_alone() {
        for text in [
            "url: postgresql://app:p@db.example/app",
            "dsn: \"Host=db.example;Username=app;Password=a: b\"",
            "pg_host: db.example\npg_user: app\npg_password: a@b%c:d\n",
            "pg_host: db.example\npg_user: app\npg_password: '@bc'\n",
            "pg_host: db.example\npg_user: app\npg_password: !vault |\n  abc\n",
            "pg_host: db.example\npg_user: app\npg_password: *pw\n",
            "pg_host: db.example\npg_user: app\npg_password: <%= ENV['PW'] %>\n",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
