//! USR011: the `#EXT#` of a guest of Microsoft Entra ID, raw in a URI.

use super::parts::literal_user;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR011",
    name: "guest-not-encoded",
    group: Group::User,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001", "SYN002", "SYN003"],
    docs: docs!("guest_not_encoded.md"),
    check,
};

const MESSAGE: &str = "`#EXT#` of a guest's name has to be encoded in a URI";

const HELP: &str = "Drivers that follow the URL standard end the URI at the `#`, and libpq ends the user name at the first `@`. Written as `%23` and `%40`, every driver reads the same name.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::Uri {
        return;
    }
    let Some(user) = literal_user(ctx) else {
        return;
    };
    let value = user.value.span;
    let raw = ctx.raw(value);
    let Some(at) = raw
        .as_bytes()
        .windows(5)
        .position(|w| w.eq_ignore_ascii_case(b"#ext#"))
    else {
        return;
    };
    let edits: Vec<Edit> = raw
        .char_indices()
        .filter_map(|(at, c)| {
            let code = match c {
                '#' => "%23",
                '@' => "%40",
                _ => return None,
            };
            let start = value.start + at;
            Some(Edit::replace(Span::new(start, start + c.len_utf8()), code))
        })
        .collect();
    // All that has to be encoded, so that nobody else speaks of a part of it.
    let end = edits.last().map_or(value.end, |edit| edit.span.end);
    let finding = Finding::new(Span::new(value.start + at, end), MESSAGE).help(HELP);
    let read_right = ctx.parse.errors.is_empty() && !ctx.is_misread();
    out.push(
        if read_right {
            finding.severity(Severity::Warning)
        } else {
            finding
        }
        .fix("Encode the name", Applicability::Safe, edits),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::lint;
    use crate::rules::testing::{auto, carets, fixes, silent};
    use std::format;

    #[test]
    fn a_raw_guest_is_found_and_told_once() {
        let text = "postgresql://bob_contoso.com#EXT#@fabrikam.onmicrosoft.com:Tr0ub4dor@shop.postgres.database.azure.com/db?sslmode=require";
        carets(
            &RULE,
            &auto(),
            &format!(
                "
{text}
                            ^^^^^^ `#EXT#` of a guest's name has to be encoded in a URI
"
            ),
        );
        let codes: Vec<&str> = lint(text, &auto())
            .diagnostics()
            .filter(|d| d.severity < Severity::Info)
            .map(crate::diagnostics::Diagnostic::code)
            .collect();
        assert_eq!(codes, ["USR011"]);
    }

    #[test]
    fn the_name_is_encoded() {
        for (text, expected) in [
            (
                "postgresql://bob_contoso.com#EXT#@fabrikam.onmicrosoft.com:Tr0ub4dor@shop.postgres.database.azure.com/db",
                "postgresql://bob_contoso.com%23EXT%23%40fabrikam.onmicrosoft.com:Tr0ub4dor@shop.postgres.database.azure.com/db",
            ),
            (
                "postgresql://bob_contoso.com#EXT#@fabrikam.onmicrosoft.com@shop.postgres.database.azure.com/db",
                "postgresql://bob_contoso.com%23EXT%23%40fabrikam.onmicrosoft.com@shop.postgres.database.azure.com/db",
            ),
            (
                "postgresql://bob_contoso.com#ext#%40fabrikam.onmicrosoft.com:Tr0ub4dor@shop.postgres.database.azure.com/db",
                "postgresql://bob_contoso.com%23ext%23%40fabrikam.onmicrosoft.com:Tr0ub4dor@shop.postgres.database.azure.com/db",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn encoded_guests_and_other_dialects_are_left_alone() {
        for text in [
            "postgresql://bob_contoso.com%23EXT%23%40fabrikam.onmicrosoft.com@shop.postgres.database.azure.com/db",
            "host=shop.postgres.database.azure.com user=bob_contoso.com#EXT#@fabrikam.onmicrosoft.com",
            "postgresql://app:Tr0ub4dor@shop.postgres.database.azure.com/db#EXT#",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
