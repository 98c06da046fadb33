//! SYN012: slashes of a URL that are missing or too many.

use super::url_parts::UrlParts;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Dialect, Grammar};
use crate::parse::scheme;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, rest, slice, until};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN012",
    name: "wrong-slashes",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001", "SYN004", "SYN006", "DBN005"],
    docs: docs!("wrong_slashes.md"),
    check,
};

const BEFORE: &str = "the scheme is followed by `://`";
const TOO_MANY: &str = "one slash too many before the host";
const NO_SLASH: &str = "no slash behind the host";

const HELP_BEFORE: &str = "Without it the driver does not see a URL: libpq takes the text for the name of a database or for pairs, pgJDBC for the name of a database on localhost, or it finds no suitable driver.";
const HELP_TOO_MANY: &str = "An empty host stands between the second and the third slash, so that the driver connects to this very machine, and the rest is the name of a database.";
const HELP_NO_SLASH: &str = "pgJDBC wants a slash behind the host, be there a database name or not: No suitable driver found, or: Unable to parse URL.";

/// What is wrong, and how to put it right.
struct Slip {
    span: Span,
    message: &'static str,
    help: &'static str,
    edit: Option<Edit>,
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.parse.dialect == Dialect::R2dbcUrl {
        return;
    }
    let Some(parts) = UrlParts::of(ctx) else {
        return;
    };
    let text = &*parts.text;
    let before = match ctx.grammar() {
        Grammar::Uri => before_host(text),
        _ => before_host_of_jdbc(text),
    };
    let slip = before.or_else(|| behind_host(ctx, parts));
    let Some(slip) = slip.filter(|slip| !ctx.has_variable(slip.span)) else {
        return;
    };
    let mut finding = Finding::new(slip.span, slip.message).help(slip.help);
    if slip.message == TOO_MANY {
        let behind = Span::new(slip.span.end, until(ctx.text, slip.span.end, |c| c == '?'));
        finding = finding.related(behind, "this is read as the name of a database");
    }
    out.push(match slip.edit {
        Some(edit) if edit.text.is_empty() => {
            finding.fix("Take the slash out", Applicability::Safe, [edit])
        }
        Some(edit) if edit.text == "/" => finding.fix("Add the slash", Applicability::Safe, [edit]),
        Some(edit) => finding.fix("Add the slashes", Applicability::Safe, [edit]),
        None => finding,
    });
}

fn before_host(text: &str) -> Option<Slip> {
    let end = scheme::end(text);
    let head = text.get(..end)?;
    let name = head.trim_end_matches(['/', ':']).len();
    if end == 0 {
        return None;
    }
    if !head.contains("://") {
        let span = Span::new(name, end);
        return Some(Slip {
            span: if span.is_empty() {
                Span::new(0, name)
            } else {
                span
            },
            message: BEFORE,
            help: HELP_BEFORE,
            edit: Some(Edit::replace(span, "://")),
        });
    }
    let more = until(text, end, |c| c != '/') - end;
    (more > 0 && scheme::is_authority(rest(text, end + more))).then(|| too_many(end, more))
}

fn too_many(end: usize, more: usize) -> Slip {
    let span = Span::new(end, end + more);
    Slip {
        span,
        message: TOO_MANY,
        help: HELP_TOO_MANY,
        edit: Some(Edit::delete(span)),
    }
}

fn before_host_of_jdbc(text: &str) -> Option<Slip> {
    let prefix = "jdbc:postgresql:";
    let tail = text.strip_prefix(prefix)?;
    let slashes = tail.len() - tail.trim_start_matches('/').len();
    let authority = scheme::is_authority(tail.get(slashes..)?);
    // `jdbc:postgresql:db` names a database of this machine.
    match slashes {
        2 => None,
        0 | 1 if authority || slashes == 1 => {
            let span = Span::new(prefix.len(), prefix.len() + slashes);
            Some(Slip {
                span: Span::new(prefix.len() - 1, span.end),
                message: BEFORE,
                help: HELP_BEFORE,
                edit: Some(Edit::replace(span, "//")),
            })
        }
        3.. if authority => Some(too_many(prefix.len() + 2, slashes - 2)),
        _ => None,
    }
}

/// What stands in a database's name is for DBN005 to say.
fn behind_host(ctx: &Context<'_>, parts: &UrlParts) -> Option<Slip> {
    let ends_well = parts
        .pairs
        .first()
        .is_none_or(|pair| slice(&parts.text, pair.separator) == "?");
    let missing = ctx.grammar() == Grammar::Jdbc && parts.database.is_none();
    (missing && !parts.hosts.is_empty() && ends_well).then(|| Slip {
        span: parts.hosts,
        message: NO_SLASH,
        help: HELP_NO_SLASH,
        edit: Some(Edit::insert(parts.hosts.end, "/")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn slashes_before_the_host_are_two() {
        carets(
            &RULE,
            &auto(),
            "
postgresql:/app:pw@db.example:5432/app
          ^^ the scheme is followed by `://`
",
        );
        for (text, expected) in [
            (
                "postgresql:/app:pw@db.example:5432/app",
                "postgresql://app:pw@db.example:5432/app",
            ),
            (
                "postgresql//app:pw@db.example/app",
                "postgresql://app:pw@db.example/app",
            ),
            (
                "postgresql:app:pw@db.example/app",
                "postgresql://app:pw@db.example/app",
            ),
            (
                "postgresql:///app:pw@db.example:5432/app",
                "postgresql://app:pw@db.example:5432/app",
            ),
            (
                "jdbc:postgresql:/db.example:5432/app",
                "jdbc:postgresql://db.example:5432/app",
            ),
            (
                "url: jdbc:postgresql:/${PGHOST:localhost}:${PGPORT:5432}/${PGDATABASE:postgres}",
                "url: jdbc:postgresql://${PGHOST:localhost}:${PGPORT:5432}/${PGDATABASE:postgres}",
            ),
            (
                "jdbc:postgresql:db.example:5432/app",
                "jdbc:postgresql://db.example:5432/app",
            ),
            (
                "jdbc:postgresql:///db.example:5432/app",
                "jdbc:postgresql://db.example:5432/app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn java_wants_a_slash_behind_the_host() {
        for (text, expected) in [
            (
                "jdbc:postgresql://db.example:5432?user=app",
                "jdbc:postgresql://db.example:5432/?user=app",
            ),
            (
                "jdbc:postgresql://db.example:5432",
                "jdbc:postgresql://db.example:5432/",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn what_a_driver_reads_so_is_left_alone() {
        for text in [
            "postgresql:///app",
            "postgresql:///app?host=/var/run/postgresql",
            "postgresql://db.example",
            "postgresql://db.example/",
            "postgresql://db.example?user=app",
            "jdbc:postgresql:app",
            "jdbc:postgresql:///app",
            "jdbc:postgresql://db.example/",
            "jdbc:postgresql://${DB_HOST}/${DB_NAME}",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://app@db.example/",
        );
    }
}
