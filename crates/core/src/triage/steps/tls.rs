//! Steps for TLS, in the words of the client at hand.

use super::{Situation, Step, step};
use crate::model::Driver;
use alloc::format;
use alloc::vec::Vec;

const TLS: &str = "https://learn.microsoft.com/azure/postgresql/security/security-tls";
const LIBPQ_SSL: &str = "https://www.postgresql.org/docs/current/libpq-ssl.html";

/// How the client at hand is told to use TLS.
fn switch(driver: Option<Driver>) -> &'static str {
    match driver {
        Some(Driver::Npgsql) => "SSL Mode=Require, or better SSL Mode=VerifyFull",
        Some(Driver::Pgjdbc) => {
            "sslmode=require, or better sslmode=verify-full with sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory"
        }
        Some(Driver::R2dbc) => "sslMode=require, or better sslMode=verify-full",
        Some(Driver::NodePostgres) => {
            "ssl: true in the client's options, which checks the certificate, or sslmode=require in the string"
        }
        Some(Driver::PostgresJs) => {
            "ssl: 'verify-full' in the client's options, or sslmode=require in the string"
        }
        Some(Driver::Asyncpg) => "ssl='require' as an argument, or sslmode=require in the string",
        Some(Driver::Django) => "'OPTIONS': {'sslmode': 'require'}, or better 'verify-full'",
        Some(Driver::Ecto) => {
            "ssl: true, with cacerts: :public_key.cacerts_get() to check the certificate"
        }
        _ => "sslmode=require, or better sslmode=verify-full with the root certificates",
    }
}

pub(super) fn required(situation: &Situation, steps: &mut Vec<Step>) {
    steps.push(step(
        format!(
            "Turn TLS on in the client: {}. It is not the firewall: the server saw the connection and missed the encryption.",
            switch(situation.driver)
        ),
        TLS,
    ));
}

pub(super) fn not_offered(situation: &Situation, steps: &mut Vec<Step>) {
    let who = if situation.is_azure() {
        "Azure's servers always offer TLS unless it was switched off, so something else may have answered."
    } else {
        "Another server than meant may have answered: a local one, a pooler, a proxy."
    };
    steps.push(step(
        format!("Check host and port. {who} Some drivers say the same when what answered is not PostgreSQL."),
        TLS,
    ));
    steps.push(step(
        "On a server of your own, switch ssl on in postgresql.conf, or use sslmode=disable on a network that you trust.",
        LIBPQ_SSL,
    ));
}

pub(super) fn not_trusted(situation: &Situation, steps: &mut Vec<Step>) {
    let how = match situation.driver {
        Some(Driver::NodePostgres | Driver::PostgresJs) => "Pass the roots as ssl: { ca: … }",
        Some(Driver::Pgjdbc) => {
            "Use Java's own roots (sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory), or point sslrootcert to a file with the roots"
        }
        Some(Driver::Npgsql) => {
            "Put the roots into the system's store, or point Root Certificate to a file with them"
        }
        Some(Driver::Pgx | Driver::LibPq) => {
            "Add the package ca-certificates to the image, or point sslrootcert to a file with the roots"
        }
        Some(Driver::Asyncpg) => "Pass ssl=ssl.create_default_context(cafile=…)",
        _ => {
            "Point sslrootcert to a file that holds the roots in use (libpq 16 and later: sslrootcert=system takes the system's)"
        }
    };
    steps.push(step(
        format!(
            "{how}. For Azure the roots are DigiCert Global Root G2 and Microsoft RSA Root Certificate Authority 2017; never pin an intermediate certificate, Azure changes those without notice."
        ),
        TLS,
    ));
    steps.push(step(
        "Do not switch verification off to be rid of the error: the connection would be open to whoever stands in between.",
        LIBPQ_SSL,
    ));
}

pub(super) fn other_name(situation: &Situation, steps: &mut Vec<Step>) {
    let mut text = alloc::string::String::from(
        "Use the server's full name, exactly as the certificate has it, not an address or an alias of your own.",
    );
    if situation.is_azure() {
        text.push_str(" With a private endpoint, that is the public name without privatelink.");
    }
    steps.push(step(text, TLS));
}
