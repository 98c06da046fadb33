//! SYN017: a .pgpass line that has not five fields.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Grammar;
use crate::parse::pgpass::{fields, ipv6_host};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN017",
    name: "pgpass-field-count",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001", "SYN016", "PRT001", "PRT002", "HST020"],
    docs: docs!("pgpass_field_count.md"),
    check,
};

fn message(count: usize) -> String {
    format!("{count} fields in a .pgpass line that wants five")
}

const COLONS: &str = "the colons of an IPv6 address separate fields here";

const HELP: &str = "The form is `host:port:database:user:password`, with `*` for any. libpq passes over a line that does not match, without a word, and the password is missing: fe_sendauth: no password supplied.";

const HELP_COLONS: &str = "libpq ends a field at each colon, so that the line never matches, and passes over it without a word. Write the colons of the address as `\\:`, without brackets.";

/// Whether the line has not the five fields that other rules speak of.
pub(super) fn is_off(ctx: &Context<'_>) -> bool {
    fields(ctx.text).len() < 5 || ipv6_host(ctx.text).is_some()
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::Pgpass {
        return;
    }
    if let Some(host) = ipv6_host(ctx.text) {
        let raw = slice(ctx.text, host);
        let edits: Vec<Edit> = raw
            .char_indices()
            .filter_map(|(at, c)| match c {
                ':' => Some(Edit::insert(host.start + at, "\\")),
                '[' | ']' => {
                    let at = host.start + at;
                    Some(Edit::delete(Span::new(at, at + 1)))
                }
                _ => None,
            })
            .collect();
        out.push(Finding::new(host, COLONS).help(HELP_COLONS).fix(
            "Escape the colons",
            Applicability::Safe,
            edits,
        ));
        return;
    }
    let count = fields(ctx.text).len();
    if count < 5 {
        out.push(Finding::new(Span::new(0, ctx.text.len()), message(count)).help(HELP));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn lines_with_too_few_fields_are_found() {
        carets(
            &RULE,
            &auto(),
            "
echo 'db.example:5432:app:app' >> ~/.pgpass
      ^^^^^^^^^^^^^^^^^^^^^^^ 4 fields in a .pgpass line that wants five
",
        );
        let text = "# ~/.pgpass\ndb.example:5432:*:app:pw\ndb2.example:app:app:pw\n";
        let found = crate::rules::testing::findings(&RULE, &auto(), text);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn the_colons_of_an_address_are_escaped() {
        for (text, expected) in [
            (
                "2001:db8::10:5432:*:app:pw",
                r"2001\:db8\:\:10:5432:*:app:pw",
            ),
            ("[::1]:5432:app:app:pw", r"\:\:1:5432:app:app:pw"),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn five_fields_and_other_lines_are_left_alone() {
        for text in [
            "db.example:5432:*:app:pw",
            "*:*:*:app:pw",
            r"\:\:1:5432:*:app:pw",
            "db.example:5432:app:app",
            "12:30:45:67",
            "# ~/.pgpass: see the manual at http://x:80/a:b",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
