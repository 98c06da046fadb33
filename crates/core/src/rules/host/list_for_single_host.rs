//! HST024: a list of hosts for a driver that takes one.

use super::names::{hosts, keyword};
use crate::diagnostics::{Certainty, Severity};
use crate::model::{Dialect, Driver};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST024",
    name: "list-for-single-host",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &["HST013"],
    docs: docs!("list_for_single_host.md"),
    check,
};

fn message(driver: Driver) -> String {
    format!("only one host at a time is read by {}", driver.label())
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(span) = list(ctx) else { return };
    out.push(Finding::new(span, message(ctx.driver)).help(format!(
        "{} looks all of it up as one name, which does not exist: {}. Give one host; with a pooler or a virtual endpoint in front, one name can stand for several servers.",
        ctx.driver.label(),
        match ctx.driver {
            Driver::NodePostgres => "getaddrinfo ENOTFOUND",
            _ => "the name is not found",
        }
    )));
}

/// Where a list stands that the driver does not take apart.
fn list(ctx: &Context<'_>) -> Option<Span> {
    let joined = |raw: &str| {
        raw.contains(',') && raw.split(',').all(|part| !part.is_empty()) && !raw.starts_with('/')
    };
    if let [one] = hosts(ctx).as_slice() {
        // A number behind the comma is a port that was meant.
        let port = one
            .raw
            .rsplit(',')
            .next()
            .is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
        return (joined(one.raw) && !port).then_some(one.piece.span);
    }
    let hands_over = matches!(
        (ctx.driver, ctx.parse.dialect),
        (Driver::NodePostgres, Dialect::NodeObject) | (Driver::Asyncpg, Dialect::PythonKwargs)
    );
    let span = keyword(ctx).filter(|_| hands_over)?.value.span;
    (joined(ctx.raw(span)) && !ctx.has_variable(span)).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, silent};

    #[test]
    fn a_list_is_found_where_the_driver_takes_one_host() {
        carets(
            &RULE,
            &driver(Driver::NodePostgres),
            "
postgresql://u:p@a.example,b.example/app
                 ^^^^^^^^^^^^^^^^^^^ only one host at a time is read by node-postgres
",
        );
        carets(
            &RULE,
            &auto(),
            "
new Client({host: 'a.example,b.example', port: 5432, user: 'u'})
                   ^^^^^^^^^^^^^^^^^^^ only one host at a time is read by node-postgres
",
        );
        carets(
            &RULE,
            &driver(Driver::Sqlx),
            "
postgresql://u:p@a.example,b.example:5432/app
                 ^^^^^^^^^^^^^^^^^^^ only one host at a time is read by SQLx
",
        );
    }

    #[test]
    fn drivers_that_take_lists_are_left_alone() {
        for text in [
            "postgresql://u:p@a.example,b.example/app",
            "host=a,b user=u",
            "Host=a,b;Database=app",
            "jdbc:postgresql://a,b/app",
            "psycopg2.connect(host='a,b', user='u', port=5432)",
        ] {
            silent(&RULE, &auto(), text);
        }
        for text in [
            "postgresql://u:p@a.example,5432/app",
            "postgresql://u:p@a.example/app",
            "postgresql://u:p@${A},${B}/app",
        ] {
            silent(&RULE, &driver(Driver::NodePostgres), text);
        }
    }
}
