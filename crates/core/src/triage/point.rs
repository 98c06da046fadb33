//! Puts a failure that a paste tells of on the string that the paste holds too, among the findings of the rules.

use super::failure::severity;
use super::read::Triage;
use crate::diagnostics::{Diagnostic, Related};
use crate::lint::Analysis;
use crate::order::Order as _;
use crate::policy::Policy;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

/// Adds the failure to the findings of the string that it belongs to.
///
/// It stands on the part that it points at, and names the place where it is said.
pub(super) fn point_out(analysis: &mut Analysis, triage: &Triage, policy: &Policy) {
    let failure = triage.failure.filter(|failure| failure.is_of_connection());
    let (Some(failure), Some(index), Some(span)) = (failure, triage.string, triage.place) else {
        return;
    };
    let Some(found) = analysis.strings.get_mut(index) else {
        return;
    };
    let step = triage
        .advice
        .steps
        .first()
        .map_or("", |step| step.text.as_str());
    let mut finding = vec![Diagnostic {
        rule: &failure.rule,
        severity: severity(triage.persistence()),
        certainty: triage.certainty,
        message: failure.message.into(),
        help: format!("{} {step}", failure.summary()),
        span,
        related: triage.said_at.map_or_else(Vec::new, |span| {
            vec![Related {
                span,
                message: "what the client said".into(),
            }]
        }),
        fixes: Vec::new(),
    }];
    policy.judge(&mut finding);
    found.diagnostics.append(&mut finding);
    found
        .diagnostics
        .order_by_key(|d| (d.span.start, d.severity, d.span.end, d.code()));
}

#[cfg(test)]
mod tests {
    use super::super::Catalogue;
    use super::*;
    use crate::lint::Options;
    use crate::text::slice;
    use std::string::String;

    fn pointed(text: &str) -> Vec<(&'static str, String)> {
        Catalogue::new()
            .paste(text, &Options::default())
            .analysis
            .diagnostics()
            .filter(|d| d.code().starts_with("ERR"))
            .map(|d| (d.code(), slice(text, d.span).into()))
            .collect()
    }

    #[test]
    fn a_failure_stands_on_the_part_that_it_points_at() {
        for (text, code, part) in [
            (
                "DATABASE_URL=postgresql://app:zq7x@db.example:5432/shop\n\npsycopg2.OperationalError: FATAL:  database \"shop\" does not exist",
                "ERR034",
                "shop",
            ),
            (
                "postgresql://app:zq7x@db.example:5433/shop?sslmode=require\nError: connect ECONNREFUSED 192.0.2.7:5433",
                "ERR005",
                "5433",
            ),
            (
                "FATAL: no pg_hba.conf entry for host \"192.0.2.7\", user \"app\", database \"shop\", SSL off\nhost=db.example user=app password=zq7x dbname=shop sslmode=disable",
                "ERR013",
                "disable",
            ),
            // Nothing in the string to point at: the host stands for the server.
            (
                "FATAL: sorry, too many clients already\npostgresql://app:zq7x@db.example/shop",
                "ERR037",
                "db.example",
            ),
        ] {
            assert_eq!(pointed(text), [(code, String::from(part))], "{text}");
        }
    }

    #[test]
    fn of_two_strings_the_one_with_the_host_is_meant() {
        let text = "A=postgresql://app:zq7x@a.example/one\nB=postgresql://app:zq7x@b.example/two\npsql: error: connection to server at \"b.example\" (192.0.2.7), port 5432 failed: FATAL:  database \"two\" does not exist";
        assert_eq!(pointed(text), [("ERR034", "two".into())]);
    }

    #[test]
    fn a_string_alone_and_an_error_alone_have_nothing_to_point_out() {
        assert!(pointed("postgresql://app:zq7x@db.example/shop").is_empty());
        assert!(pointed("FATAL: sorry, too many clients already").is_empty());
    }
}
