//! The readings of a string as JSON.

use connlint_core::HostView;
use connlint_core::readings::{Reading, Tls};
use serde::Serialize;

/// The whole report.
#[derive(Clone, Debug, Serialize)]
pub struct ReadingsReport<'a> {
    readings: Vec<Row<'a>>,
}

/// The report on `readings`.
#[must_use]
pub fn readings(readings: &[Reading]) -> ReadingsReport<'_> {
    ReadingsReport {
        readings: readings.iter().map(Row::new).collect(),
    }
}

impl<'a> ReadingsReport<'a> {
    /// The rows alone, for answers that bring a name of their own.
    #[must_use]
    pub fn rows(&self) -> &[Row<'a>] {
        &self.readings
    }
}

/// One driver's reading.
#[derive(Clone, Debug, Serialize)]
pub struct Row<'a> {
    driver: &'static str,
    versions: &'static str,
    outcome: &'static str,
    error: Option<&'a str>,
    hosts: Vec<Host<'a>>,
    user: Option<&'a str>,
    database: Option<&'a str>,
    password: &'static str,
    tls: Option<TlsView>,
    ignored: &'a [String],
    sent_to_server: &'a [String],
    notes: &'a [&'static str],
    source: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct Host<'a> {
    host: Option<&'a str>,
    port: Option<u16>,
}

#[derive(Clone, Debug, Serialize)]
struct TlsView {
    encrypted: &'static str,
    chain: bool,
    host_name: bool,
    roots: Option<&'static str>,
}

impl<'a> Row<'a> {
    fn new(reading: &'a Reading) -> Self {
        let host = |h: &'a HostView| Host {
            host: h.host.as_deref(),
            port: h.port,
        };
        let tls = |tls: Tls| TlsView {
            encrypted: tls.encrypted.name(),
            chain: tls.chain,
            host_name: tls.host_name,
            roots: tls.roots.map(connlint_core::readings::Roots::name),
        };
        Self {
            driver: reading.driver.name(),
            versions: reading.versions,
            outcome: reading.outcome.name(),
            error: reading.error.as_deref(),
            hosts: reading.hosts.iter().map(host).collect(),
            user: reading.user.as_deref(),
            database: reading.database.as_deref(),
            password: reading.password.name(),
            tls: reading.tls.map(tls),
            ignored: &reading.ignored,
            sent_to_server: &reading.sent_to_server,
            notes: &reading.notes,
            source: reading.source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::readings::readings as read;
    use connlint_core::{Driver, Options};

    #[test]
    fn a_row_has_the_contracts_names() {
        let options = Options {
            driver: Driver::Libpq,
            ..Options::default()
        };
        let rows = read(
            "postgresql://app:pw@db.example/shop?sslmode=require",
            &options,
        );
        assert_eq!(
            crate::json::compact(&readings(&rows)).unwrap(),
            r#"{"readings":[{"driver":"libpq","versions":"15-18","outcome":"accepted","error":null,"hosts":[{"host":"db.example","port":null}],"user":"app","database":"shop","password":"present","tls":{"encrypted":"always","chain":false,"host_name":false,"roots":null},"ignored":[],"sent_to_server":[],"notes":[],"source":"libpq 15.18, 17.11 and 18.6, run"}]}"#
        );
    }
}
