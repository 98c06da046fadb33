//! The database servers of the tests, and the strings that lead to them.

use connlint_e2e::{Result, Secret};
use connlint_testkit::{FakeServer, Identity, Postgres, azure_single_gateway};

/// An invented password, with a character that a URI wants encoded.
pub(crate) const PASSWORD: Secret = Secret("Kumquat&7-Lantern");

/// The same as it stands in the pasted strings.
pub(crate) const IN_URI: &str = "Kumquat%267-Lantern";

/// What the fixtures start, or the reason why they do not.
pub(crate) fn ready<T>(started: std::result::Result<T, connlint_testkit::Error>) -> Result<T> {
    started.map_err(anyhow::Error::from_boxed)
}

/// A gateway as Azure's Single Server had one.
pub(crate) fn single_server_gateway() -> Result<FakeServer> {
    let identity = ready(Identity::self_signed(&["localhost"]))?;
    ready(azure_single_gateway(&identity))
}

/// A server that takes connections over TLS only, with a role that is named as Single Server's were.
pub(crate) fn tls_only() -> Result<Postgres> {
    let server = ready(
        Postgres::builder()
            .hba("hostssl all all 127.0.0.1/32 scram-sha-256")
            .start(),
    )?;
    let password = PASSWORD.text();
    ready(server.sql(&format!(
        "CREATE ROLE \"shopadmin@shop\" LOGIN PASSWORD '{password}'"
    )))?;
    ready(server.sql("CREATE DATABASE orders OWNER \"shopadmin@shop\""))?;
    Ok(server)
}

/// `psql_cmd` as Azure's CLI prints it (`az postgres server show-connection-string`), filled in:
/// `postgresql://{user}@{server}:{password}@{host}/{database}?sslmode=require`.
pub(crate) fn psql_cmd(host: &str, port: u16) -> String {
    format!("postgresql://shopadmin@shop:{IN_URI}@{host}:{port}/orders?sslmode=require")
}

/// A string without any finding.
pub(crate) fn plain(host: &str, port: u16) -> String {
    format!("postgresql://app:{IN_URI}@{host}:{port}/orders?sslmode=require")
}
