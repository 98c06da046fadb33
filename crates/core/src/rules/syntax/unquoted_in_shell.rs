//! SYN034: a string without quotes on a command line, in which the shell finds signs of its own.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::layer::{Escapes, Notation};
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN034",
    name: "unquoted-in-shell",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("unquoted_in_shell.md"),
    check,
};

fn message(sign: char) -> String {
    match sign {
        '&' | ';' | '|' => format!("without quotes the shell ends the command at `{sign}`"),
        _ => format!("without quotes the shell takes `{sign}` for a sign of its own"),
    }
}

const HELP: &str = "The program gets the string up to here and nothing of what follows, which the shell tries to run or to open. Put the whole string in quotes.";

const QUESTION: &str = "zsh takes this sign for a pattern of file names";

const QUESTION_HELP: &str = "zsh, the shell of macOS, then answers `no matches found` and runs nothing; bash hands the string over as it is where no file matches. Put the whole string in quotes.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.excerpt.notation != Notation::Shell {
        return;
    }
    for word in words(ctx) {
        let signs = |wanted: &str| -> Vec<Span> {
            let raw = |c: char| wanted.contains(c);
            let is_bare = |escapes| escapes == Escapes::ShellBare;
            let found = if word.in_command {
                let raw_text = ctx.raw(word.span);
                let at = |at: usize| Span::new(word.span.start + at, word.span.start + at + 1);
                let escaped = |at: usize| {
                    let before = raw_text.get(..at).unwrap_or("");
                    (before.len() - before.trim_end_matches('\\').len()) % 2 == 1
                };
                raw_text
                    .char_indices()
                    .filter(|(offset, c)| raw(*c) && !escaped(*offset))
                    .map(|(offset, _)| at(offset))
                    .collect()
            } else {
                ctx.excerpt.raw_in(word.span, raw, is_bare)
            };
            // A word ends at a blank; a sign at its very end is meant for the shell.
            let text = ctx.raw(word.span);
            let word_len = text.find(char::is_whitespace).unwrap_or(text.len());
            let last = word.span.start + word_len.saturating_sub(1);
            found
                .into_iter()
                .filter(|place: &Span| place.start < last && !ctx.has_variable(*place))
                .collect()
        };
        let ends = signs("&;|<>()`");
        let patterns = signs("?*[");
        let finding = if let Some(&first) = ends.first() {
            let sign = ctx.raw(first).chars().next().unwrap_or('&');
            Finding::new(first, message(sign)).help(HELP)
        } else if let Some(&first) = patterns.first() {
            Finding::new(first, QUESTION)
                .help(QUESTION_HELP)
                .severity(Severity::Info)
                .certainty(Certainty::Depends)
        } else {
            continue;
        };
        let finding = match quotes(ctx, word.span) {
            Some(quote) => {
                let [start, end] = [word.span.start, word.span.end];
                let place = ctx.excerpt.to_paste(Span::new(start, end));
                // Written in the paste, because the layer would escape them.
                let edits = alloc::vec![
                    Edit::insert(place.start, quote),
                    Edit::insert(place.end, quote)
                ];
                finding.fix_beside("Put it in quotes", Applicability::Safe, edits)
            }
            None => finding,
        };
        out.push(finding);
    }
}

/// A word of the command line that a string, or a value, fills.
struct Word {
    span: Span,
    /// Whether the string is the command line itself, which no layer was taken off.
    in_command: bool,
}

fn words(ctx: &Context<'_>) -> Vec<Word> {
    let apart = match ctx.grammar() {
        Grammar::Command => true,
        Grammar::Entries => false,
        _ => {
            return alloc::vec![Word {
                span: Span::new(0, ctx.text.len()),
                in_command: false,
            }];
        }
    };
    let all = ctx.parse.settings.all.iter();
    all.filter(|s| s.value.quote.is_none())
        .map(|s| Word {
            span: s.value.span,
            in_command: apart,
        })
        .collect()
}

/// The quotes that the whole word can be put in.
fn quotes(ctx: &Context<'_>, span: Span) -> Option<&'static str> {
    let place = ctx.excerpt.to_paste(span);
    let text = slice(ctx.surroundings.paste, place);
    if text.contains(['\'', '"', '\\', '\n', '`']) || text != ctx.raw(span) {
        None
    } else if !ctx.has_variable(span) {
        Some("'")
    } else if text.contains('!') {
        None
    } else {
        Some("\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn what_ends_the_command_is_found() {
        carets(
            &RULE,
            &auto(),
            "
psql postgresql://app:pw@db.example/app?sslmode=require&connect_timeout=10
                                                       ^ without quotes the shell ends the command at `&`
",
        );
    }

    #[test]
    fn the_whole_string_is_put_in_quotes() {
        for (text, expected) in [
            (
                "psql postgresql://app:pw@db.example/app?sslmode=require&connect_timeout=10 -c 'select 1'",
                "psql 'postgresql://app:pw@db.example/app?sslmode=require&connect_timeout=10' -c 'select 1'",
            ),
            (
                "export DATABASE_URL=postgresql://app:$PW@db.example/app?sslmode=require&connect_timeout=10",
                "export DATABASE_URL=\"postgresql://app:$PW@db.example/app?sslmode=require&connect_timeout=10\"",
            ),
            (
                "export PGPASSWORD=a&b PGHOST=db.example PGUSER=app",
                "export PGPASSWORD='a&b' PGHOST=db.example PGUSER=app",
            ),
            (
                "PGPASSWORD=a&b psql -h db.example -U app",
                "PGPASSWORD='a&b' psql -h db.example -U app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn what_stands_behind_the_string_is_the_shells_own() {
        for text in [
            "export DATABASE_URL=postgresql://app:pw@db.example/app; ./run",
            "export DATABASE_URL=postgresql://app:pw@db.example/app && ./run",
            "export DATABASE_URL=postgresql://app:pw@db.example/app;",
        ] {
            silent(&RULE, &auto(), text);
        }
    }

    #[test]
    fn a_pattern_is_a_question() {
        let text = "psql postgresql://app:pw@db.example/app?sslmode=require";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(found[0].severity, Severity::Info);
        assert_eq!(found[0].certainty, Certainty::Depends);
    }

    #[test]
    fn quotes_and_other_layers_are_left_alone() {
        for text in [
            "psql 'postgresql://app:pw@db.example/app?sslmode=require&connect_timeout=10'",
            "psql \"host=db.example user=app password=a&b\"",
            "psql postgresql://app:p\\&w@db.example/app",
            "psql postgresql://app:mypass12#@db.example/app",
            "DATABASE_URL=postgresql://app:pw@db.example/app?sslmode=require&connect_timeout=10",
            "psql -h db.example -U app -d app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
