//! SYN027: a blank, tab or line break that came to stand in the string and reaches the driver.

use super::together::together;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity, apply};
use crate::model::{Dialect, Driver, Grammar, Param, Setting};
use crate::parse::{Parse, Version, parse_as};
use crate::rules::precedence::EVERY_OTHER;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, rest, slice, until};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN027",
    name: "stray-whitespace",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[EVERY_OTHER],
    docs: docs!("stray_whitespace.md"),
    check,
};

fn message(what: &str, place: &str) -> String {
    format!("{what} {place}")
}

/// What stands there, in one word or two.
fn what(raw: &str) -> &'static str {
    if raw.contains(['\n', '\r']) || raw.contains("\\n") || raw.contains("\\r") {
        "line break"
    } else if raw.contains('\t') {
        "tab"
    } else {
        "blank"
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let mut found = Vec::new();
    match ctx.grammar() {
        Grammar::Uri | Grammar::Jdbc => in_url(ctx, &mut found),
        Grammar::KeyValue | Grammar::AdoNet | Grammar::Entries | Grammar::Command => {
            for setting in &ctx.settings().all {
                round_value(ctx, setting, &mut found);
                beside_equals(ctx, setting, &mut found);
            }
        }
        _ => {}
    }
    out.extend(together(found));
}

/// Before the URL, behind it, and line breaks in it.
fn in_url(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let text = ctx.text;
    let body = Span::new(
        text.len() - text.trim_start().len(),
        text.trim_end()
            .len()
            .max(text.len() - text.trim_start().len()),
    );
    if body.is_empty() {
        return;
    }
    let round = [
        (Span::new(0, body.start), "before the string"),
        (Span::new(body.end, text.len()), "at the end of the string"),
    ];
    for (span, place) in round {
        if span.is_empty() {
            continue;
        }
        let newest = reaches_driver(ctx, span, Version::NEWEST);
        if !(newest || reaches_driver(ctx, span, Version::new(0, 0))) {
            continue;
        }
        let what = what(slice(text, span));
        let finding = Finding::new(span, message(what, place))
            .help(help_round(ctx, what, span.start == 0, newest))
            .fix("Take it out", Applicability::Safe, [Edit::delete(span)]);
        out.push(if newest {
            finding
        } else {
            finding.severity(Severity::Warning)
        });
    }
    let breaks: Vec<Span> = line_breaks(text, body)
        .into_iter()
        .filter(|span| !ctx.has_variable(*span))
        .collect();
    if let Some(first) = breaks.first() {
        let what = what(slice(text, *first));
        let mut finding = Finding::new(*first, message(what, "in the middle of the string"))
            .certainty(Certainty::Likely)
            .help("A terminal, a mail or a chat broke the line where it was full. Some drivers take the break out, libpq makes it a part of a name, and a configuration file ends the value there.");
        for span in breaks.iter().skip(1) {
            finding = finding.related(*span, "here too");
        }
        if vanish(ctx, &breaks) {
            finding = finding.severity(Severity::Warning);
        }
        let edits: Vec<Edit> = breaks.into_iter().map(Edit::delete).collect();
        out.push(finding.fix("Join the lines", Applicability::Safe, edits));
    }
}

fn help_round(ctx: &Context<'_>, what: &str, before: bool, newest: bool) -> String {
    let name = ctx.driver.label();
    let older = if newest { "" } else { " in its older versions" };
    match (before, ctx.driver) {
        (true, Driver::NodePostgres) => format!(
            "node-postgres takes the whole text for a database on a host called `base` when a {what} comes first: getaddrinfo ENOTFOUND base."
        ),
        (true, _) => format!(
            "{name} looks for the scheme at the very beginning and does not find it behind a {what}."
        ),
        (false, _) => format!(
            "{name} makes the {what} a part of the last name or value{older}, mostly the database name, which then does not exist, or refuses the text."
        ),
    }
}

/// Whether the driver reads something else with the blanks at `span` than without them.
pub(super) fn reaches_driver(ctx: &Context<'_>, span: Span, version: Version) -> bool {
    let text = if span.start == 0 {
        ctx.text.trim_start()
    } else {
        ctx.text.trim_end()
    };
    let read = |text: &str| parse_as(text, ctx.parse.dialect, ctx.driver, version);
    let (without, with) = (read(text), read(ctx.text));
    without.errors.len() != with.errors.len() || values(&without) != values(&with)
}

