//! SYN031: a `$` in a password that the layer round it takes for the start of a variable.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::layer::{Escapes, Notation};
use crate::model::Layer;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, rest};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN031",
    name: "dollar-expanded",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("dollar_expanded.md"),
    check,
};

/// Who fills in variables.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filler {
    Shell,
    PowerShell,
    Compose,
}

impl Filler {
    const ALL: [Self; 3] = [Self::Shell, Self::PowerShell, Self::Compose];

    const fn name(self) -> &'static str {
        match self {
            Self::Shell => "the shell",
            Self::PowerShell => "PowerShell",
            Self::Compose => "Compose",
        }
    }

    const fn way_out(self) -> &'static str {
        match self {
            Self::Shell => {
                "Write `\\$`, or put the value in single quotes, in which nothing is filled in"
            }
            Self::PowerShell => {
                "Put a backtick before it, or put the value in single quotes, in which nothing is filled in"
            }
            Self::Compose => "Write `$$`, whatever quotes stand round it",
        }
    }

    const fn writes(self, escapes: Escapes) -> bool {
        match self {
            Self::Shell => matches!(escapes, Escapes::ShellDouble | Escapes::ShellBare),
            Self::PowerShell => matches!(escapes, Escapes::Backtick),
            Self::Compose => matches!(escapes, Escapes::Dollar),
        }
    }

    /// Whether what stands behind a `$` makes a variable of it.
    fn takes(self, behind: &str) -> bool {
        let Some(next) = behind.chars().next() else {
            return self == Self::Compose;
        };
        let named = next.is_ascii_alphanumeric() || matches!(next, '_' | '{' | '(');
        match self {
            Self::Shell => named || "$!?#*@-".contains(next),
            Self::PowerShell => named || "$?^".contains(next),
            // What is no name is an error there.
            Self::Compose => true,
        }
    }
}

fn message(who: &str) -> String {
    format!("{who} takes this `$` for the start of a variable")
}

fn help(filler: Filler) -> String {
    format!(
        "What stands behind it is replaced by the value of that variable, mostly by nothing, and the server gets a shorter password. {}.",
        filler.way_out()
    )
}

const QUESTION: &str = "some readers of env files take this `$` for a variable";

const QUESTION_HELP: &str = "Compose, dotenv-expand, Ruby's dotenv and a shell that sources the file fill in variables, and then a piece of the password is missing; python-dotenv, `docker run --env-file` and npm's dotenv do not. Where it is filled in, single quotes round the value prevent it.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for filler in Filler::ALL {
        let places: Vec<Span> = secrets(ctx)
            .flat_map(|secret| {
                ctx.excerpt
                    .raw_in(secret, |c| c == '$', |escapes| filler.writes(escapes))
            })
            .filter(|place| is_variable(ctx, filler, *place))
            .collect();
        let Some(&first) = places.first() else {
            continue;
        };
        let mut finding = Finding::new(first, message(filler.name())).help(help(filler));
        for place in places.iter().skip(1) {
            finding = finding.related(*place, message(filler.name()));
        }
        let edits: Vec<Edit> = places.iter().map(|p| Edit::replace(*p, "$")).collect();
        out.push(finding.fix("Keep it as it is", Applicability::Unsafe, edits));
        return;
    }
    in_env_file(ctx, out);
}

/// The passwords, each once.
fn secrets<'a>(ctx: &'a Context<'_>) -> impl Iterator<Item = Span> + 'a {
    let all = ctx.settings().all.iter();
    all.filter(|s| s.param.is_secret()).map(|s| s.value.span)
}

/// Whether the `$` was not meant to be one of those variables that people do put into a password.
fn is_variable(ctx: &Context<'_>, filler: Filler, place: Span) -> bool {
    let behind = rest(ctx.text, place.end);
    let name = behind
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .and_then(|len| behind.get(..len))
        .unwrap_or(behind);
    let meant = name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && !name.contains(|c: char| c.is_ascii_lowercase());
    filler.takes(behind) && !meant && !ctx.has_variable(place)
}

