//! PAR002: a value that the keyword does not take.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Param, Setting};
use crate::near::{letters, nearest};
use crate::parse::{ErrorKind, ParseError, allowed_values};
use crate::placeholder;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::slice;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR002",
    name: "value-not-allowed",
    group: Group::Parameters,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("value_not_allowed.md"),
    check,
};

fn message(ctx: &Context<'_>, setting: &Setting, error: &ParseError) -> String {
    let keyword = &setting.key;
    let value = ctx.show(setting.value.span);
    if error.template.starts_with("weak sslmode") || error.template.starts_with("direct TLS") {
        format!("`{keyword}={value}` wants a stricter TLS mode")
    } else if error.template.starts_with("SECURITY WARNING") {
        format!("`{value}` wants to be told the root certificate here")
    } else if error.template.ends_with("version range") {
        "the highest TLS version is below the lowest".into()
    } else if value.is_empty() {
        format!("`{keyword}` has no value")
    } else {
        format!("`{value}` is not a value of `{keyword}`")
    }
}

/// What people write, and what is meant by it: the first that the driver takes.
const WORDS: &[(&str, &[&str])] = &[
    ("master", &["primary", "read-write"]),
    ("readwrite", &["read-write", "primary"]),
    ("rw", &["read-write", "primary"]),
    ("primary", &["read-write"]),
    ("slave", &["standby", "secondary", "read-only"]),
    ("replica", &["standby", "secondary", "read-only"]),
    ("secondary", &["standby", "read-only"]),
    ("standby", &["secondary", "read-only"]),
    ("readonly", &["read-only", "standby", "secondary"]),
    ("ro", &["read-only", "standby"]),
    ("preferslave", &["prefer-standby", "preferSecondary"]),
    ("prefersecondary", &["prefer-standby"]),
    ("preferstandby", &["preferSecondary"]),
    ("true", &["require", "random"]),
    ("on", &["require", "random"]),
    ("yes", &["require", "random"]),
    ("1", &["require", "random"]),
    ("always", &["require"]),
    ("required", &["require"]),
    ("false", &["disable"]),
    ("off", &["disable"]),
    ("no", &["disable"]),
    ("0", &["disable"]),
    ("never", &["disable"]),
    ("none", &["disable"]),
    ("10", &["TLSv1"]),
    ("11", &["TLSv1.1"]),
    ("12", &["TLSv1.2"]),
    ("13", &["TLSv1.3"]),
    ("tls12", &["TLSv1.2"]),
    ("tls13", &["TLSv1.3"]),
    ("scram", &["scram-sha-256"]),
];

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for error in &ctx.meant.errors {
        if error.kind != ErrorKind::BadValue || ctx.has_variable(error.span) {
            continue;
        }
        let settings = &ctx.meant.settings.all;
        let Some(setting) = settings.iter().rfind(|s| s.span().contains(error.span)) else {
            continue;
        };
        // Which TLS modes there are is for the rules about TLS to say; what a known one wants beside it is said here.
        if setting.param == Param::SslMode && !error.template.starts_with("SECURITY WARNING") {
            continue;
        }
        if placeholder::find(ctx.raw(setting.value.span)).is_empty() {
            out.push(finding(ctx, setting, error));
        }
    }
}

fn finding(ctx: &Context<'_>, setting: &Setting, error: &ParseError) -> Finding {
    let allowed = allowed_values(ctx.driver, ctx.parse.dialect, &setting.key);
    let said = error.driver_text(ctx.text, ctx.redactor);
    let said = said.trim_end_matches('.');
    let name = match ctx.driver {
        Driver::Auto => "The driver",
        driver => driver.label(),
    };
    let takes = if allowed.is_empty() {
        String::new()
    } else {
        format!(" It takes {}.", list(allowed))
    };
    let finding = Finding::new(error.span, message(ctx, setting, error))
        .help(format!("{name} refuses the whole string: {said}.{takes}"));
    // A list is put right one word at a time, a combination not at all: nobody knows which of the two was meant.
    let raw = slice(ctx.text, error.span);
    let span = setting.value.span;
    let one_of_them = span.contains(error.span) && !ctx.redactor.hides(error.span);
    match meant(raw, allowed).filter(|_| one_of_them && error.quoted.is_some()) {
        Some(word) => finding.fix(
            format!("Write `{word}`"),
            Applicability::Unsafe,
            alloc::vec![Edit::replace(error.span, word)],
        ),
        None => finding,
    }
}

/// What was meant by `raw`: a word of the list.
fn meant(raw: &str, allowed: &[&'static str]) -> Option<&'static str> {
    let wanted = letters(raw);
    let spelled = allowed.iter().copied().find(|word| letters(word) == wanted);
    let known = || {
        let (_, words) = WORDS.iter().find(|(word, _)| *word == wanted)?;
        words.iter().copied().find(|word| allowed.contains(word))
    };
    spelled
        .or_else(known)
        .or_else(|| nearest(raw, allowed.iter().copied(), 2).filter(|_| raw.len() >= 4))
}

/// `a`, `b` or `c`.
fn list(words: &[&str]) -> String {
    let mut out = String::new();
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            out.push_str(if index + 1 == words.len() {
                " or "
            } else {
                ", "
            });
        }
        out.push_str(&format!("`{word}`"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn the_nearest_word_that_the_driver_takes_is_offered() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://a.example,b.example/app?target_session_attrs=master
                                                          ^^^^^^ `master` is not a value of `target_session_attrs`
",
        );
        for (text, expected) in [
            (
                "postgresql://a.example,b.example/app?target_session_attrs=master",
                "postgresql://a.example,b.example/app?target_session_attrs=primary",
            ),
            (
                "host=db.example port=5432 target_session_attrs=Read_Write",
                "host=db.example port=5432 target_session_attrs=read-write",
            ),
            (
                "host=db.example port=5432 ssl_min_protocol_version=1.2",
                "host=db.example port=5432 ssl_min_protocol_version=TLSv1.2",
            ),
            (
                "host=db.example port=5432 gssencmode=disabled",
                "host=db.example port=5432 gssencmode=disable",
            ),
            (
                "host=db.example port=5432 require_auth=md5,scram",
                "host=db.example port=5432 require_auth=md5,scram-sha-256",
            ),
            (
                "jdbc:postgresql://db.example/app?targetServerType=read-write",
                "jdbc:postgresql://db.example/app?targetServerType=primary",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        fixes(
            &RULE,
            &driver(Driver::TokioPostgres),
            "postgresql://db.example/app?target_session_attrs=primary",
            "postgresql://db.example/app?target_session_attrs=read-write",
        );
    }

    #[test]
    fn what_does_not_go_together_is_named_without_a_fix() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://db.example/app?sslmode=require&sslrootcert=system
                                                        ^^^^^^ `sslrootcert=system` wants a stricter TLS mode
",
        );
        let found = findings(
            &RULE,
            &auto(),
            "host=db.example port=5432 ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2",
        );
        assert_eq!(found.len(), 1);
        assert!(found.iter().all(|d| d.fixes.is_empty()));
    }

    #[test]
    fn every_word_of_the_driver_is_silent() {
        for text in [
            "postgresql://db.example/app?target_session_attrs=primary&channel_binding=require",
            "host=db.example port=5432 connect_timeout=10 sslmode=wrong",
            "postgresql://db.example/app?sslrootcert=system",
            "postgresql://db.example/app?target_session_attrs={mode}",
            "jdbc:postgresql://db.example/app?targetServerType=preferSlave",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
