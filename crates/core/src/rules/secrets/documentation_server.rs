//! SEC011: the server's name of Azure's documentation.

use crate::diagnostics::{Certainty, Severity};
use crate::model::Param;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SEC011",
    name: "documentation-server",
    group: Group::Secrets,
    severity: Severity::Info,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("documentation_server.md"),
    check,
};

const MESSAGE: &str = "this is the server's name in Azure's documentation";
const HELP: &str = "Names of servers are unique in all of Azure, so it is not yours, unless you were the first to take it. Put your server's name here; `az postgres flexible-server list` shows it.";

/// The servers and users of Microsoft's quickstarts.
const SERVERS: [&str; 3] = ["mydemoserver", "mypgserver", "mypostgresserver"];
const USERS: [&str; 4] = ["myadmin", "mylogin", "server_admin", "myadminuser"];

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let (Some(azure), Some(host)) = (ctx.azure_host(), ctx.host()) else {
        return;
    };
    let server = azure.server();
    if !SERVERS.iter().any(|name| name.eq_ignore_ascii_case(server)) || ctx.has_variable(host.span)
    {
        return;
    }
    let span = Span::new(host.span.start, host.span.start + server.len());
    let finding = Finding::new(span, MESSAGE).help(HELP);
    // Two of its names are no coincidence.
    let user = ctx.get(Param::User).and_then(|s| s.value.shown());
    let name = user.map(|user| user.split('@').next().unwrap_or(user));
    let copied = name.is_some_and(|name| USERS.iter().any(|u| u.eq_ignore_ascii_case(name)));
    out.push(if copied {
        finding.severity(Severity::Warning)
    } else {
        finding
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent};

    #[test]
    fn the_name_is_pointed_at() {
        carets(
            &RULE,
            &auto(),
            "
host=mydemoserver.postgres.database.azure.com port=5432 user=app
     ^^^^^^^^^^^^ this is the server's name in Azure's documentation
",
        );
        let copied =
            "postgresql://myadmin%40mydemoserver:pw@mydemoserver.postgres.database.azure.com/db";
        assert_eq!(
            findings(&RULE, &auto(), copied)[0].severity,
            Severity::Warning
        );
    }

    #[test]
    fn other_names_are_left_alone() {
        for text in [
            "host=shop.postgres.database.azure.com port=5432 user=myadmin",
            "host=mydemoserver2.postgres.database.azure.com port=5432",
            "host=mydemoserver.example port=5432 user=myadmin",
            "host=mydemoserver port=5432 user=myadmin",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