/// Files of variables are read in several ways.
fn in_env_file(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let single = |at: Span| {
        let before = ctx.surroundings.paste.get(..at.start).unwrap_or("");
        before.ends_with('\'')
    };
    let is_env_file =
        ctx.excerpt.notation == Notation::Dotenv && ctx.excerpt.layer == Layer::Dotenv;
    if !is_env_file || single(ctx.excerpt.span) {
        return;
    }
    for setting in ctx.settings().all.iter().filter(|s| s.param.is_secret()) {
        let span = setting.value.span;
        let place = ctx
            .raw(span)
            .match_indices('$')
            .map(|(at, _)| Span::new(span.start + at, span.start + at + 1))
            .find(|place| {
                let next = rest(ctx.text, place.end).chars().next();
                next.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
                    && is_variable(ctx, Filler::Shell, *place)
            });
        if let Some(place) = place.filter(|_| setting.value.quote != Some('\'')) {
            let finding = Finding::new(place, QUESTION)
                .help(QUESTION_HELP)
                .severity(Severity::Info)
                .certainty(Certainty::Depends);
            out.push(finding);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn a_dollar_sign_that_is_filled_in_is_found() {
        carets(
            &RULE,
            &auto(),
            "
export DATABASE_URL=\"postgresql://app:Tr0$b4dor@db.example/app\"
                                         ^ the shell takes this `$` for the start of a variable
",
        );
    }

    #[test]
    fn each_layer_has_its_own_way_to_write_it() {
        for (text, expected) in [
            (
                "export PGPASSWORD=\"pa$word\" PGHOST=db.example PGUSER=app",
                "export PGPASSWORD=\"pa\\$word\" PGHOST=db.example PGUSER=app",
            ),
            (
                "export DATABASE_URL=postgresql://app:a$$b@db.example/app",
                "export DATABASE_URL=postgresql://app:a\\$\\$b@db.example/app",
            ),
            (
                "$env:DATABASE_URL = \"postgresql://app:pa$word@db.example/app\"",
                "$env:DATABASE_URL = \"postgresql://app:pa`$word@db.example/app\"",
            ),
            (
                "services:\n  web:\n    image: a\n    environment:\n      DATABASE_URL: postgresql://app:p$1x$!@db.example/app\n",
                "services:\n  web:\n    image: a\n    environment:\n      DATABASE_URL: postgresql://app:p$$1x$$!@db.example/app\n",
            ),
            (
                "services:\n  web:\n    image: a\n    environment:\n      - PGHOST=db.example\n      - PGUSER=app\n      - PGPASSWORD=pa$word\n",
                "services:\n  web:\n    image: a\n    environment:\n      - PGHOST=db.example\n      - PGUSER=app\n      - PGPASSWORD=pa$$word\n",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn in_an_env_file_it_is_a_question() {
        let text = "DATABASE_URL=\"postgresql://app:pa$word@db.example/app\"";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(found[0].severity, Severity::Info);
        assert_eq!(found[0].certainty, Certainty::Depends);
    }

    #[test]
    fn what_is_kept_and_what_is_meant_is_left_alone() {
        for text in [
            "export DATABASE_URL='postgresql://app:pa$word@db.example/app'",
            "export DATABASE_URL=\"postgresql://app:pa\\$word@db.example/app\"",
            "export DATABASE_URL=\"postgresql://app:$PASSWORD@db.example/app\"",
            "export DATABASE_URL=\"postgresql://app:x$PASSWORD@db.example/app\"",
            "export DATABASE_URL=\"postgresql://app:${PW}@db.example/app\"",
            "export DATABASE_URL=\"postgresql://app:pw$.x@db.example/app\"",
            "$env:DATABASE_URL = 'postgresql://app:pa$word@db.example/app'",
            "services:\n  web:\n    image: a\n    environment:\n      DATABASE_URL: postgresql://app:pa$$word@db.example/app\n",
            "url = \"postgresql://app:pa$word@db.example/app\"",
            "DATABASE_URL='postgresql://app:pa$word@db.example/app'",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
