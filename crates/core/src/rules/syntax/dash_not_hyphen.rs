//! SYN028: a typographic dash in the place of a hyphen.

use super::places::{Place, Places};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Param};
use crate::parse::allowed_values;
use crate::rules::precedence::EVERY_OTHER;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, is_dash, rest, until};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN028",
    name: "dash-not-hyphen",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[EVERY_OTHER],
    docs: docs!("dash_not_hyphen.md"),
    check,
};

fn message(c: char, flag: bool) -> String {
    if flag {
        format!("`{c}` begins no option, `-` does")
    } else {
        format!("`{c}` in the place of a hyphen")
    }
}

const HELP: &str = "A word processor or a web page made a dash of one or two hyphens. No host and no word of the driver's has a dash in it, so the name is not found: could not translate host name, invalid sslmode value.";

const HELP_FLAG: &str = "A word processor or a web page made a dash of one or two hyphens. psql takes the word for the name of a database then, and the next one for a user: FATAL: role does not exist, or: extra command-line argument ignored.";

/// A dash, what it should be, and whether it begins an option.
struct Dash {
    span: Span,
    c: char,
    text: &'static str,
    flag: bool,
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.text.is_ascii() {
        return;
    }
    let places = Places::of(ctx);
    let command = ctx.grammar() == Grammar::Command;
    let mut found: Vec<Dash> = Vec::new();
    let mut flag_until = 0;
    for (at, c) in ctx.text.char_indices().filter(|(_, c)| is_dash(*c)) {
        let span = Span::new(at, at + c.len_utf8());
        if ctx.has_variable(span) || at < flag_until {
            continue;
        }
        let begins = ctx
            .text
            .get(..at)
            .is_some_and(|before| before.is_empty() || before.ends_with(char::is_whitespace));
        let end = until(ctx.text, at, |c| c != '-' && !is_dash(c));
        let len = until(ctx.text, end, |c| !c.is_ascii_alphanumeric() && c != '-') - end;
        if command && begins && len > 0 {
            flag_until = end;
            found.push(Dash {
                span: Span::new(at, end),
                c,
                text: if len > 1 { "--" } else { "-" },
                flag: true,
            });
            continue;
        }
        let place = places.at(at);
        let judged = match place {
            Place::Value(s) => match s.param {
                Param::Host | Param::HostAddr | Param::Port | Param::SslMode | Param::Ssl => true,
                // One of a few words.
                Param::Known => !allowed_values(ctx.driver, ctx.parse.dialect, &s.key).is_empty(),
                _ => false,
            },
            place => matches!(place, Place::Keyword),
        };
        if judged && is_between_words(ctx.text, span) {
            found.push(Dash {
                span,
                c,
                text: "-",
                flag: false,
            });
        }
    }
    let Some(first) = found.first() else { return };
    let mut finding = Finding::new(first.span, message(first.c, first.flag)).help(if first.flag {
        HELP_FLAG
    } else {
        HELP
    });
    for dash in found.iter().skip(1) {
        finding = finding.related(dash.span, message(dash.c, dash.flag));
    }
    let edits: Vec<Edit> = found
        .iter()
        .map(|dash| Edit::replace(dash.span, dash.text))
        .collect();
    out.push(finding.fix("Write hyphens", Applicability::Safe, edits));
}

/// Whether a letter or a digit stands on both sides.
fn is_between_words(text: &str, span: Span) -> bool {
    let before = text.get(..span.start).and_then(|t| t.chars().next_back());
    let after = rest(text, span.end).chars().next();
    [before, after]
        .iter()
        .all(|c| c.is_some_and(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn dashes_of_options_and_names_are_found() {
        carets(
            &RULE,
            &auto(),
            "
psql –h db.example -U app
     ^ `–` begins no option, `-` does
",
        );
        carets(
            &RULE,
            &auto(),
            "
host=my–server.example sslmode=require dbname=app
       ^ `–` in the place of a hyphen
",
        );
        for (text, expected) in [
            (
                "psql –h db.example –U app –d app",
                "psql -h db.example -U app -d app",
            ),
            (
                "psql —host=db.example —username=app –-dbname=app",
                "psql --host=db.example --username=app --dbname=app",
            ),
            (
                "host=my–server.example sslmode=verify–full dbname=app",
                "host=my-server.example sslmode=verify-full dbname=app",
            ),
            (
                "postgresql://app:p–w@my‑server.example/app",
                "postgresql://app:p–w@my-server.example/app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn names_and_passwords_may_have_dashes() {
        for text in [
            "postgresql://app:p–w@db.example/app",
            "host=db.example dbname='a – b' application_name='x–y'",
            "psql -h db.example -U app -c 'select 1 – 2'",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
