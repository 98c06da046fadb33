//! HST016: the host is the resource's identifier or its page in the portal.

use super::names::keyword;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST016",
    name: "resource-id-as-host",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &["SYN001", "HST005", "HST008", "PRT001"],
    docs: docs!("resource_id_as_host.md"),
    check,
};

const MESSAGE: &str = "an Azure resource identifier stands where the host belongs";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(setting) = keyword(ctx) else { return };
    let span = setting.value.span;
    let raw = ctx.raw(span);
    let lower = raw.to_ascii_lowercase();
    if !lower.contains("/subscriptions/") || ctx.redactor.hides(span) || ctx.has_variable(span) {
        return;
    }
    let mut finding = Finding::new(span, MESSAGE).help(
        "It names the server to Azure's management, not to DNS, so no driver can connect to it. The host is called `<server>.postgres.database.azure.com`; the portal shows it as the endpoint, the CLI as `fullyQualifiedDomainName`.",
    );
    if let Some(name) = server(raw, &lower) {
        let host = format!("{name}.postgres.database.azure.com");
        finding = finding.fix(
            format!("Write `{host}`"),
            Applicability::Unsafe,
            alloc::vec![Edit::replace(span, host)],
        );
    }
    out.push(finding);
}

/// The server's name in the identifier, where it is one of Azure Database for PostgreSQL.
fn server<'a>(raw: &'a str, lower: &str) -> Option<&'a str> {
    let provider = "/microsoft.dbforpostgresql/";
    let from = lower.find(provider)? + provider.len();
    let mut parts = raw.get(from..)?.split('/');
    let kind = parts.next()?;
    let name = parts.next()?;
    let known = ["servers", "flexibleServers"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(kind));
    (known && crate::azure::bad_server_name(name).is_none()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    const ID: &str = "/subscriptions/0b1f/resourceGroups/rg/providers/Microsoft.DBforPostgreSQL/flexibleServers/shop";

    #[test]
    fn an_identifier_becomes_the_name_of_its_server() {
        fixes(
            &RULE,
            &auto(),
            &format!("Host={ID};Database=app;Username=u"),
            "Host=shop.postgres.database.azure.com;Database=app;Username=u",
        );
        fixes(
            &RULE,
            &auto(),
            &format!(
                "host=https://portal.azure.com/#@t.example/resource{ID}/overview dbname=app user=u"
            ),
            "host=shop.postgres.database.azure.com dbname=app user=u",
        );
        carets(
            &RULE,
            &auto(),
            "
host=/subscriptions/0b1f/resourceGroups/rg dbname=app user=u
     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ an Azure resource identifier stands where the host belongs
",
        );
    }

    #[test]
    fn sockets_and_hosts_are_left_alone() {
        for text in [
            "host=/var/run/postgresql user=u",
            "host=/srv/subscriptions user=u",
            "postgresql://u:p@h/subscriptions/x",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
