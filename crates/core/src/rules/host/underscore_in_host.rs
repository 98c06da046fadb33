//! HST018: an underscore in the host, which Java's and Ruby's readers of URLs do not take.

use super::names::hosts;
use crate::diagnostics::{Certainty, Severity};
use crate::model::{Dialect, Driver, Grammar};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST018",
    name: "underscore-in-host",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &["SYN001"],
    docs: docs!("underscore_in_host.md"),
    check,
};

fn message(who: &str) -> String {
    format!("a host with an underscore is none to {who}")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let r2dbc = ctx.parse.dialect == Dialect::R2dbcUrl;
    let ruby = ctx.driver == Driver::RubyPg && ctx.grammar() == Grammar::Uri;
    if !(r2dbc || ruby) {
        return;
    }
    let failover = ctx.text.contains("failover:");
    for host in hosts(ctx) {
        let Some(at) = host.raw.find('_') else {
            continue;
        };
        // Without a port R2DBC gets by: the authority as a whole is the host then.
        let port_follows = ctx
            .text
            .get(host.piece.span.end..)
            .is_some_and(|rest| rest.starts_with(':'));
        if r2dbc && (!port_follows || failover) {
            continue;
        }
        let (who, help) = if r2dbc {
            (
                "java.net.URI",
                "R2DBC then takes `host:port` for the host, and the lookup fails: UnknownHostException. Use a name without the underscore; in Compose, a hyphen in the service's name or a network alias.",
            )
        } else {
            (
                "Ruby's URI",
                "Rails answers `URI::InvalidURIError: bad URI`. Use a name without the underscore; in Compose, a hyphen in the service's name or a network alias. database.yml takes any name under `host:`.",
            )
        };
        out.push(Finding::new(host.part(at, 1), message(who)).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, silent};

    #[test]
    fn underscores_are_found_where_the_reader_does_not_take_them() {
        carets(
            &RULE,
            &auto(),
            "
r2dbc:postgresql://app:pw@my_db:5432/app
                            ^ a host with an underscore is none to java.net.URI
",
        );
        carets(
            &RULE,
            &driver(Driver::RubyPg),
            "
postgresql://app:pw@my_db/app
                      ^ a host with an underscore is none to Ruby's URI
",
        );
    }

    #[test]
    fn other_readers_take_them() {
        for text in [
            "postgresql://app:pw@my_db:5432/app",
            "jdbc:postgresql://my_db:5432/app",
            "r2dbc:postgresql://app:pw@my-db:5432/app",
            "r2dbc:postgresql://app:pw@my_db/app",
            "r2dbc:postgresql://app:p_w@db:5432/app",
            "Host=my_db;Database=app",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(&RULE, &driver(Driver::RubyPg), "host=my_db dbname=app");
    }
}
