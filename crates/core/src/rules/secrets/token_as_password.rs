//! SEC002: an access token in the place of the password.

use super::password;
use crate::diagnostics::{Certainty, Severity};
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule};
use crate::token::{self, Token};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SEC002",
    name: "token-as-password",
    group: Group::Secrets,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("token_as_password.md"),
    check,
};

const MESSAGE: &str = "the password is an access token, which expires";

fn help(token: &Token, azure: bool) -> String {
    let until = token.expires.map_or_else(String::new, |seconds| {
        format!("It says that it holds until {}. ", token::date(seconds))
    });
    let end = if azure {
        " The user must be the Entra principal of the token, a user principal name or the display name of a group or an application. After that time the server answers as to a wrong password, and open connections go on."
    } else {
        ""
    };
    format!(
        "{until}A token is for minutes, a stored string is for longer: have the program get a new one for each connection it opens.{end}"
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(setting) = password::real(ctx) else {
        return;
    };
    let Some(token) = Token::read(setting.value.expose()) else {
        return;
    };
    let mut finding = Finding::new(setting.value.span, MESSAGE).help(help(&token, ctx.is_azure()));
    // On the command line and in the environment, a token is for the moment.
    let for_now = ctx.grammar() == Grammar::Command || setting.key == "PGPASSWORD";
    if for_now || !ctx.is_azure() {
        finding = finding.severity(Severity::Info);
    }
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, findings, silent};
    use crate::token::made;

    const CLAIMS: &str =
        r#"{"aud":"https://ossrdbms-aad.database.windows.net","exp":1700000000,"upn":"a@b.c"}"#;

    #[test]
    fn it_is_found_with_its_end_and_not_shown() {
        let token = made(CLAIMS);
        let text = format!(
            "postgresql://ann%40contoso.com:{token}@shop.postgres.database.azure.com/app?sslmode=require"
        );
        let found = findings(&RULE, &auto(), &text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].severity, Severity::Warning);
        assert_eq!(&text[found[0].span.start..found[0].span.end], token);
        assert!(found[0].help.contains("2023-11-14 22:13 UTC"));
        assert!(token.split('.').all(|part| !found[0].help.contains(part)));
    }

    #[test]
    fn for_the_moment_it_is_right() {
        let token = made(CLAIMS);
        for text in [
            format!(
                "PGPASSWORD={token} psql -h shop.postgres.database.azure.com -U ann@contoso.com"
            ),
            format!("PGHOST=shop.postgres.database.azure.com\nPGPASSWORD={token}\nPGUSER=app"),
            format!("host=db.example port=5432 password={token}"),
        ] {
            let found = findings(&RULE, &auto(), &text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].severity, Severity::Info, "{text}");
        }
    }

    #[test]
    fn passwords_are_left_alone() {
        for text in [
            "postgresql://u:eyJhbGciOi.x.y@shop.postgres.database.azure.com/app",
            "postgresql://u:Tr0ub4dor@shop.postgres.database.azure.com/app",
            "postgresql://u:${TOKEN}@shop.postgres.database.azure.com/app",
            "postgresql://u:<access-token>@shop.postgres.database.azure.com/app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
