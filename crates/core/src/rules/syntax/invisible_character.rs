//! SYN026: a character that cannot be seen, or a blank that is none to the driver.

use super::places::{Place, Places};
use super::together::together;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Grammar;
use crate::parse::keywords;
use crate::rules::precedence::EVERY_OTHER;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, is_invisible, is_look_alike_blank, rest};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN026",
    name: "invisible-character",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[EVERY_OTHER],
    docs: docs!("invisible_character.md"),
    check,
};

fn message(c: char, place: Place<'_>) -> String {
    format!(
        "{} (U+{:04X}) in the {}",
        name(c),
        u32::from(c),
        place.noun()
    )
}

const fn name(c: char) -> &'static str {
    match c {
        '\u{a0}' | '\u{202f}' => "no-break space",
        '\u{ad}' => "soft hyphen",
        '\u{200b}' => "zero-width space",
        '\u{200c}' | '\u{200d}' => "zero-width joiner",
        '\u{feff}' => "byte order mark",
        '\u{2028}' | '\u{2029}' | '\u{85}' => "line separator",
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "direction mark"
        }
        c if is_look_alike_blank(c) => "typographic blank",
        _ => "invisible character",
    }
}

const HELP: &str = "It came along with the copied text, and to the driver it is a letter like any other, so that names and keywords with it are others: could not translate host name, role does not exist, invalid connection option. What looks right on the screen is not what is sent.";

const HELP_IN_SECRET: &str = "It came along with the copied text, most likely. The server compares it like any other character and answers that authentication failed. If it really belongs to the password, leave it.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.text.is_ascii() {
        return;
    }
    let places = Places::of(ctx);
    let found: Vec<(usize, char, Place<'_>)> = ctx
        .text
        .char_indices()
        .filter(|(_, c)| is_invisible(*c) || is_look_alike_blank(*c))
        .filter(|(at, c)| !(joins(*c) && ctx.text.get(..*at).is_some_and(ends_foreign)))
        .map(|(at, c)| (at, c, places.at(at)))
        // What the driver takes for a blank is one; variables are filled in by something else.
        .filter(|(at, c, place)| {
            !matches!(place, Place::Blank) && !ctx.has_variable(Span::new(*at, at + c.len_utf8()))
        })
        .filter(|(at, c, place)| is_in_the_way(ctx, *at, *c, *place))
        .collect();
    // Those in a secret are a guess, the others are none.
    let mut findings = Vec::new();
    for secret in [false, true] {
        let mut those = found
            .iter()
            .filter(|(_, _, place)| place.is_secret() == secret);
        let Some((at, c, place)) = those.clone().next() else {
            continue;
        };
        let span = |at: usize, c: char| Span::new(at, at + c.len_utf8());
        let mut finding = Finding::new(span(*at, *c), message(*c, *place));
        finding = if secret {
            finding
                .help(HELP_IN_SECRET)
                .severity(Severity::Warning)
                .certainty(Certainty::Likely)
        } else {
            finding.help(HELP)
        };
        let edits: Option<Vec<Edit>> = those
            .clone()
            .map(|(at, c, place)| {
                let text = plain(ctx, *at, *c, *place)?;
                Some(Edit::replace(span(*at, *c), text))
            })
            .collect();
        those.next();
        for (at, c, place) in those {
            finding = finding.related(span(*at, *c), message(*c, *place));
        }
        if let Some(edits) = edits {
            let applicability = if secret {
                Applicability::Unsafe
            } else {
                Applicability::Safe
            };
            let title = if edits.iter().all(|e| e.text.is_empty()) {
                "Take it out"
            } else if edits.iter().all(|e| e.text == " ") {
                "Make it a plain blank"
            } else {
                "Take out what cannot be seen"
            };
            finding = finding.fix(title, applicability, edits);
        }
        findings.push(finding);
    }
    out.extend(together(findings));
}

