//! SEC001: a template's placeholder was never filled in.

use crate::diagnostics::{Certainty, Severity};
use crate::model::{Grammar, Param, Setting};
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
    // What is wrong with a placeholder's own characters does not matter: it will not stay.
    supersedes: &[
        "SYN001", "SYN002", "SYN027", "PRT001", "PAR002", "HST014", "HST018",
    ],
    docs: docs!("placeholder_left.md"),
    check,
};

fn message(param: Param) -> String {
    format!("placeholder left in the {}", param.noun())
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
            "Put the real password here, brackets and all replaced, or let the program fill it in. As it stands, the server answers that authentication failed. If you only masked it for this page, all is well."
        }
        Param::Database => {
            "Put the real database name here. As it stands, the server answers that it does not exist."
        }
        Param::SslRootCert => {
            "Put the file's real path here. As it stands, the driver finds no file and does not connect."
        }
        _ => "Put the real value here.",
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let mut seen: Vec<Span> = Vec::new();
    let mut report = |param, span: Span, severity, out: &mut Vec<Finding>| {
        if !ctx.has_variable(span) && !seen.iter().any(|s| s.overlaps(span)) {
            seen.push(span);
            let finding = Finding::new(span, message(param)).help(help(param));
            out.push(finding.severity(severity));
        }
    };
    let slots = names_of_slots(ctx);
    for setting in &ctx.settings().all {
        let value = setting.value.span;
        for (start, piece) in pieces(setting.param, slice(ctx.text, value)) {
            for found in placeholder::find(piece) {
                let span = found.shifted(value.start + start);
                report(setting.param, span, Severity::Error, out);
            }
        }
        if slots.contains(&value) {
            report(setting.param, value, Severity::Error, out);
        }
        if let Some(path) = documentation_path(setting, slice(ctx.text, value)) {
            // A folder can be called that; but hardly anybody's is.
            report(
                setting.param,
                path.shifted(value.start),
                Severity::Info,
                out,
            );
        }
    }
    // A blank in a placeholder is where drivers stop reading: what comes behind it is in no setting.
    if ctx.grammar() == Grammar::Uri && !ctx.meant.errors.is_empty() {
        for span in placeholder::find(ctx.text) {
            report(slot(ctx.text, span), span, Severity::Error, out);
        }
    }
}

/// What `span` stands for in a URI, by the signs round it.
fn slot(text: &str, span: Span) -> Param {
    let before = text.get(..span.start).unwrap_or("");
    let after = text.get(span.end..).unwrap_or("");
    if before.ends_with("://") && after.contains('@') {
        Param::User
    } else if before.ends_with(':') && after.starts_with('@') {
        Param::Password
    } else if before.ends_with('@') || before.ends_with("://") {
        Param::Host
    } else if before.ends_with('/') {
        Param::Database
    } else {
        Param::Unknown
    }
}

/// `USER:PASSWORD@HOST:PORT/DATABASE`: values that are the names of their own places, in capitals. One such word alone can
/// be a name; two are a template, and so is one with an underscore.
fn names_of_slots(ctx: &Context<'_>) -> Vec<Span> {
    let named: Vec<&Setting> = ctx
        .settings()
        .all
        .iter()
        .filter(|s| !ctx.has_variable(s.value.span))
        .filter(|s| is_name_of_slot(s.param, ctx.raw(s.value.span)))
        .collect();
    let sure = |s: &&Setting| named.len() > 1 || ctx.raw(s.value.span).contains('_');
    named
        .iter()
        .copied()
        .filter(sure)
        .map(|s| s.value.span)
        .collect()
}

