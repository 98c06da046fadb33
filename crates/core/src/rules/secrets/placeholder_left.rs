//! SEC001: a template's placeholder was never filled in.

use crate::diagnostics::{Certainty, Severity};
use crate::model::Param;
use crate::placeholder;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SEC001",
    name: "placeholder-left",
    group: Group::Secrets,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: include_str!("placeholder_left.md"),
    check,
};

fn message(param: Param) -> String {
    format!("placeholder left in the {}", part(param))
}

const fn part(param: Param) -> &'static str {
    match param {
        Param::Host | Param::HostAddr => "host",
        Param::Port => "port",
        Param::User => "user name",
        Param::Password | Param::OtherSecret => "password",
        Param::Database => "database name",
        _ => "value",
    }
}

const fn help(param: Param) -> &'static str {
    match param {
        Param::Host | Param::HostAddr => {
            "Put the server's real name here. As it stands, the name does not resolve."
        }
        Param::Port => "Put the real port here, 5432 unless you know otherwise.",
        Param::User => {
            "Put the real user name here. As it stands, the server answers that authentication failed."
        }
        Param::Password | Param::OtherSecret => {
            "Put the real password here, braces and all replaced, or let the program fill it in. As it stands, the server answers that authentication failed."
        }
        Param::Database => {
            "Put the real database name here. As it stands, the server answers that it does not exist."
        }
        _ => "Put the real value here.",
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let mut seen: Vec<Span> = Vec::new();
    for setting in &ctx.settings().all {
        let value = setting.value.span;
        for (start, piece) in pieces(setting.param, slice(ctx.text, value)) {
            for found in placeholder::find(piece) {
                let span = found.shifted(value.start + start);
                if ctx.has_variable(span) || seen.iter().any(|s| s.overlaps(span)) {
                    continue;
                }
                seen.push(span);
                out.push(Finding::new(span, message(setting.param)).help(help(setting.param)));
            }
        }
    }
}

/// The parts in which a placeholder can stand as a whole word: labels of a host, halves of a user name.
fn pieces(param: Param, value: &str) -> Vec<(usize, &str)> {
    let separators: &[char] = match param {
        Param::Host => &['.'],
        Param::User => &['@'],
        _ => &[],
    };
    // Brackets may hold separators themselves, and a value of dots alone is a placeholder as a whole.
    if !placeholder::find(value).is_empty() {
        return alloc::vec![(0, value)];
    }
    let mut out = Vec::new();
    let mut at = 0;
    for piece in value.split(separators) {
        out.push((at, piece));
        at += piece.len() + 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn placeholders_are_found_wherever_they_stand() {
        carets(&RULE, &auto(), "
postgresql://{login}@{server}:{password}@{server}.postgres.database.azure.com/{database}?sslmode=require
             ^^^^^^^ placeholder left in the user name
                     ^^^^^^^^ placeholder left in the user name
                              ^^^^^^^^^^ placeholder left in the password
                                         ^^^^^^^^ placeholder left in the host
                                                                              ^^^^^^^^^^ placeholder left in the database name
");
        carets(&RULE, &auto(), "
Server=your-server.postgres.database.azure.com;User Id=app;Password=...;
       ^^^^^^^^^^^ placeholder left in the host
                                                                    ^^^ placeholder left in the password
");
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://db.example:5432/app?user=app&password=<password>
                                                        ^^^^^^^^^^ placeholder left in the password
",
        );
    }

    #[test]
    fn variables_and_plain_words_are_none() {
        for text in [
            "postgresql://user:password@localhost:5432/mydb",
            "postgresql://${USER}:${PASSWORD}@{{ host }}:5432/$(DB)",
            "host=$HOST password=$PASSWORD dbname=app",
            "postgresql://[::1]:5432/app",
            "conn = f\"postgresql://{user}:{password}@{host}/app\"",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
