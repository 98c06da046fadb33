//! SYN030: quotes that nothing takes off, so that they become a part of the value.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::layer::{Escapes, Notation};
use crate::model::Layer;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, rest, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN030",
    name: "env-quotes-kept",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("env_quotes_kept.md"),
    check,
};

const MESSAGE: &str = "these quotes become a part of the value";

/// Who reads the value, and leaves its quotes where they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keeper {
    Compose,
    Cmd,
    ConfigParser,
    Properties,
    EnvFile,
}

fn help(keeper: Keeper) -> String {
    let (who, instead) = match keeper {
        Keeper::Compose => (
            "In a list, Compose takes all that stands behind the `=` for the value",
            "Leave the quotes out, or put them round the whole item",
        ),
        Keeper::Cmd => (
            "Windows' `set` takes all that stands behind the `=` for the value",
            "Put the quotes round name and value",
        ),
        Keeper::ConfigParser => (
            "Python's configparser takes all that stands behind the `=` for the value",
            "Leave the quotes out",
        ),
        Keeper::Properties => ("A properties file knows no quotes", "Leave the quotes out"),
        Keeper::EnvFile => (
            "`--env-file` of `docker run`, and `--from-env-file` of kubectl, take all that stands behind the `=` for the value",
            "Leave the quotes out",
        ),
    };
    format!(
        "{who}, quotes and all: the driver finds no scheme, and a host or a password with quotes in it. {instead}."
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(keeper) = keeper(ctx) else { return };
    out.extend(quotes(ctx).into_iter().map(|(open, close)| {
        let finding = Finding::beside(open, MESSAGE)
            .help(help(keeper))
            .related(close, "and this one");
        match edits(ctx, keeper, open, close) {
            Some(edits) => finding.fix(title(keeper), Applicability::Safe, edits),
            None => finding,
        }
    }));
}

/// The quotes round the string, or round the values of entries: where they stand in the paste.
fn quotes(ctx: &Context<'_>) -> Vec<(Span, Span)> {
    if let Some(quotes) = ctx.excerpt.quotes {
        return alloc::vec![quotes];
    }
    let place = |at| ctx.excerpt.to_paste(Span::new(at, at + 1));
    let settings = ctx.parse.settings.all.iter();
    settings
        .filter_map(|setting| {
            let quote = setting.value.quote?;
            let open = setting.value.span.start.checked_sub(1)?;
            // `"NAME=value"` is quoted as a whole.
            let round_value = ctx
                .raw(Span::new(0, open))
                .trim_end_matches([' ', '\t'])
                .ends_with('=');
            (round_value && rest(ctx.text, open).starts_with(quote))
                .then(|| (place(open), place(setting.value.span.end)))
        })
        .collect()
}

const fn title(keeper: Keeper) -> &'static str {
    match keeper {
        Keeper::Cmd => "Put the quotes round name and value",
        _ => "Take the quotes off",
    }
}

fn keeper(ctx: &Context<'_>) -> Option<Keeper> {
    let in_compose = || ctx.excerpt.layers.contains(&Layer::DockerCompose);
    match ctx.excerpt.notation {
        Notation::EnvList if in_compose() => Some(Keeper::Compose),
        Notation::Cmd => Some(Keeper::Cmd),
        Notation::Properties => Some(Keeper::Properties),
        Notation::Ini if ctx.excerpt.is_written_in(|e| e == Escapes::Percent) => {
            Some(Keeper::ConfigParser)
        }
        Notation::Dotenv if ctx.surroundings.keeps_quotes => Some(Keeper::EnvFile),
        _ => None,
    }
}

/// What takes the quotes off, where the value reads the same without them.
fn edits(ctx: &Context<'_>, keeper: Keeper, open: Span, close: Span) -> Option<Vec<Edit>> {
    let paste = ctx.surroundings.paste;
    let value = slice(paste, Span::new(open.end, close.start));
    let needs_quotes = value.contains(['\\', '\n'])
        || value.contains(" #")
        || value.contains(": ")
        || value.trim() != value;
    if needs_quotes {
        return None;
    }
    if keeper == Keeper::Cmd {
        let before = slice(paste, Span::new(0, open.start));
        let line = before.rsplit('\n').next().unwrap_or("");
        let name = line.trim_end_matches('=').trim_end().len();
        let blank = line.get(..name)?.rfind([' ', '\t'])? + 1;
        let start = open.start - line.len() + blank;
        return Some(alloc::vec![Edit::insert(start, "\""), Edit::delete(open)]);
    }
    Some(alloc::vec![Edit::delete(open), Edit::delete(close)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn quotes_that_nothing_takes_off_are_found() {
        carets(
            &RULE,
            &auto(),
            "
set DATABASE_URL=\"postgresql://app:pw@db.example/app\"
                 ^ these quotes become a part of the value
",
        );
    }

    #[test]
    fn each_reader_has_its_way_without_them() {
        for (text, expected) in [
            (
                "services:\n  web:\n    image: a\n    environment:\n      - DATABASE_URL=\"postgresql://app:pw@db.example/app\"\n",
                "services:\n  web:\n    image: a\n    environment:\n      - DATABASE_URL=postgresql://app:pw@db.example/app\n",
            ),
            (
                "services:\n  web:\n    image: a\n    environment:\n      - PGHOST='db.example'\n      - PGUSER=app\n",
                "services:\n  web:\n    image: a\n    environment:\n      - PGHOST=db.example\n      - PGUSER=app\n",
            ),
            (
                "set DATABASE_URL=\"postgresql://app:pw@db.example/app?a=b&c=d\"",
                "set \"DATABASE_URL=postgresql://app:pw@db.example/app?a=b&c=d\"",
            ),
            (
                "[alembic]\nsqlalchemy.url = \"postgresql+psycopg2://app:pw@db.example/app\"\n",
                "[alembic]\nsqlalchemy.url = postgresql+psycopg2://app:pw@db.example/app\n",
            ),
            (
                "spring.datasource.url=\"jdbc:postgresql://db.example/app\"\n",
                "spring.datasource.url=jdbc:postgresql://db.example/app\n",
            ),
            (
                "docker run --env-file .env app\n\nDATABASE_URL=\"postgresql://app:pw@db.example/app\"\n",
                "docker run --env-file .env app\n\nDATABASE_URL=postgresql://app:pw@db.example/app\n",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn quotes_that_are_taken_off_are_left_alone() {
        for text in [
            "DATABASE_URL=\"postgresql://app:pw@db.example/app\"",
            "export DATABASE_URL=\"postgresql://app:pw@db.example/app\"",
            "services:\n  web:\n    image: a\n    environment:\n      - \"PGHOST=db.example\"\n      - PGUSER=app\n",
            "services:\n  web:\n    image: a\n    environment:\n      PGHOST: \"db.example\"\n      PGUSER: app\n",
            "docker compose --env-file .env up\n\nDATABASE_URL=\"postgresql://app:pw@db.example/app\"\n",
            "[db]\nurl = \"postgresql://app:pw@db.example/app\"\n",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
