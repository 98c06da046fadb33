//! USR008: a user name that is longer than PostgreSQL's names can be.

use super::parts::literal_user;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR008",
    name: "user-too-long",
    group: Group::User,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("user_too_long.md"),
    check,
};

/// `NAMEDATALEN - 1`
const LONGEST: usize = 63;

fn message(len: usize) -> String {
    format!("the user name has {len} bytes, PostgreSQL's names have {LONGEST} at most")
}

const HELP: &str = "The server cuts it off there, so that it finds the role of the shorter name, or none. With Microsoft Entra ID, the long name of a guest or a group can be mapped to a short role by `pgaadauth_create_principal_with_oid`.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(setting) = literal_user(ctx) else {
        return;
    };
    let len = setting.value.expose().len();
    if len > LONGEST {
        out.push(Finding::new(setting.value.span, message(len)).help(HELP));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, findings, silent};

    #[test]
    fn bytes_are_counted_after_decoding() {
        let long = "a".repeat(64);
        let found = findings(&RULE, &auto(), &format!("host=db.example user={long}"));
        assert_eq!(
            found[0].message,
            "the user name has 64 bytes, PostgreSQL's names have 63 at most"
        );
        let two_bytes_each = "%C3%A9".repeat(32);
        let found = findings(
            &RULE,
            &auto(),
            &format!("postgresql://{two_bytes_each}@db.example"),
        );
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn up_to_the_limit_nothing_is_said() {
        for user in ["app".into(), "a".repeat(63), "%40".repeat(63)] {
            silent(
                &RULE,
                &auto(),
                &format!("postgresql://{user}@db.example/app"),
            );
        }
        silent(
            &RULE,
            &auto(),
            &format!("postgresql://${{{}}}@db.example/app", "X".repeat(80)),
        );
    }
}
