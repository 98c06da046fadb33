//! AZR012: a firewall rule beside the string that lets everybody in.

use crate::detect::FactKind;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "AZR012",
    name: "firewall-open",
    group: Group::Azure,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("firewall_open.md"),
    check,
};

const MESSAGE: &str = "this rule lets every address on the internet in";

const HELP: &str = "It is good for a short test: if the connection works with it, the firewall was the cause. Take the rule out then, and make one for the address that the server saw, or for your range.";

const MESSAGE_AZURE: &str = "this rule lets in everything in Azure, whosever it is";

const HELP_AZURE: &str = "From 0.0.0.0 to 0.0.0.0 stands for each resource in Azure, those of other customers included. Only the password or the token keeps them out. A private endpoint or the outbound addresses of your application are narrower.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for fact in ctx.surroundings.azure {
        match fact.kind {
            FactKind::OpenToAll => {
                out.push(Finding::beside(fact.span, MESSAGE).help(HELP));
            }
            FactKind::OpenToAzure => out.push(
                Finding::beside(fact.span, MESSAGE_AZURE)
                    .severity(Severity::Info)
                    .help(HELP_AZURE),
            ),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, findings, silent};

    const STRING: &str =
        "\npsql \"host=shop.postgres.database.azure.com user=app sslmode=require\"";

    #[test]
    fn open_rules_are_found_once() {
        let rule = "az postgres flexible-server firewall-rule create --server-name shop --name test --start-ip-address 0.0.0.0 --end-ip-address 255.255.255.255";
        let text = alloc::format!("{rule}{STRING}{STRING}");
        let found = findings(&RULE, &auto(), &text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].severity, Severity::Warning);
        assert_eq!(&text[found[0].span.start..found[0].span.end], "0.0.0.0");
        let text = alloc::format!("{}{STRING}", rule.replace("255.255.255.255", "0.0.0.0"));
        assert_eq!(findings(&RULE, &auto(), &text)[0].severity, Severity::Info);
    }

    #[test]
    fn narrow_rules_are_left_alone() {
        let rule = "az postgres flexible-server firewall-rule create --server-name shop --name office --start-ip-address 203.0.113.7 --end-ip-address 203.0.113.7";
        silent(&RULE, &auto(), &alloc::format!("{rule}{STRING}"));
        silent(
            &RULE,
            &auto(),
            "listen_addresses = '0.0.0.0'\nhost=localhost user=app",
        );
    }
}
