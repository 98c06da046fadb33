//! SYN009: a `+` that one driver takes for a blank and the next does not.

use super::together::together;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Dialect, Grammar, Origin, Param, Setting};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN009",
    name: "plus-sign",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("plus_sign.md"),
    check,
};

fn message(param: Param) -> String {
    format!("`+` in the {} is read as a blank", param.noun())
}

const KEPT: &str = "`+` in `options` stays one, it is no blank";

fn help(ctx: &Context<'_>, way: &str) -> String {
    format!(
        "{} decodes as forms of web pages do, where `+` stands for a blank, so that the server gets another value and answers that authentication failed or that the name does not exist. {way} If a form encoder wrote a blank so, leave it.",
        ctx.driver.label()
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !ctx.text.contains('+') {
        return;
    }
    let mut found = Vec::new();
    for setting in &ctx.settings().all {
        let plus: Vec<Span> = pluses(ctx, setting.value.span);
        if plus.is_empty() {
            continue;
        }
        if becomes_blank(ctx, setting) {
            found.push(as_blank(ctx, setting, &plus));
        } else if setting.key == "options"
            && ctx.grammar().is_url()
            && setting.value.expose().contains('+')
        {
            kept(ctx, setting, &mut found);
        }
    }
    out.extend(together(found));
}

fn pluses(ctx: &Context<'_>, value: Span) -> Vec<Span> {
    ctx.raw(value)
        .match_indices('+')
        .map(|(at, _)| Span::new(value.start + at, value.start + at + 1))
        .filter(|span| !ctx.has_variable(*span))
        .collect()
}

/// Whether a name or a password gets a blank where it has a `+`.
fn becomes_blank(ctx: &Context<'_>, setting: &Setting) -> bool {
    let name = matches!(
        setting.param,
        Param::User | Param::Password | Param::OtherSecret | Param::Database
    );
    // R2DBC's parser decodes user name and password that way as well (ConnectionUrlParser, r2dbc-spi 1.0).
    let r2dbc = ctx.parse.dialect == Dialect::R2dbcUrl
        && setting.origin == Origin::Authority
        && matches!(setting.param, Param::User | Param::Password);
    let read = setting.value.expose();
    let kept = read.matches('+').count();
    let written = ctx.raw(setting.value.span);
    let encoded = written.to_ascii_lowercase().matches("%2b").count();
    let decodes = ctx.grammar().is_url() || ctx.grammar() == Grammar::Odbc;
    name && decodes && (r2dbc || (kept <= encoded && read.contains(' ')))
}

fn as_blank(ctx: &Context<'_>, setting: &Setting, plus: &[Span]) -> Finding {
    let first = plus.first().copied().unwrap_or_default();
    let odbc = ctx.grammar() == Grammar::Odbc;
    let way = if odbc {
        "Put the value in braces, which keep it as it is."
    } else {
        "Write a plus as `%2B`, a blank as `%20`."
    };
    let mut finding = Finding::new(first, message(setting.param)).help(help(ctx, way));
    for span in plus.iter().skip(1) {
        finding = finding.related(*span, "this one too");
    }
    let edits: Vec<Edit> = plus
        .iter()
        .map(|span| Edit::replace(*span, "%2B"))
        .collect();
    finding.fix("Encode it as `%2B`", Applicability::Unsafe, edits)
}

/// `-c+geqo=off`: a blank that was form-encoded, for a driver that does not decode it.
fn kept(ctx: &Context<'_>, setting: &Setting, out: &mut Vec<Finding>) {
    let value = setting.value.span;
    let raw = ctx.raw(value);
    let blanks: Vec<Span> = raw
        .match_indices('+')
        .map(|(at, _)| at)
        .filter(|at| {
            raw.get(..*at).is_some_and(|before| before.ends_with("-c"))
                || raw
                    .get(at + 1..)
                    .is_some_and(|behind| behind.starts_with('-'))
        })
        .map(|at| Span::new(value.start + at, value.start + at + 1))
        .filter(|span| !ctx.has_variable(*span))
        .collect();
    let Some(first) = blanks.first().copied() else {
        return;
    };
    let mut finding = Finding::new(first, KEPT).help(format!(
        "{} hands the sign on as it is, and the server takes it for a part of a setting's name: unrecognized configuration parameter. Write a blank as `%20`.",
        ctx.driver.label()
    ));
    for span in blanks.iter().skip(1) {
        finding = finding.related(*span, "this one too");
    }
    let edits: Vec<Edit> = blanks
        .iter()
        .map(|span| Edit::replace(*span, "%20"))
        .collect();
    out.push(finding.fix("Write a blank as `%20`", Applicability::Unsafe, edits));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn a_plus_that_becomes_a_blank_is_found() {
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://db.example/app?user=app&password=p+w+x
                                                    ^ `+` in the password is read as a blank
",
        );
        for (text, expected) in [
            (
                "jdbc:postgresql://db.example/my+db?user=app&password=p+w",
                "jdbc:postgresql://db.example/my%2Bdb?user=app&password=p%2Bw",
            ),
            (
                "r2dbc:postgresql://app:p+w@db.example/app",
                "r2dbc:postgresql://app:p%2Bw@db.example/app",
            ),
            (
                "Driver={PostgreSQL Unicode};Server=db.example;Uid=app;Pwd=p+w;",
                "Driver={PostgreSQL Unicode};Server=db.example;Uid=app;Pwd=p%2Bw;",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        fixes(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://db.example/app?user=app&password=p+w",
            "postgresql://db.example/app?user=app&password=p%2Bw",
        );
    }

    #[test]
    fn a_blank_that_stays_a_plus_is_found() {
        fixes(
            &RULE,
            &auto(),
            "postgresql://db.example/app?options=-c+geqo%3Doff+-c+jit%3Doff",
            "postgresql://db.example/app?options=-c%20geqo%3Doff%20-c%20jit%3Doff",
        );
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://db.example/app?options=-c+geqo%3Doff",
        );
    }

    #[test]
    fn a_plus_that_stays_one_is_left_alone() {
        for text in [
            "postgresql://app:p+w@db.example/app",
            "postgresql://db.example/app?user=app&password=p+w",
            "host=db.example password=p+w user=app",
            "Host=db.example;Username=app;Password=p+w",
            "jdbc:postgresql://db.example/app?user=app&password=p%2Bw",
            "jdbc:postgresql://db.example/app?ApplicationName=My+App",
            "postgresql+psycopg2://app:p+w@db.example/app",
            "Driver={PostgreSQL Unicode};Server=db.example;Uid=app;Pwd={p+w};",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
