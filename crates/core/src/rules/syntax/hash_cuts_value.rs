//! SYN035: a `#` in a value without quotes that begins a comment.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::layer::Notation;
use crate::model::{Driver, Grammar};
use crate::parse::reserved::{Outcome, outcome};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN035",
    name: "hash-cuts-value",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("hash_cuts_value.md"),
    check,
};

const MESSAGE: &str = "the value ends here: this `#` begins a comment";

const QUESTION: &str = "npm's dotenv takes this `#` for the start of a comment";

fn help(with_blank: bool) -> String {
    let reader = if with_blank {
        "Behind a blank, a `#` begins a comment wherever the value stands without quotes"
    } else {
        "npm's dotenv, and what is built on it, takes a `#` in a value without quotes for the start of a comment, with or without a blank before it"
    };
    alloc::format!(
        "{reader}. The driver gets what stands before it, and the server answers that authentication failed. Put the value in quotes."
    )
}

const QUESTION_HELP: &str = "With npm's dotenv the value ends before it; python-dotenv, Compose and a shell want a blank before the `#`, and `docker run --env-file` knows no comments at all. Quotes round the value make all of them but the last read the same.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    // In a URL that its driver cannot read with a `#`, that is said, and mended for both.
    let is_url = ctx.grammar().is_url();
    let said = is_url && outcome(ctx.driver, '#', true) == Outcome::Broken;
    if ctx.excerpt.quotes.is_some() || said {
        return;
    }
    for word in words(ctx) {
        let Some((place, with_blank)) = comment(ctx, word) else {
            continue;
        };
        let finding = if with_blank || reads_dotenv(ctx.driver) {
            Finding::new(place, MESSAGE).help(help(with_blank))
        } else {
            Finding::new(place, QUESTION)
                .help(QUESTION_HELP)
                .severity(Severity::Info)
                .certainty(Certainty::Depends)
        };
        out.push(if is_url {
            let edits = alloc::vec![Edit::replace(place, "%23")];
            finding.fix("Encode it as `%23`", Applicability::Unsafe, edits)
        } else if let Some(edits) = quotes(ctx, word) {
            finding.fix_beside("Put the value in quotes", Applicability::Unsafe, edits)
        } else {
            finding
        });
    }
}

/// The values that stand without quotes: the string itself, or those of entries.
fn words(ctx: &Context<'_>) -> Vec<Span> {
    match ctx.grammar() {
        Grammar::Entries => {
            let all = ctx.parse.settings.all.iter();
            all.filter(|s| s.value.quote.is_none())
                .map(|s| s.value.span)
                .collect()
        }
        Grammar::Command | Grammar::Pgpass => Vec::new(),
        _ => alloc::vec![Span::new(0, ctx.text.len())],
    }
}

/// The sign that cuts the value, and whether a blank stands before it.
fn comment(ctx: &Context<'_>, word: Span) -> Option<(Span, bool)> {
    let raw = slice(ctx.text, word);
    let place = |at: usize| Span::new(word.start + at, word.start + at + 1);
    let behind_blank = matches!(
        ctx.excerpt.notation,
        Notation::Yaml | Notation::EnvList | Notation::Dotenv | Notation::Toml
    );
    if behind_blank && let Some(at) = raw.find(" #").or_else(|| raw.find("\t#")) {
        return Some((place(at + 1), true)).filter(|(p, _)| !ctx.has_variable(*p));
    }
    // A fragment of its own behind a whole URL is nobody's password.
    let at = raw.find('#')?;
    (ctx.excerpt.notation == Notation::Dotenv
        && at > 0
        && ctx.redactor.hides(place(at))
        && !ctx.has_variable(place(at)))
    .then_some((place(at), false))
}

/// Drivers of a world in which dotenv is npm's.
const fn reads_dotenv(driver: Driver) -> bool {
    matches!(
        driver,
        Driver::NodePostgres | Driver::PostgresJs | Driver::Prisma
    )
}

/// Single quotes round the value, or double ones where it has single ones in it.
fn quotes(ctx: &Context<'_>, word: Span) -> Option<Vec<Edit>> {
    let place = ctx.excerpt.to_paste(word);
    let text = slice(ctx.surroundings.paste, place);
    let quote = if !text.contains('\'') {
        "'"
    } else if !text.contains(['"', '\\', '$']) {
        "\""
    } else {
        return None;
    };
    // In a list of YAML the quotes would become a part of the value.
    let plain = !text.contains('\n') && ctx.excerpt.notation != Notation::EnvList;
    let literal = quote == "\"" || !ctx.has_variable(word);
    (plain && literal).then(|| {
        alloc::vec![
            Edit::insert(place.start, quote),
            Edit::insert(place.end, quote)
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn what_begins_a_comment_is_found() {
        carets(
            &RULE,
            &driver(Driver::Prisma),
            "
DATABASE_URL=host=db.example user=app password=Tr0ub#dor dbname=app
                                                    ^ the value ends here: this `#` begins a comment
",
        );
    }

    #[test]
    fn quotes_keep_it() {
        for (text, expected) in [
            (
                "url: postgresql://app:pa%20 #ss@db.example/app",
                "url: postgresql://app:pa%20 %23ss@db.example/app",
            ),
            (
                "dsn: Host=db.example;Username=app;Password=a #b;Database=app",
                "dsn: 'Host=db.example;Username=app;Password=a #b;Database=app'",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        fixes(
            &RULE,
            &driver(Driver::NodePostgres),
            "PGHOST=db.example\nPGUSER=app\nPGPASSWORD=p#ss",
            "PGHOST=db.example\nPGUSER=app\nPGPASSWORD='p#ss'",
        );
    }

    #[test]
    fn without_a_known_reader_it_is_a_question() {
        let text = "PGHOST=db.example\nPGUSER=app\nPGPASSWORD=p#ss";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(found[0].severity, Severity::Info);
        assert_eq!(found[0].certainty, Certainty::Depends);
    }

    #[test]
    fn quotes_and_comments_are_left_alone() {
        for text in [
            "DB_HOST=db.example\nDB_USER=app\nDB_PASSWORD=\"p#ss\"",
            "PGHOST=db.example # the host\nPGUSER=app\n",
            "url: postgresql://app:pw@db.example/app # the main one",
            "export PGHOST=db.example PGUSER=app PGPASSWORD=p#ss",
            "url: 'postgresql://app:pa%20 #ss@db.example/app'",
            "postgresql://app:p#ss@db.example/app",
            "host=db.example password=p#ss user=app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