/// Whether the driver reads the same with them as without them: the URL standard takes tabs and line breaks out.
fn vanish(ctx: &Context<'_>, breaks: &[Span]) -> bool {
    let edits: Vec<Edit> = breaks.iter().map(|span| Edit::delete(*span)).collect();
    let Ok(joined) = apply(ctx.text, &edits) else {
        return false;
    };
    let read = |text: &str| parse_as(text, ctx.parse.dialect, ctx.driver, Version::NEWEST);
    let (with, without) = (read(ctx.text), read(&joined));
    with.errors.len() == without.errors.len() && values(&with) == values(&without)
}

fn values(parse: &Parse) -> Vec<(Param, String)> {
    let all = parse.settings.all.iter();
    all.map(|s| (s.param, s.value.expose().into())).collect()
}

/// Runs of blanks with a line break or a tab in them.
fn line_breaks(text: &str, body: Span) -> Vec<Span> {
    let mut out = Vec::new();
    let mut at = body.start;
    while at < body.end {
        let start = until(text, at, char::is_whitespace);
        if start >= body.end {
            break;
        }
        let end = until(text, start, |c| !c.is_whitespace());
        let run = Span::new(start, end);
        if slice(text, run).contains(['\n', '\r', '\t']) {
            out.push(run);
        }
        at = end;
    }
    out
}

/// At the beginning or the end of a value in quotes.
fn round_value(ctx: &Context<'_>, setting: &Setting, out: &mut Vec<Finding>) {
    let judged = match setting.param {
        // Numbers are read with blanks round them by most; of hosts and databases HST031 and DBN006 speak.
        Param::Port | Param::Known | Param::Unknown | Param::Host | Param::Database => false,
        // A service file and an empty value have no quotes.
        _ => setting.value.quote.is_some() || ctx.parse.dialect == Dialect::ServiceFile,
    };
    let value = setting.value.span;
    let raw = ctx.raw(value);
    if !judged || raw.trim().is_empty() || ctx.has_variable(value) {
        return;
    }
    let start = raw.len() - raw.trim_start().len();
    let mut kept = raw.trim_end();
    if setting.value.quote == Some('"') && ctx.grammar() == Grammar::Entries {
        while let Some(shorter) = ["\\n", "\\r"].iter().find_map(|e| kept.strip_suffix(e)) {
            kept = shorter.trim_end();
        }
    }
    let noun = setting.param.noun();
    let places = [
        (Span::new(value.start, value.start + start), "before the"),
        (Span::new(value.start + kept.len(), value.end), "behind the"),
    ];
    for (span, place) in places {
        if span.is_empty() {
            continue;
        }
        let what = what(ctx.raw(span));
        let mut finding = Finding::new(span, message(what, &format!("{place} {noun}")));
        finding = if setting.param.is_secret() {
            finding
                .severity(Severity::Warning)
                .certainty(Certainty::Likely)
                .help("In quotes it belongs to the password, and the server compares it like any other character: password authentication failed. If the password really has it, leave it.")
        } else {
            finding.help(format!(
                "In quotes it belongs to the value, so that the {noun} is another one, which is not found."
            ))
        };
        let applicability = if setting.param.is_secret() {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        };
        out.push(finding.fix("Take it out", applicability, [Edit::delete(span)]));
    }
}

/// Beside the `=` of an assignment that may have none.
fn beside_equals(ctx: &Context<'_>, setting: &Setting, out: &mut Vec<Finding>) {
    let Some(key) = setting.key_span else { return };
    let service = ctx.parse.dialect == Dialect::ServiceFile;
    if service {
        let trimmed = ctx.raw(key).trim_end().len();
        let blank = Span::new(key.start + trimmed, key.end);
        if !blank.is_empty() {
            out.push(
                Finding::new(blank, "blank before `=` in a service file")
                    .help("libpq makes the blank a part of the keyword and answers: syntax error in service file. What stands behind `=` counts as well.")
                    .fix(
                        "Take the blanks out",
                        Applicability::Safe,
                        blanks_at(ctx, blank, rest(ctx.text, key.end).find('=').map_or(key.end, |e| key.end + e)),
                    ),
            );
        }
        return;
    }
    if ctx.parse.dialect != Dialect::PgEnv {
        return;
    }
    let before = ctx.text.get(..key.start).unwrap_or("");
    let line = match before.rsplit_once('\n') {
        Some((_, line)) => line,
        // The first of them stands behind what is no part of the string.
        None if before.is_empty() => ctx.surroundings.before.rsplit('\n').next().unwrap_or(""),
        None => before,
    }
    .trim_start();
    let equals = until(ctx.text, key.end, |c| !matches!(c, ' ' | '\t'));
    let blank = Span::new(key.end, equals);
    if line != "export " || !rest(ctx.text, equals).starts_with('=') {
        return;
    }
    let behind = Span::new(
        equals + 1,
        until(ctx.text, equals + 1, |c| !matches!(c, ' ' | '\t')),
    );
    let Some(span) = [blank, behind].into_iter().find(|s| !s.is_empty()) else {
        return;
    };
    out.push(
        Finding::new(span, "blank beside the `=` of a shell variable")
            .help("The shell ends the word at the blank: export: `=': not a valid identifier. The variable is not set, or it is empty.")
            .fix(
                "Take the blanks out",
                Applicability::Safe,
                blanks_at(ctx, blank, equals),
            ),
    );
}

