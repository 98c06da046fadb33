//! PRT009: a port on which another product usually listens.

use super::known::usually;
use super::places::{number, ports};
use crate::azure::AzureHost;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PRT009",
    name: "port-of-another-product",
    group: Group::Port,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("port_of_another_product.md"),
    check,
};

fn message(port: i64, product: &str) -> String {
    format!("port {port} is usually {product}")
}

/// Ports that hardly anybody gives to PostgreSQL.
const TELLING: [i64; 8] = [22, 80, 443, 1433, 1521, 3306, 6379, 27017];

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for found in ports(ctx) {
        let Some(port) = number(found.port).filter(|port| TELLING.contains(port)) else {
            continue;
        };
        let Some(product) = usually(port) else {
            continue;
        };
        // Of Azure's servers the ports are known: that is another rule.
        let azure = found
            .host
            .is_some_and(|host| AzureHost::parse(ctx.raw(host.span)).is_some());
        if !azure {
            out.push(Finding::new(found.port.span, message(port, product)).help(
                "PostgreSQL can listen on any port, and this may be one. If it is left over from another string: PostgreSQL's own port is 5432. What answers here otherwise is not understood: received invalid response to SSL negotiation.",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn ports_of_other_products_are_a_question() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@db.example:3306/app
                            ^^^^ port 3306 is usually MySQL
",
        );
    }

    #[test]
    fn ports_of_postgresql_are_left_alone() {
        for text in [
            "postgresql://u:p@db.example:5432/app",
            "postgresql://u:p@db.example:5433/app",
            "postgresql://u:p@db.example:6432/app",
            "postgresql://u:p@db.example:26257/app",
            "postgresql://u:p@shop.postgres.database.azure.com:3306/app",
            "host=db.example port=${PORT} user=u",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