fn is_name_of_slot(param: Param, value: &str) -> bool {
    let words: &[&str] = match param {
        Param::Host => &["HOST", "HOSTNAME", "SERVER", "SERVERNAME", "ENDPOINT"],
        Param::Port => &["PORT"],
        Param::User => &["USER", "USERNAME", "LOGIN"],
        Param::Password => &["PASSWORD", "PASS", "PASSWD", "PWD"],
        Param::Database => &["DATABASE", "DATABASENAME", "DBNAME", "DB", "NAME"],
        _ => return false,
    };
    // `__PASSWORD__` is what a pipeline fills in.
    if !value.starts_with(|c: char| c.is_ascii_uppercase()) {
        return false;
    }
    // `DB_PASSWORD`, `PG_USER_NAME`: the last words tell.
    let joined: String = value.chars().filter(|c| *c != '_').collect();
    let prefixed = ["DB", "PG", "POSTGRES", "AZURE"]
        .iter()
        .filter_map(|prefix| joined.strip_prefix(prefix))
        .any(|rest| words.contains(&rest));
    words.contains(&joined.as_str()) || (value.contains('_') && prefixed)
}

/// `/path/to/root.crt`: where a file's name stands in documentation.
fn documentation_path(setting: &Setting, value: &str) -> Option<Span> {
    let key = &setting.key;
    let ends = |word: &str| {
        let end = key
            .len()
            .checked_sub(word.len())
            .and_then(|at| key.get(at..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(word))
    };
    let is_file = setting.param == Param::SslRootCert
        || ["cert", "key", "crl", "passfile"].into_iter().any(ends);
    if !is_file {
        return None;
    }
    let start = ["path/to/", "path\\to\\", "path/to-", "path_to_"]
        .iter()
        .find_map(|words| value.find(words))?;
    Some(Span::new(start, start + "path/to".len()))
}

/// The parts in which a placeholder can stand as a whole word: labels of a host, halves of a user name.
fn pieces(param: Param, value: &str) -> Vec<(usize, &str)> {
    let separators: &[char] = match param {
        Param::Host => &['.'],
        Param::User => &['@'],
        _ => &[],
    };
    // Brackets may hold separators themselves, and a value of dots alone is a placeholder as a whole.
    if separators.is_empty() || !placeholder::find(value).is_empty() {
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
    use crate::rules::testing::{auto, carets, findings, silent};

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
    fn names_in_capitals_are_placeholders_where_there_are_several() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://USER:PASSWORD@HOST:PORT/DATABASE?schema=public
             ^^^^ placeholder left in the user name
                  ^^^^^^^^ placeholder left in the password
                           ^^^^ placeholder left in the host
                                ^^^^ placeholder left in the port
                                     ^^^^^^^^ placeholder left in the database name
",
        );
        carets(
            &RULE,
            &auto(),
            "
host=db.example user=app password=DB_PASSWORD
                                  ^^^^^^^^^^^ placeholder left in the password
",
        );
    }

    #[test]
    fn the_path_of_documentation_is_worth_a_word() {
        let text = "host=db.example port=5432 sslmode=verify-full sslrootcert=/path/to/root.crt";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(found[0].severity, Severity::Info);
        assert_eq!(slice(text, found[0].span), "path/to");
    }

    #[test]
    fn placeholders_that_a_formatter_took_for_elements_are_found() {
        let text = "postgresql://<USER\n  >:<PASSWORD\n    >@db.example:5432/<DB\n      >?sslmode=require</DB\n    ></PASSWORD\n  ></USER\n>";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn what_is_wrong_with_its_characters_is_not_told_as_well() {
        for text in [
            "postgresql://app:pw@db.example:{port}/app",
            "postgresql://<user name>:<pass word>@db.example/app",
        ] {
            let analysis = crate::lint::lint(text, &auto());
            assert!(
                analysis.diagnostics().all(|d| d.rule == &RULE),
                "{analysis:?}"
            );
        }
    }

    #[test]
    fn variables_and_plain_words_are_none() {
        for text in [
            "postgresql://user:password@localhost:5432/mydb",
            "postgresql://${USER}:${PASSWORD}@{{ host }}:5432/$(DB)",
            "host=$HOST password=$PASSWORD dbname=app",
            "postgresql://[::1]:5432/app",
            "conn = f\"postgresql://{user}:{password}@{host}/app\"",
            "postgresql://USER:tr0ub4dor@db.example/app",
            "postgresql://SCOTT:TIGER@db.example/APP",
            "host=db.example port=5432 user=DATABASE dbname=USER",
            "postgresql://user:%s@db.example/app",
            "postgresql://user:__DB_PASSWORD__@db.example/app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