/// Whether it makes a difference: .NET and JSON look over blanks between pairs.
fn is_in_the_way(ctx: &Context<'_>, at: usize, c: char, place: Place<'_>) -> bool {
    match place {
        Place::Elsewhere => {
            is_invisible(c)
                || !matches!(
                    ctx.grammar(),
                    Grammar::AdoNet | Grammar::Odbc | Grammar::Entries | Grammar::Command
                )
        }
        // A blank in a name that the server only shows is nobody's trouble.
        Place::Value(setting) => {
            is_invisible(c)
                || setting.param != crate::model::Param::Known
                || keyword_follows(ctx, at + c.len_utf8())
        }
        _ => true,
    }
}

/// What it was meant to be: nothing, or a plain blank where pairs are separated by one. `None` where nobody can tell.
fn plain(ctx: &Context<'_>, at: usize, c: char, place: Place<'_>) -> Option<&'static str> {
    let end = at + c.len_utf8();
    if is_invisible(c) || ctx.grammar().is_url() {
        return Some("");
    }
    if keyword_follows(ctx, end) || matches!(place, Place::Elsewhere) {
        return Some(" ");
    }
    match place {
        Place::Value(setting) if setting.value.quote.is_some() => Some(" "),
        Place::Value(setting)
            if setting.value.span.start == at || setting.value.span.end == end =>
        {
            Some("")
        }
        Place::Keyword => Some(" "),
        _ => None,
    }
}

/// Whether the next pair begins at `at`.
fn keyword_follows(ctx: &Context<'_>, at: usize) -> bool {
    rest(ctx.text, at)
        .trim_start()
        .split_once('=')
        .is_some_and(|(key, _)| key.len() <= 40 && keywords::known_anywhere(key.trim()))
}

/// The joiners that other scripts and emoji are written with.
const fn joins(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn ends_foreign(before: &str) -> bool {
    before.chars().next_back().is_some_and(|c| !c.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn what_cannot_be_seen_is_named_with_its_place() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:pw@db.exa\u{ad}mple/app
                          ^ soft hyphen (U+00AD) in the host
",
        );
        carets(
            &RULE,
            &auto(),
            "
\u{200b}postgresql://app:pw@db.example/app
^ zero-width space (U+200B) in the scheme
",
        );
        carets(
            &RULE,
            &auto(),
            "
host=db.example\u{a0}port=5432 dbname=app
               ^ no-break space (U+00A0) in the host
",
        );
    }

    #[test]
    fn plain_characters_take_their_place() {
        for (text, expected) in [
            (
                "post\u{200b}gresql://app:pw@db.example\u{feff}/app",
                "postgresql://app:pw@db.example/app",
            ),
            (
                "host=db.example\u{a0}port=5432\u{a0}dbname=app",
                "host=db.example port=5432 dbname=app",
            ),
            (
                "Host=db.example;Port=5432;Data\u{200b}base=app",
                "Host=db.example;Port=5432;Database=app",
            ),
            (
                "PGHOST=db.example\u{200b}\nPGUSER=app",
                "PGHOST=db.example\nPGUSER=app",
            ),
            (
                "postgresql://app:pw@db.example/app?sslmode=require\u{200b}",
                "postgresql://app:pw@db.example/app?sslmode=require",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn in_a_password_it_is_a_guess() {
        let found = findings(
            &RULE,
            &auto(),
            "host=db.example user=app password=p\u{200b}w",
        );
        assert_eq!(found[0].severity, Severity::Warning);
        assert_eq!(found[0].fixes[0].applicability, Applicability::Unsafe);
    }

    #[test]
    fn blanks_that_are_blanks_to_the_driver_and_other_scripts_are_left_alone() {
        for text in [
            "Host=db.example;\u{a0}Port=5432;Database=app",
            "postgresql://app:pw@db.example/app?application_name=a\u{a0}b",
            "host=db.example dbname='نام\u{200c}ها' user=app",
            "\u{feff}host=db.example port=5432 dbname=app",
            "postgresql://ü:ö@db.example/ä",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::LibPq),
            "host=db.example\u{a0}port=5432 dbname=app",
        );
    }
}
