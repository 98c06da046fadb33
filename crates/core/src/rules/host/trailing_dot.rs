//! HST019: a dot at the end of the host, where the driver compares it with the certificate as it stands.

use super::names::with_variables;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Driver;
use crate::readings::tls_of;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST019",
    name: "trailing-dot",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("trailing_dot.md"),
    check,
};

const MESSAGE: &str = "with this dot the name does not match any certificate";

/// Those that compare the name as it stands. Node, Go and .NET leave the dot out.
const fn compares_literally(driver: Driver) -> bool {
    matches!(
        driver,
        Driver::Libpq
            | Driver::Psycopg
            | Driver::Django
            | Driver::RubyPg
            | Driver::PhpPgsql
            | Driver::PhpPdo
            | Driver::Psqlodbc
            | Driver::Asyncpg
            | Driver::Pgjdbc
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !compares_literally(ctx.driver) || !tls_of(ctx.driver, ctx.settings()).host_name {
        return;
    }
    for host in with_variables(ctx) {
        let name = host.raw.trim_end_matches('.');
        let dot = host.part(name.len(), host.raw.len() - name.len());
        if name.is_empty()
            || name.starts_with('/')
            || dot.len() != 1
            || !host.is_literal()
            || ctx.has_variable(dot)
        {
            continue;
        }
        out.push(
            Finding::new(dot, MESSAGE)
                .help("DNS takes a name with a dot at the end, and this TLS mode then compares the name with the certificate, which has none: server certificate does not match host name.")
                .fix(
                    "Take the dot out",
                    Applicability::Safe,
                    alloc::vec![Edit::delete(dot)],
                ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn a_dot_is_found_where_the_name_is_checked() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example. user=u sslmode=verify-full sslrootcert=ca.pem
               ^ with this dot the name does not match any certificate
",
        );
        fixes(
            &RULE,
            &auto(),
            "jdbc:postgresql://db.example.:5432/app?sslmode=verify-full&sslrootcert=ca.pem",
            "jdbc:postgresql://db.example:5432/app?sslmode=verify-full&sslrootcert=ca.pem",
        );
    }

    #[test]
    fn elsewhere_a_dot_is_fine() {
        for text in [
            "host=db.example. user=u sslmode=verify-ca sslrootcert=ca.pem",
            "host=db.example. user=u",
            "host=db.example user=u sslmode=verify-full sslrootcert=ca.pem",
            "host=/tmp. user=u sslmode=verify-full sslrootcert=ca.pem",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://u:p@db.example./app?sslmode=verify-full",
        );
    }
}
