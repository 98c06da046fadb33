//! SYN036: a line break at the end of a value that YAML or base64 keeps.

use super::stray_whitespace::reaches_driver;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::layer::Codec;
use crate::model::Grammar;
use crate::parse::Version;
use crate::rules::precedence::EVERY_OTHER;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN036",
    name: "line-break-kept",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN027", EVERY_OTHER],
    docs: docs!("line_break_kept.md"),
    check,
};

const MESSAGE: &str = "the encoded value ends with a line break";

const HELP: &str = "`echo` puts one there before `base64` encodes it, and the program gets it as a part of the host, the password or the database name. Encode with `echo -n` or `printf %s`, or write the value below `stringData:`, which needs no base64.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for (span, codec) in ctx.excerpt.encoded() {
        let Codec::Base64 { .. } = codec else {
            continue;
        };
        let raw = slice(ctx.text, span);
        // In quotes the line break is written as an escape sequence.
        let kept = ["\\r\\n", "\\n", "\r\n", "\n"]
            .iter()
            .find_map(|end| raw.strip_suffix(end))
            .map(str::len);
        // A file of several lines ends with one as it should.
        let Some(kept) = kept.filter(|kept| !raw.get(..*kept).unwrap_or("").contains('\n')) else {
            continue;
        };
        let end = Span::new(span.start + kept, span.end);
        let matters = !ctx.grammar().is_url()
            || ctx.grammar() == Grammar::Jdbc
            || reaches_driver(ctx, end, Version::NEWEST);
        let finding = Finding::new(end, MESSAGE).help(HELP).fix(
            "Encode it without the line break",
            Applicability::Safe,
            alloc::vec![Edit::delete(end)],
        );
        out.push(if matters {
            finding
        } else {
            finding.severity(Severity::Warning)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, driver, findings, fixes, silent};
    use std::format;
    use std::string::String;

    fn secret(data: &str) -> String {
        format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: pg\ndata:\n{data}")
    }

    #[test]
    fn the_line_break_goes_and_the_rest_stays() {
        for (data, expected) in [
            (
                "  PGHOST: ZGIuZXhhbXBsZQo=\n  PGUSER: YXBw\n",
                "  PGHOST: ZGIuZXhhbXBsZQ==\n  PGUSER: YXBw\n",
            ),
            (
                "  PGHOST: ZGIuZXhhbXBsZQ==\n  PGPASSWORD: \"VHIwdWI0ZG9yCg==\"\n",
                "  PGHOST: ZGIuZXhhbXBsZQ==\n  PGPASSWORD: \"VHIwdWI0ZG9y\"\n",
            ),
            (
                "  url: cG9zdGdyZXNxbDovL2FwcDpwd0BkYi5leGFtcGxlL2FwcAo=\n",
                "  url: cG9zdGdyZXNxbDovL2FwcDpwd0BkYi5leGFtcGxlL2FwcA==\n",
            ),
        ] {
            fixes(&RULE, &auto(), &secret(data), &secret(expected));
        }
    }

    #[test]
    fn every_value_of_the_connection_is_looked_at() {
        let data = "  POSTGRES_HOST: cG9zdGdyZXMK\n  POSTGRES_USER: cG9zdGdyZXNhZG1pbgo= \n  POSTGRES_PASS: YWRtaW4xMjMK\n  POSTGRES_URI_ARGS: c3NsbW9kZT1kaXNhYmxlCg==";
        assert_eq!(findings(&RULE, &auto(), &secret(data)).len(), 4);
    }

    #[test]
    fn where_the_driver_drops_it_it_is_a_warning() {
        let text = secret("  url: cG9zdGdyZXNxbDovL2FwcDpwd0BkYi5leGFtcGxlL2FwcAo=\n");
        let severity = |d| findings(&RULE, &driver(d), &text)[0].severity;
        assert_eq!(severity(Driver::Libpq), Severity::Error);
        assert_eq!(severity(Driver::Asyncpg), Severity::Warning);
    }

    #[test]
    fn values_without_one_and_files_are_left_alone() {
        for data in [
            "  PGHOST: ZGIuZXhhbXBsZQ==\n  PGUSER: YXBw\n",
            // PGHOST=db.example⏎PGUSER=app⏎
            "  .env: UEdIT1NUPWRiLmV4YW1wbGUKUEdVU0VSPWFwcAo=\n",
        ] {
            silent(&RULE, &auto(), &secret(data));
        }
    }
}
