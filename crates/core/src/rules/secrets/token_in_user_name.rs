//! SEC004: an access token in the place of the user's name.

use crate::diagnostics::{Certainty, Severity};
use crate::model::Param;
use crate::rules::{Context, Finding, Group, Rule};
use crate::token::Token;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SEC004",
    name: "token-in-user-name",
    group: Group::Secrets,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("token_in_user_name.md"),
    check,
};

const MESSAGE: &str = "an access token stands where the user's name should";
const HELP: &str = "The token is the password. User names go into logs and messages as they are, on the server too, so take this one for known and let it expire before it is used elsewhere. The user's name is that of the Entra principal.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let user = ctx
        .get(Param::User)
        .filter(|s| !ctx.has_variable(s.value.span));
    if let Some(user) = user
        && Token::read(user.value.expose()).is_some()
    {
        out.push(Finding::new(user.value.span, MESSAGE).help(HELP));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::lint;
    use crate::rules::testing::{auto, findings, silent};
    use crate::token::made;
    use alloc::format;

    #[test]
    fn it_is_found_and_shown_nowhere() {
        let token = made(r#"{"aud":"https://ossrdbms-aad.database.windows.net","exp":1}"#);
        for text in [
            format!("postgresql://{token}@shop.postgres.database.azure.com/app?sslmode=require"),
            format!("Host=shop.postgres.database.azure.com;Username={token};Database=app"),
        ] {
            assert_eq!(findings(&RULE, &auto(), &text).len(), 1, "{text}");
            let said = format!("{:?}", lint(&text, &auto()));
            assert!(token.split('.').all(|part| !said.contains(part)), "{said}");
        }
    }

    #[test]
    fn names_are_left_alone() {
        for text in [
            "postgresql://ann%40contoso.com:pw@shop.postgres.database.azure.com/app",
            "host=shop.postgres.database.azure.com user=eyJ.a.b",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
