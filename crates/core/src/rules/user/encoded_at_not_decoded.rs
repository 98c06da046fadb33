//! USR004: `%40` in a user name where nothing decodes it.

use super::parts::{decodes, literal_user};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Dialect, Grammar};
use crate::order::Order as _;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR004",
    name: "encoded-at-not-decoded",
    group: Group::User,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("encoded_at_not_decoded.md"),
    check,
};

/// What stands for an `@` and for the `#` of a guest's name.
const ENCODED: [(&str, &str); 2] = [("%40", "@"), ("%23", "#")];

fn message(shown: &str) -> String {
    format!("`{shown}` in the user name is not decoded here")
}

fn question(shown: &str) -> String {
    format!("`{shown}` in the user name is decoded in a URI only")
}

fn help(name: &str) -> String {
    format!(
        "Only URIs are percent-decoded. Here the name goes to the server as it stands, which answers `password authentication failed for user \"{name}\"`."
    )
}

const HELP_DEPENDS: &str = "It is right if the program puts this into a URI. Where a driver gets it as it stands, the server looks for a role with `%40` in its name, and says that authentication failed.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    // psqlODBC decodes some of its values, and JDBC's are URLs.
    if decodes(ctx) || ctx.grammar() == Grammar::Odbc {
        return;
    }
    let Some(setting) = literal_user(ctx) else {
        return;
    };
    let value = setting.value.span;
    let raw = ctx.raw(value);
    let Some(first) = raw.find("%40") else {
        return;
    };
    let mut edits: Vec<Edit> = ENCODED
        .iter()
        .flat_map(|(code, plain)| {
            raw.match_indices(code).map(move |(at, code)| {
                let start = value.start + at;
                Edit::replace(Span::new(start, start + code.len()), *plain)
            })
        })
        .collect();
    edits.order_by_key(|e| e.span.start);
    let span = Span::new(value.start + first, value.start + first + "%40".len());
    // A variable that only connlint takes for a user name may be a piece of a URI. libpq's own is none.
    let any_use =
        ctx.parse.dialect == Dialect::PgEnv && !setting.key.eq_ignore_ascii_case("PGUSER");
    let finding = if any_use {
        Finding::new(span, question(ctx.raw(span)))
            .severity(Severity::Info)
            .certainty(Certainty::Depends)
            .help(HELP_DEPENDS)
    } else {
        Finding::new(span, message(ctx.raw(span))).help(help(&ctx.show(value)))
    };
    out.push(finding.fix("Write the `@` itself", Applicability::Unsafe, edits));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn an_encoded_at_is_found_where_no_driver_decodes_it() {
        carets(
            &RULE,
            &auto(),
            "
host=shop.postgres.database.azure.com user=app%40shop password=Tr0ub4dor
                                              ^^^ `%40` in the user name is not decoded here
",
        );
        for (text, expected) in [
            (
                "Host=db.example;Username=ann%40contoso.com;Password=Tr0ub4dor",
                "Host=db.example;Username=ann@contoso.com;Password=Tr0ub4dor",
            ),
            (
                "psql -h db.example -U ann%40contoso.com postgres",
                "psql -h db.example -U ann@contoso.com postgres",
            ),
            (
                "PGHOST=db.example\nPGUSER=bob_contoso.com%23EXT%23%40fabrikam.onmicrosoft.com",
                "PGHOST=db.example\nPGUSER=bob_contoso.com#EXT#@fabrikam.onmicrosoft.com",
            ),
            (
                "psycopg2.connect(host='db.example', user='app%40shop')",
                "psycopg2.connect(host='db.example', user='app@shop')",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn a_variable_that_may_go_into_a_uri_is_a_question() {
        let found = findings(
            &RULE,
            &auto(),
            "DB_HOST=h.postgres.database.azure.com\nDB_USER=app%40shop",
        );
        assert_eq!(found[0].severity, Severity::Info);
        assert_eq!(found[0].certainty, Certainty::Depends);
    }

    #[test]
    fn uris_and_other_names_are_left_alone() {
        for text in [
            "postgresql://app%40shop:Tr0ub4dor@shop.postgres.database.azure.com/db",
            "jdbc:postgresql://db.example/db?user=app%40shop",
            "host=db.example user=app@shop",
            "host=db.example user=100%",
            "host=db.example user=${USER}%40shop",
            "Driver={PostgreSQL Unicode};Server=db.example;Uid=app%40shop;",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
