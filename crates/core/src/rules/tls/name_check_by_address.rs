//! TLS021: the host's name is to be checked, and the host is an address.

use super::modes;
use crate::diagnostics::{Certainty, Severity};
use crate::model::{Driver, Grammar, Param};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS021",
    name: "name-check-by-address",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("name_check_by_address.md"),
    check,
};

const ADDRESS: &str = "the certificate is checked for this address, and hardly has it";
const NO_NAME: &str = "the host's name is to be checked, and none is given";

fn help(ctx: &Context<'_>) -> String {
    let keep = if ctx.grammar() == Grammar::KeyValue {
        " libpq takes both: `host=` with the name for the check, `hostaddr=` with the address."
    } else {
        ""
    };
    alloc::format!(
        "Certificates are made out to names, as Azure's are to the server's full name, and connecting fails with a message that the certificate does not match. Write the name that the certificate has.{keep}"
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !modes::effective(ctx).is_some_and(|tls| tls.chain && tls.host_name) {
        return;
    }
    if let Some(address) = ctx.get(Param::HostAddr)
        && ctx.get(Param::Host).is_none()
    {
        let libpq = matches!(ctx.driver, Driver::Libpq | Driver::Psycopg | Driver::RubyPg);
        if libpq && ctx.grammar() == Grammar::KeyValue && !ctx.has_variable(address.span()) {
            // PGHOST can give it.
            out.push(
                Finding::new(address.span(), NO_NAME)
                    .help(help(ctx))
                    .severity(Severity::Error),
            );
        }
        return;
    }
    for host in ctx.settings().hosts.iter().filter_map(|h| h.host.as_ref()) {
        let distance = modes::distance_of(&host.text);
        if is_address(&host.text)
            && distance != modes::Distance::Here
            && !ctx.redactor.hides(host.span)
            && !ctx.has_variable(host.span)
        {
            let azure = ctx.target_given && ctx.target.is_azure();
            let severity = if azure {
                Severity::Error
            } else {
                modes::severity_at(distance)
            };
            out.push(
                Finding::new(host.span, ADDRESS)
                    .help(help(ctx))
                    .severity(severity),
            );
        }
    }
}

fn is_address(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host.parse::<core::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Options;
    use crate::model::Target;
    use crate::rules::testing::{auto, carets, driver, findings, silent, target};

    #[test]
    fn an_address_is_pointed_at() {
        carets(
            &RULE,
            &auto(),
            "
host=203.0.113.7 port=5432 sslmode=verify-full sslrootcert=root.crt
     ^^^^^^^^^^^ the certificate is checked for this address, and hardly has it
",
        );
        carets(
            &RULE,
            &driver(Driver::NodePostgres),
            "
postgresql://u:p@[2001:db8::7]:5432/app?sslmode=require
                  ^^^^^^^^^^^ the certificate is checked for this address, and hardly has it
",
        );
        carets(
            &RULE,
            &auto(),
            "
hostaddr=203.0.113.7 port=5432 sslmode=verify-full sslrootcert=root.crt
^^^^^^^^^^^^^^^^^^^^ the host's name is to be checked, and none is given
",
        );
    }

    #[test]
    fn severity_depends_on_who_made_the_certificate() {
        let severity = |options: Options, text| findings(&RULE, &options, text)[0].severity;
        let inside = "Host=10.0.0.4;Database=app;SSL Mode=VerifyFull";
        assert_eq!(severity(auto(), inside), Severity::Info);
        assert_eq!(
            severity(target(Target::AzureFlexible), inside),
            Severity::Error
        );
        let outside = "Host=203.0.113.7;Database=app;SSL Mode=VerifyFull";
        assert_eq!(severity(auto(), outside), Severity::Warning);
    }

    #[test]
    fn names_and_unchecked_names_are_left_alone() {
        for text in [
            "host=db.example port=5432 sslmode=verify-full sslrootcert=root.crt",
            "host=db.example hostaddr=203.0.113.7 sslmode=verify-full sslrootcert=root.crt",
            "host=203.0.113.7 port=5432 sslmode=verify-ca sslrootcert=root.crt",
            "host=203.0.113.7 port=5432 sslmode=require",
            "host=127.0.0.1 port=5432 sslmode=verify-full sslrootcert=root.crt",
            "host=$HOST port=5432 sslmode=verify-full sslrootcert=root.crt",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
