//! PAR013: a keyword without a value, which takes the next pair for it or counts as not given.

use super::strange::driver;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Param, Setting};
use crate::parse::keywords;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR013",
    name: "empty-value",
    group: Group::Parameters,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: include_str!("empty_value.md"),
    check,
};

fn swallowed(ctx: &Context<'_>, key: &str, value: Span) -> String {
    if ctx.redactor.hides(value) {
        format!("`{key}=` takes the next pair for its value")
    } else {
        format!("`{key}=` takes `{}` for its value", ctx.show(value))
    }
}

fn nothing(key: &str) -> String {
    format!("`{key}` is empty, which counts as not given")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for setting in &ctx.settings().all {
        let Some(key) = setting.key_span.filter(|key| !ctx.has_variable(*key)) else {
            continue;
        };
        match ctx.grammar() {
            Grammar::KeyValue => {
                if let Some(equals) = swallows(ctx, setting, key) {
                    out.push(swallowing(ctx, setting, key, equals));
                }
            }
            // Who connects, where to and with what is judged by the rules about that.
            Grammar::AdoNet
                if setting.value.span.is_empty()
                    && setting.value.quote.is_none()
                    && matches!(
                        setting.param,
                        Param::Known | Param::SslMode | Param::SslRootCert
                    ) =>
            {
                let shown = ctx.show(key);
                out.push(
                    Finding::new(key, nothing(&shown))
                        .severity(Severity::Info)
                        .help(format!(
                            "Npgsql takes its default for `{shown}`. Give it a value, or take it out."
                        )),
                );
            }
            _ => {}
        }
    }
}

/// Where the `=` ends behind which blanks stand, and then a pair that was meant to be one of its own.
fn swallows(ctx: &Context<'_>, setting: &Setting, key: Span) -> Option<usize> {
    let value = setting.value.span;
    let between = Span::new(key.end, value.start);
    let gap = ctx.raw(between);
    let equals = gap.find('=')? + 1;
    let blanks = gap.get(equals..)?;
    let (next, _) = ctx.raw(value).split_once('=')?;
    let is_pair = keywords::libpq(next).is_some() || matches!(next, "database" | "username");
    let swallowed = setting.value.quote.is_none()
        && !blanks.is_empty()
        && blanks.chars().all(char::is_whitespace)
        && is_pair;
    swallowed.then_some(key.end + equals)
}

fn swallowing(ctx: &Context<'_>, setting: &Setting, key: Span, equals: usize) -> Finding {
    let shown = ctx.show(key);
    Finding::new(
        key.to(setting.value.span),
        swallowed(ctx, &shown, setting.value.span),
    )
    .help(format!(
        "{} skips blanks behind the `=`. An empty value is written as `{shown}=''`, or the keyword is left out.",
        driver(ctx)
    ))
    .fix(
        format!("Write `{shown}=''`"),
        Applicability::Unsafe,
        alloc::vec![Edit::insert(equals, "''")],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn the_pair_that_is_swallowed_is_shown() {
        carets(
            &RULE,
            &auto(),
            "
host= port=5432 dbname=app user=app
^^^^^^^^^^^^^^^ `host=` takes `port=5432` for its value
",
        );
        fixes(
            &RULE,
            &auto(),
            "host=db.example dbname= user=app port=5432",
            "host=db.example dbname='' user=app port=5432",
        );
        let found = findings(
            &RULE,
            &auto(),
            "host=db.example user=app password= sslmode=require port=5432",
        );
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn npgsql_takes_the_default() {
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Timeout=;Username=app
                ^^^^^^^ `Timeout` is empty, which counts as not given
",
        );
    }

    #[test]
    fn values_that_are_there_are_left_alone() {
        for text in [
            "host = localhost port = 5432 dbname = 'my db' application_name = ''",
            "host=db.example user=app options= '-c jit=off'",
            "host=db.example user=app password= a=b",
            "host=$HOST port=5432 user=app",
            "Host=db.example;Username=app;Password=;",
            "postgresql://app@db.example/app?application_name=",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
