//! USR012: the id of an application or identity as the user name, where its display name is wanted.

use super::parts::{given, role};
use crate::azure::Service;
use crate::diagnostics::{Certainty, Severity};
use crate::model::Target;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR012",
    name: "id-as-user",
    group: Group::User,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("id_as_user.md"),
    check,
};

const MESSAGE: &str = "an id, where Azure wants the identity's display name";

const QUESTION: &str = "is there a role that is called by this id?";

const HELP: &str = "On Flexible Server the role of a service principal, managed identity or group has its display name, and upper and lower case count. The client id belongs to the code that fetches the token. With the id the server answers that authentication failed, unless a role was made with just this name.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let on_azure = ctx
        .azure_host()
        .is_some_and(|h| h.zone.service == Service::Postgres);
    let Some((setting, name)) = role(ctx).filter(|_| on_azure) else {
        return;
    };
    if !is_guid(name) {
        return;
    }
    let finding = if given(ctx, Target::AzureFlexible) {
        Finding::new(setting.value.span, MESSAGE)
    } else {
        Finding::new(setting.value.span, QUESTION)
            .severity(Severity::Info)
            .certainty(Certainty::Depends)
    };
    out.push(finding.help(HELP));
}

/// Five groups of hexadecimal digits: 8, 4, 4, 4 and 12.
fn is_guid(name: &str) -> bool {
    name.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && name.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent, target};
    use std::format;

    const TEXT: &str = "Host=shop.postgres.database.azure.com;Username=3f2504e0-4f89-11d3-9a0c-0305e82c3301;Database=db";

    #[test]
    fn an_id_is_found() {
        carets(
            &RULE,
            &target(Target::AzureFlexible),
            &format!(
                "
{TEXT}
                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ an id, where Azure wants the identity's display name
"
            ),
        );
        assert_eq!(findings(&RULE, &auto(), TEXT)[0].severity, Severity::Info);
    }

    #[test]
    fn names_and_other_servers_are_left_alone() {
        for text in [
            "Host=shop.postgres.database.azure.com;Username=my-app-identity;Database=db",
            "Host=shop.postgres.database.azure.com;Username=3f2504e0-4f89-11d3-9a0c-0305e82c330;Database=db",
            "Host=db.example;Username=3f2504e0-4f89-11d3-9a0c-0305e82c3301;Database=db",
            "Host=shop.postgres.database.azure.com;Username=app;Password=3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        ] {
            silent(&RULE, &target(Target::AzureFlexible), text);
        }
    }
}
