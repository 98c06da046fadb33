//! USR009: a Windows login, `DOMAIN\user`, on an Azure server.

use super::parts::literal_user;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR009",
    name: "windows-login",
    group: Group::User,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("windows_login.md"),
    check,
};

const MESSAGE: &str = "a Windows login, which Azure's PostgreSQL does not know";

const HELP: &str = "The server takes the text for the name of a role. For Microsoft Entra ID write the user principal name, `user@domain`, and give an access token as the password; for a role of PostgreSQL's own, its name without a domain.";

const HELP_DROPPED: &str = "libpq drops the backslash outside quotes and keeps the rest, and the server takes that for the name of a role. For Microsoft Entra ID write the user principal name, `user@domain`, and give an access token as the password; for a role of PostgreSQL's own, its name without a domain.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(setting) = literal_user(ctx).filter(|_| ctx.is_azure()) else {
        return;
    };
    let raw = ctx.raw(setting.value.span);
    let raw = raw.replace("%5C", "\\").replace("%5c", "\\");
    let mut parts = raw.split('\\').filter(|part| !part.is_empty());
    let (Some(domain), Some(user), None) = (parts.next(), parts.next(), parts.next()) else {
        return;
    };
    let plain = |name: &str, more: &str| {
        name.chars()
            .all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    if !raw.starts_with('\\') && plain(domain, "-_.") && plain(user, "-_.$") {
        let kept = setting.value.expose().contains('\\');
        let help = if kept { HELP } else { HELP_DROPPED };
        out.push(Finding::new(setting.value.span, MESSAGE).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent};

    #[test]
    fn a_domain_before_a_backslash_is_found() {
        carets(
            &RULE,
            &auto(),
            r"
Server=shop.postgres.database.azure.com;Database=db;User Id=CORP\ann;Password=Tr0ub4dor
                                                            ^^^^^^^^ a Windows login, which Azure's PostgreSQL does not know
",
        );
        for text in [
            r"postgresql://CORP%5Cann:Tr0ub4dor@shop.postgres.database.azure.com/db",
            r#"{"cs": "Server=shop.postgres.database.azure.com;User Id=CORP\\ann;Password=Tr0ub4dor"}"#,
            r"host=shop.postgres.database.azure.com user='CORP\\ann'",
        ] {
            assert_eq!(findings(&RULE, &auto(), text).len(), 1, "{text}");
        }
        let dropped = findings(
            &RULE,
            &auto(),
            r"host=shop.postgres.database.azure.com user=CORP\ann",
        );
        assert!(dropped[0].help.starts_with("libpq drops"));
    }

    #[test]
    fn other_backslashes_and_other_servers_are_left_alone() {
        for text in [
            r"Server=db.example;User Id=CORP\ann;Password=Tr0ub4dor",
            r"Server=shop.postgres.database.azure.com;User Id=ann;Password=CORP\ann",
            r"host=shop.postgres.database.azure.com user='it\'s'",
            r"host=shop.postgres.database.azure.com user=DB\ Admins",
            r"host=shop.postgres.database.azure.com user=a\b\c",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