/// The edits that take the blanks before and behind the `=` at byte `equals` out.
fn blanks_at(ctx: &Context<'_>, before: Span, equals: usize) -> Vec<Edit> {
    let behind = Span::new(
        equals + 1,
        until(ctx.text, equals + 1, |c| !matches!(c, ' ' | '\t')),
    );
    [before, behind]
        .into_iter()
        .filter(|span| !span.is_empty())
        .map(Edit::delete)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn blanks_round_a_url_are_found_where_the_driver_keeps_them() {
        carets(
            &RULE,
            &auto(),
            "
url = \"postgresql://app:pw@db.example/app \"
                                         ^ blank at the end of the string
",
        );
        for text in [
            "url = \" postgresql://app:pw@db.example/app\"",
            "url = \"postgresql://app:pw@db.example/app\\n\"",
            "url = \"postgresql://app:pw@db.example/app\n\"",
            "url = \"jdbc:postgresql://db.example/app \"",
        ] {
            let fixed = text
                .replace("\" ", "\"")
                .replace(" \"", "\"")
                .replace("=\"", "= \"")
                .replace("\\n", "")
                .replace('\n', "");
            fixes(&RULE, &auto(), text, &fixed);
        }
        // They trim.
        for d in [Driver::Sqlx, Driver::Prisma] {
            silent(
                &RULE,
                &driver(d),
                "url = \"postgresql://app:pw@db.example/app \"",
            );
        }
        carets(
            &RULE,
            &driver(Driver::NodePostgres),
            "
url = \" postgresql://app:pw@db.example/app\"
       ^ blank before the string
",
        );
    }

    #[test]
    fn a_broken_line_is_joined() {
        for (text, expected) in [
            (
                "postgresql://app:pw@shop.postgres.data\nbase.azure.com:5432/app?sslmode=require",
                "postgresql://app:pw@shop.postgres.database.azure.com:5432/app?sslmode=require",
            ),
            (
                "DATABASE_URL=postgresql://app:pw@db.example:5432/app?sslmode=require&\n    connect_timeout=10\nNAME=x",
                "DATABASE_URL=postgresql://app:pw@db.example:5432/app?sslmode=require&connect_timeout=10\nNAME=x",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
            let all = crate::lint::lint(text, &auto());
            assert!(all.diagnostics().all(|d| d.rule == &RULE), "{all:?}");
        }
    }

    #[test]
    fn where_the_driver_joins_the_lines_itself_it_is_a_warning() {
        let text = "postgresql://app:pw@db.exam\nple:5432/app?sslmode=require";
        for (d, severity) in [
            (Driver::Libpq, Severity::Error),
            (Driver::Asyncpg, Severity::Warning),
            (Driver::Sqlx, Severity::Warning),
        ] {
            assert_eq!(findings(&RULE, &driver(d), text)[0].severity, severity);
        }
    }

    #[test]
    fn blanks_in_quotes_belong_to_the_value() {
        for (text, expected) in [
            (
                "PGHOST=db.example\nPGUSER=\"app\\n\"",
                "PGHOST=db.example\nPGUSER=\"app\"",
            ),
            (
                "[shop]\nhost = db.example\nuser=app",
                "[shop]\nhost=db.example\nuser=app",
            ),
            (
                "export PGHOST = db.example\nexport PGUSER=app",
                "export PGHOST=db.example\nexport PGUSER=app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        let found = findings(&RULE, &auto(), "host=db.example user=app password='pw '");
        assert_eq!(found[0].severity, Severity::Warning);
    }

    #[test]
    fn blanks_that_do_no_harm_are_left_alone() {
        for text in [
            "  postgresql://app:pw@db.example/app\n",
            "host = db.example  dbname = app\nuser = app",
            "Host=db.example ; Database = app;\n Username=app",
            "host='db.example' application_name=' a '",
            "$env:PGHOST = \"db.example\"\n$env:PGUSER = \"app\"",
            "PGHOST = db.example\nPGUSER = app",
            "host=db.example password=' '",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
