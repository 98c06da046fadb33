//! AZR004: a string that is meant for Single Server, which was retired.

use crate::diagnostics::{Certainty, Severity};
use crate::model::Target;
use crate::rules::user_parts::given;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "AZR004",
    name: "single-server-retired",
    group: Group::Azure,
    severity: Severity::Info,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("single_server_retired.md"),
    check,
};

const MESSAGE: &str = "the product Single Server was retired on 2025-03-28";

const HELP: &str = "Its successor is Flexible Server. Servers that Azure moved by itself keep their host name and take both forms of the user name, `user` and `user@server`; servers that you move have a new host name and take `user` alone.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !given(ctx, Target::AzureSingle) {
        return;
    }
    if let Some(host) = ctx.host().filter(|_| ctx.azure_host().is_some()) {
        out.push(Finding::new(host.span, MESSAGE).help(HELP));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent, target};

    const TEXT: &str = "host=shop.postgres.database.azure.com user=app@shop sslmode=require";

    #[test]
    fn it_is_said_where_the_target_is_given() {
        carets(
            &RULE,
            &target(Target::AzureSingle),
            &alloc::format!(
                "
{TEXT}
     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the product Single Server was retired on 2025-03-28
"
            ),
        );
    }

    #[test]
    fn the_host_alone_does_not_tell() {
        silent(&RULE, &auto(), TEXT);
        silent(&RULE, &target(Target::AzureFlexible), TEXT);
        silent(
            &RULE,
            &target(Target::AzureSingle),
            "host=localhost user=app",
        );
    }
}
