//! SYN010: a value that is percent-encoded where nothing decodes it.

use super::encoded::{Sequence, sequences};
use super::together::together;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Dialect, Grammar, Param, Setting};
use crate::placeholder;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN010",
    name: "percent-encoding-kept",
    group: Group::Syntax,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("percent_encoding_kept.md"),
    check,
};

fn message(param: Param) -> String {
    format!(
        "the {} is percent-encoded, and nothing decodes it",
        param.noun()
    )
}

fn question(param: Param) -> String {
    format!(
        "the {} is percent-encoded: is it put into a URL?",
        param.noun()
    )
}

fn help(ctx: &Context<'_>) -> String {
    let place = match ctx.grammar() {
        Grammar::Pgpass => "a .pgpass line",
        Grammar::AdoNet => "an ADO.NET string",
        Grammar::KeyValue => "a keyword/value string",
        Grammar::Pdo => "a PDO DSN",
        Grammar::Command => "a command line",
        _ => "a setting of its own",
    };
    format!(
        "Percent sequences belong into URLs. In {place} they stand for themselves, so that the server gets the sequence and not the character, and answers that authentication failed or that the name does not exist. If the value really holds it, leave it."
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar().is_url() || ctx.grammar() == Grammar::Odbc || !ctx.text.contains('%') {
        return;
    }
    let settings = ctx.settings().all.iter();
    out.extend(together(settings.filter_map(|s| finding(ctx, s)).collect()));
}

fn finding(ctx: &Context<'_>, setting: &Setting) -> Option<Finding> {
    let judged = matches!(
        setting.param,
        Param::User | Param::Password | Param::Database | Param::Host
    );
    let value = setting.value.span;
    let raw = ctx.raw(value);
    // The JDBC URL of a properties file is decoded; what stands beside it is not.
    let in_url = ctx.parse.dialect == Dialect::SpringProperties
        && setting.origin != crate::model::Origin::Pair;
    // Of an encoded `@` in a user name, USR004 speaks.
    let at_in_user = setting.param == Param::User && raw.contains("%40");
    if !judged
        || in_url
        || at_in_user
        || ctx.has_variable(value)
        || !placeholder::find(raw).is_empty()
    {
        return None;
    }
    // Of an `@` in a user name, a rule of its own has more to say.
    if setting.param == Param::User && raw.contains("%40") {
        return None;
    }
    let found = sequences(raw);
    let first = found.first()?;
    let place = |s: &Sequence| Span::new(value.start + s.span.start, value.start + s.span.end);
    let mut finding = if may_become_a_url(ctx) {
        Finding::new(place(first), question(setting.param))
            .severity(Severity::Info)
            .certainty(Certainty::Depends)
    } else {
        Finding::new(place(first), message(setting.param))
    };
    for other in found.iter().skip(1) {
        finding = finding.related(place(other), "here too");
    }
    finding = finding.help(help(ctx));
    let edits: Option<Vec<Edit>> = found
        .iter()
        .map(|s| {
            Some(Edit::replace(
                place(s),
                written(ctx, setting, &s.stands_for)?,
            ))
        })
        .collect();
    Some(match edits {
        Some(edits) => finding.fix("Decode it", Applicability::Unsafe, edits),
        None => finding,
    })
}

/// A program may put variables together to a URL; libpq's own it does not.
fn may_become_a_url(ctx: &Context<'_>) -> bool {
    let names = ctx.settings().all.iter().map(|s| s.key.as_str());
    ctx.parse.dialect == Dialect::PgEnv
        && !names.clone().any(|name| {
            name.starts_with("PG") || name.starts_with("pg") || name.starts_with("spring")
        })
}

/// `text` as the value of `setting` would have it; `None` where it would need more than the characters themselves.
fn written(ctx: &Context<'_>, setting: &Setting, text: &str) -> Option<String> {
    let quote = setting.value.quote;
    let backslash = |special: &[char]| -> String {
        let mut out = String::new();
        for c in text.chars() {
            if special.contains(&c) {
                out.push('\\');
            }
            out.push(c);
        }
        out
    };
    let plain = |special: &str| (!text.contains(|c| special.contains(c))).then(|| text.into());
    match (ctx.grammar(), quote) {
        (Grammar::Pgpass, _) => Some(backslash(&[':', '\\'])),
        (Grammar::KeyValue, Some('\'')) => Some(backslash(&['\'', '\\'])),
        (Grammar::KeyValue, _) => plain("' \\"),
        (Grammar::Pdo, _) => plain("' \\;"),
        (Grammar::AdoNet, None) => plain("\"'; ="),
        (Grammar::AdoNet, Some(quote)) => (!text.contains(quote)).then(|| text.into()),
        (_, Some(quote)) if !text.contains([quote, '\\', '$', '`']) => Some(text.into()),
        (_, None) => plain("\"'`\\ #$&;|<>(){}!*,"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn encoded_values_are_found_where_nothing_decodes_them() {
        carets(
            &RULE,
            &auto(),
            "
db.example:5432:*:app:Central%40123
                             ^^^ the password is percent-encoded, and nothing decodes it
",
        );
        for (text, expected) in [
            (
                "db.example:5432:*:app:p%3Aw%40x",
                "db.example:5432:*:app:p\\:w@x",
            ),
            (
                "host=db.example user=ann%2Bapp password=p%23w",
                "host=db.example user=ann+app password=p#w",
            ),
            (
                "Host=db.example;Username=app;Password=p%40w%21",
                "Host=db.example;Username=app;Password=p@w!",
            ),
            (
                "PGHOST=db.example\nPGUSER=app\nPGPASSWORD=\"p%40w\"",
                "PGHOST=db.example\nPGUSER=app\nPGPASSWORD=\"p@w\"",
            ),
            (
                "new Client({host: 'db.example', port: 5432, user: 'app', password: 'p%40w'})",
                "new Client({host: 'db.example', port: 5432, user: 'app', password: 'p@w'})",
            ),
            (
                "psycopg2.connect(host='db.example', user='app', password='p%2Fw')",
                "psycopg2.connect(host='db.example', user='app', password='p/w')",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn what_a_program_may_put_into_a_url_is_a_question() {
        let text = "POSTGRES_HOST=db.example\nPOSTGRES_PORT=5432\nPOSTGRES_PASSWORD=p%40w";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(found[0].severity, Severity::Info);
        assert_eq!(found[0].certainty, Certainty::Depends);
    }

    #[test]
    fn where_quotes_would_be_needed_there_is_no_fix() {
        for text in [
            "host=db.example user=app password=p%20w%40",
            "Host=db.example;Username=app;Password=p%3Bw",
        ] {
            let found = findings(&RULE, &auto(), text);
            assert!(found[0].fixes.is_empty(), "{text}");
        }
    }

    #[test]
    fn passwords_with_a_percent_sign_of_their_own_are_left_alone() {
        for text in [
            "db.example:5432:*:app:Centralink@123",
            "host=db.example user=app password=100%",
            "host=db.example user=app password=x%40&y#z",
            "host=db.example user=app password=a%41b",
            "Host=db.example;Username=app;Password=%4x%zz",
            "postgresql://app:p%40w@db.example/app",
            "Driver={PostgreSQL Unicode};Server=db.example;Uid=app;Pwd=p%40w;",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
