//! PAR010: on or off, in a spelling that the driver does not take for it.

use super::strange::driver;
use super::typed;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Setting;
use crate::parse::kinds::{Kind, Switch};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR010",
    name: "switch-spelling",
    group: Group::Parameters,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &["PAR002"],
    docs: docs!("switch_spelling.md"),
    check,
};

fn refused(ctx: &Context<'_>, value: &str, switch: Switch) -> String {
    format!(
        "`{value}` is refused: {} takes `{}` or `{}`",
        driver(ctx),
        switch.write(true),
        switch.write(false)
    )
}

fn off(key: &str, value: &str, switch: Switch) -> String {
    format!(
        "`{key}={value}` is off: only `{}` is on",
        switch.write(true)
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for (setting, kind) in typed::all(ctx) {
        let Kind::Switch(switch) = kind else { continue };
        let value = setting.value.expose();
        let meant = meant(value);
        let finding = match switch.read(value) {
            None => finding_refused(ctx, setting, switch),
            Some(read) if meant.is_some_and(|meant| meant != read) => {
                finding_off(ctx, setting, switch)
            }
            Some(_) => continue,
        };
        out.push(match meant {
            Some(on) => finding.fix(
                format!("Write `{}`", switch.write(on)),
                Applicability::Unsafe,
                alloc::vec![Edit::replace(setting.value.span, switch.write(on))],
            ),
            None => finding,
        });
    }
}

fn finding_refused(ctx: &Context<'_>, setting: &Setting, switch: Switch) -> Finding {
    let span = setting.value.span;
    let error = ctx.meant.errors.iter().find(|e| e.span.overlaps(span));
    let said = error.map_or_else(
        || "It refuses the whole string.".into(),
        |error| {
            let said = error.driver_text(ctx.text, ctx.redactor);
            format!("It answers: {}.", said.trim_end_matches('.'))
        },
    );
    Finding::new(span, refused(ctx, &ctx.show(span), switch)).help(said)
}

fn finding_off(ctx: &Context<'_>, setting: &Setting, switch: Switch) -> Finding {
    let span = setting.value.span;
    let key = ctx.show(setting.key_span.unwrap_or_default());
    Finding::new(span, off(&key, &ctx.show(span), switch))
        .severity(Severity::Warning)
        .help(format!(
            "{} takes every other text for off, without a word. Write `{}` if it is to be on.",
            driver(ctx),
            switch.write(true)
        ))
}

/// What a person means by the word.
fn meant(value: &str) -> Option<bool> {
    Some(match &*value.trim().to_ascii_lowercase() {
        "1" | "true" | "t" | "yes" | "y" | "on" | "enable" | "enabled" | "random" => true,
        "0" | "false" | "f" | "no" | "n" | "off" | "disable" | "disabled" => false,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn each_driver_has_its_own_on_and_off() {
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Pooling=1;Database=app
                        ^ `1` is refused: Npgsql takes `true` or `false`
",
        );
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://db.example/app?tcpKeepAlive=1
                                              ^ `tcpKeepAlive=1` is off: only `true` is on
",
        );
        for (text, expected) in [
            (
                "Host=db.example;Pooling=off;Database=app",
                "Host=db.example;Pooling=false;Database=app",
            ),
            (
                "Host=a.example,b.example;Load Balance Hosts=random",
                "Host=a.example,b.example;Load Balance Hosts=true",
            ),
            (
                "jdbc:postgresql://db.example/app?reWriteBatchedInserts=yes",
                "jdbc:postgresql://db.example/app?reWriteBatchedInserts=true",
            ),
            (
                "host=db.example port=5432 keepalives=on",
                "host=db.example port=5432 keepalives=1",
            ),
            (
                "host=db.example port=5432 sslsni=true",
                "host=db.example port=5432 sslsni=1",
            ),
            (
                "postgresql://db.example/app?schema=x&pgbouncer=True",
                "postgresql://db.example/app?schema=x&pgbouncer=true",
            ),
            (
                "r2dbc:postgresql://db.example/app?tcpKeepAlive=on",
                "r2dbc:postgresql://db.example/app?tcpKeepAlive=true",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn what_nobody_can_guess_has_no_fix() {
        let found = findings(&RULE, &auto(), "Host=db.example;Pooling=sometimes");
        assert_eq!(found.len(), 1);
        assert!(found[0].fixes.is_empty());
    }

    #[test]
    fn what_is_read_as_it_is_meant_is_left_alone() {
        for text in [
            "Host=db.example;Pooling=TRUE;Enlist= false ;Log Parameters=;",
            "jdbc:postgresql://db.example/app?tcpKeepAlive=TRUE&readOnly=0&tcpNoDelay=off",
            "host=db.example port=5432 keepalives=0 sslsni=0 gssdelegation=no",
            "Host=db.example;Pooling=#{pooling}#",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
