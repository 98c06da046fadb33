//! AZR013: SqlClient's `Authentication=Active Directory …`, which Npgsql does not have.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Setting};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "AZR013",
    name: "authentication-keyword",
    group: Group::Azure,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &["PAR001", "PAR003"],
    docs: docs!("authentication_keyword.md"),
    check,
};

const MESSAGE: &str = "the keyword is SqlClient's, Npgsql has none for Entra ID";

const HELP: &str = "`Authentication` is a keyword of SqlClient, and Npgsql refuses the whole string over it. Give Npgsql the token as the password: in code by `NpgsqlDataSourceBuilder.UsePeriodicPasswordProvider`, with a token for `https://ossrdbms-aad.database.windows.net/.default`.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::AdoNet {
        return;
    }
    for setting in &ctx.settings().all {
        let Some(key) = setting.key_span else {
            continue;
        };
        let value = ctx.raw(setting.value.span).to_ascii_lowercase();
        let is_entra = setting.key.trim().eq_ignore_ascii_case("authentication")
            && (value.starts_with("active directory") || value.starts_with("activedirectory"));
        if is_entra {
            out.push(
                Finding::new(key.to(setting.value.span), MESSAGE)
                    .help(HELP)
                    .fix(
                        "Take it out",
                        Applicability::Unsafe,
                        alloc::vec![Edit::delete(whole(ctx, setting, key))],
                    ),
            );
        }
    }
}

/// The pair with its quotes and the semicolon behind it.
fn whole(ctx: &Context<'_>, setting: &Setting, key: Span) -> Span {
    let quote = setting.value.quote.map_or(0, char::len_utf8);
    let end = setting.value.span.end + quote;
    let behind = ctx.text.get(end..).unwrap_or("");
    let blanks = behind.len() - behind.trim_start().len();
    let semicolon = usize::from(behind.trim_start().starts_with(';'));
    Span::new(key.start, end + semicolon * (blanks + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn the_keyword_is_found() {
        carets(
            &RULE,
            &auto(),
            "
Host=shop.postgres.database.azure.com;Username=web;Authentication=Active Directory Default;Database=db
                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the keyword is SqlClient's, Npgsql has none for Entra ID
",
        );
        fixes(
            &RULE,
            &auto(),
            "Host=shop.postgres.database.azure.com;Username=web;Authentication=\"Active Directory Default\" ;Database=db",
            "Host=shop.postgres.database.azure.com;Username=web;Database=db",
        );
    }

    #[test]
    fn other_values_and_dialects_are_left_alone() {
        for text in [
            "Host=shop.postgres.database.azure.com;Username=web;Database=db",
            "Host=shop.postgres.database.azure.com;Username=web;Authentication=Windows;Database=db",
            "Driver={PostgreSQL Unicode};Server=db.example;Authentication=Active Directory Default;",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
