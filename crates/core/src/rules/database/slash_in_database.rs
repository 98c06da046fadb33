//! DBN005: a slash that became a part of the database's name.

use super::names::name;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DBN005",
    name: "slash-in-database",
    group: Group::Database,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &["SYN001", "SYN006"],
    docs: docs!("slash_in_database.md"),
    check,
};

const SLASH: &str = "this slash belongs to the database's name here";
const SEGMENT: &str = "this belongs to the database's name here";

fn help(ctx: &Context<'_>, schema: bool) -> String {
    let answer = match ctx.driver {
        Driver::Ecto => "Ecto answers `path should be a database name`.",
        _ => "The server looks for a database with the slash in its name: database does not exist.",
    };
    if !schema {
        return format!("{answer} Take the slash out.");
    }
    let place = match (ctx.driver, ctx.grammar()) {
        (Driver::Prisma, _) => "`schema=`",
        (_, Grammar::AdoNet) => "`Search Path=`",
        _ => "`options=-csearch_path%3D…`, or `SET search_path`",
    };
    format!("{answer} A connection leads to one database; a schema in it is chosen by {place}.")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(name) = name(ctx) else { return };
    let value = name.setting.value.span;
    let raw = ctx.raw(value);
    // An encoded slash was meant, and a scheme in front of the host is for another rule.
    let scheme = ctx.settings().first_host().is_some_and(|host| {
        ctx.text
            .get(host.span.end..)
            .is_some_and(|rest| rest.starts_with("://"))
    });
    if !name.text.contains('/') || !raw.contains('/') || scheme || name.text.contains('\\') {
        return;
    }
    let core = raw.trim_matches('/');
    let first = core.split('/').next().unwrap_or("");
    // A port behind a slash is for another rule.
    if core.is_empty() || first.bytes().all(|b| b.is_ascii_digit()) {
        return;
    }
    let lead = raw.len() - raw.trim_start_matches('/').len();
    let tail = raw.trim_end_matches('/').len();
    let part = |from: usize, to: usize| Span::new(value.start + from, value.start + to);
    // Of a URL, slashes at either end are for the rule about those, and so is what pgJDBC refuses.
    let at_end = lead > 0 || tail < raw.len();
    if ctx.grammar() == Grammar::Jdbc || (at_end && ctx.grammar() == Grammar::Uri) {
        return;
    }
    let (span, message, schema) = if lead > 0 {
        (part(0, lead), SLASH, false)
    } else if tail < raw.len() {
        (part(tail, raw.len()), SLASH, false)
    } else {
        let inner = core.find('/').unwrap_or(core.len());
        (part(inner, raw.len()), SEGMENT, true)
    };
    out.push(Finding::new(span, message).help(help(ctx, schema)).fix(
        if schema {
            "Leave the database's name alone"
        } else {
            "Take the slash out"
        },
        Applicability::Unsafe,
        alloc::vec![Edit::delete(span)],
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn slashes_are_found_where_they_become_a_part_of_the_name() {
        for fixture in [
            "
Host=h;Database=app/;Username=u
                   ^ this slash belongs to the database's name here
",
            "
postgresql://u:p@h:5432/app/public
                           ^^^^^^^ this belongs to the database's name here
",
            "
psycopg2.connect(host='h', port=5432, user='u', dbname='/app')
                                                        ^ this slash belongs to the database's name here
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
    }

    #[test]
    fn the_name_is_left_alone() {
        for (text, expected) in [
            (
                "postgresql://u:p@h/app/public?sslmode=require",
                "postgresql://u:p@h/app?sslmode=require",
            ),
            ("host=h dbname=app/public", "host=h dbname=app"),
            ("Host=h;Database=/app", "Host=h;Database=app"),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        fixes(
            &RULE,
            &driver(Driver::Ecto),
            "postgresql://u:p@h/app/public",
            "postgresql://u:p@h/app",
        );
    }

    #[test]
    fn names_without_one_are_left_alone() {
        for text in [
            "postgresql://u:p@h/app",
            "postgresql://u:p@h/app%2Fx",
            "postgresql://u:p@h/",
            "postgresql://u:p@h/app/",
            "postgresql://u:p@h//app",
            "jdbc:postgresql://h/app/public",
            "postgresql://https://db.example:5432/app",
            "postgresql://u:p@h/$DB/x",
            "postgresql://u:p@h/5432/app",
            "psql -h h -d postgresql://h/app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
