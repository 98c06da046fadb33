//! TLS020: the server's root certificate given as the client's own.

use super::modes::{self, Distance};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar, Param, Setting};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS020",
    name: "ca-as-client-certificate",
    group: Group::Tls,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("ca_as_client_certificate.md"),
    check,
};

fn message(key: &str) -> String {
    format!("`{key}` is for the client's own certificate, not for a root")
}

fn help(ctx: &Context<'_>, better: &str) -> String {
    let answer = match ctx.driver {
        Driver::Pgx => "pgx answers `both \"sslcert\" and \"sslkey\" are required`. ",
        driver if is_libpq(driver) => {
            "libpq answers `certificate present, but not private key file …`. "
        }
        _ => "",
    };
    format!(
        "{answer}The file sounds like the root that the server's certificate is checked against: that is `{better}`. A client certificate comes with a key, and Azure's servers do not ask for one."
    )
}

const fn is_libpq(driver: Driver) -> bool {
    matches!(
        driver,
        Driver::Libpq
            | Driver::Psycopg
            | Driver::Sqlalchemy
            | Driver::Django
            | Driver::RubyPg
            | Driver::PhpPgsql
            | Driver::PhpPdo
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    // Prisma calls the root so.
    if ctx.driver == Driver::Prisma || modes::distance(ctx) == Distance::Here {
        return;
    }
    let named = |names: &[&str]| {
        let all = &ctx.settings().all;
        all.iter()
            .rfind(|s| names.iter().any(|name| modes::spells(&s.key, name)))
    };
    let has_key = named(&["sslkey", "sslclientkey", "pgsslkey"]).is_some();
    let has_root = ctx.get(Param::SslRootCert).is_some() || named(&["pgsslrootcert"]).is_some();
    let Some(setting) = named(&["sslcert", "sslcertificate", "pgsslcert"])
        .filter(|s| !has_key && !has_root && !ctx.has_variable(s.span()))
        .filter(|s| sounds_like_root(s.value.expose()))
    else {
        return;
    };
    let (Some(key), Some(better)) = (setting.key_span, better(ctx, setting)) else {
        return;
    };
    let mut finding = Finding::new(key, message(&ctx.show(key))).help(help(ctx, better));
    if !(is_libpq(ctx.driver) || ctx.driver == Driver::Pgx) {
        finding = finding.severity(Severity::Warning);
    }
    out.push(finding.fix(
        format!("Write `{better}`"),
        Applicability::Unsafe,
        alloc::vec![Edit::replace(key, better)],
    ));
}

/// What the dialect calls the file with the roots.
fn better(ctx: &Context<'_>, setting: &Setting) -> Option<&'static str> {
    match ctx.grammar() {
        Grammar::AdoNet => Some("Root Certificate"),
        Grammar::Odbc | Grammar::Pgpass => None,
        _ if setting.key == "PGSSLCERT" => Some("PGSSLROOTCERT"),
        _ if setting.key == "sslcert" => Some("sslrootcert"),
        _ => None,
    }
}

/// `root.crt`, `ca.pem`, `DigiCertGlobalRootG2.crt.pem`, `ca-certificate.crt`, `global-bundle.pem`.
fn sounds_like_root(path: &str) -> bool {
    let name = modes::letters_of_file(path);
    [
        "root",
        "digicert",
        "baltimore",
        "bundle",
        "cacert",
        "serverca",
        "authority",
    ]
    .iter()
    .any(|word| name.contains(word))
        || ["capem", "cacrt", "cacer"]
            .iter()
            .any(|whole| name.starts_with(whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn a_root_is_told_by_the_name_of_its_file() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example port=5432 sslmode=verify-ca sslcert=/certs/DigiCertGlobalRootG2.crt.pem
                                            ^^^^^^^ `sslcert` is for the client's own certificate, not for a root
",
        );
        let text = "jdbc:postgresql://db.example/app?sslmode=verify-ca&sslcert=ca.pem";
        assert_eq!(
            findings(&RULE, &auto(), text)[0].severity,
            Severity::Warning
        );
    }

    #[test]
    fn the_fix_names_it_a_root() {
        for (options, text, expected) in [
            (
                auto(),
                "host=db.example port=5432 sslmode=verify-ca sslcert=root.crt",
                "host=db.example port=5432 sslmode=verify-ca sslrootcert=root.crt",
            ),
            (
                driver(Driver::Pgx),
                "postgres://u:p@db.example/app?sslmode=verify-full&sslcert=ca-certificate.crt",
                "postgres://u:p@db.example/app?sslmode=verify-full&sslrootcert=ca-certificate.crt",
            ),
            (
                auto(),
                "Host=db.example;Database=app;SSL Mode=VerifyCA;SSL Certificate=ca.pem",
                "Host=db.example;Database=app;SSL Mode=VerifyCA;Root Certificate=ca.pem",
            ),
        ] {
            fixes(&RULE, &options, text, expected);
        }
    }

    #[test]
    fn clients_certificates_are_left_alone() {
        for text in [
            "host=db.example port=5432 sslmode=verify-ca sslcert=client.crt sslkey=client.key",
            "host=db.example port=5432 sslcert=postgresql.crt",
            "host=db.example port=5432 sslcert=root.crt sslkey=root.key",
            "host=db.example port=5432 sslcert=ca.crt sslrootcert=ca.crt",
            "host=localhost port=5432 sslcert=root.crt",
            "host=db.example port=5432 sslcert=$ROOT",
            "host=db.example port=5432 sslcert=/certs/carol.crt",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::Prisma),
            "postgresql://u:p@db.example/app?sslmode=require&sslcert=root.crt&sslaccept=strict",
        );
    }
}
