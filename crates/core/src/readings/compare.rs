//! The readings side by side: what each of them says in a column, and who says something else than most.

use super::{Encrypted, Outcome, Reading, Tls};
use crate::model::HostView;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What the readings are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Hosts with their ports, in the order in which they are tried.
    Hosts,
    /// The user name.
    User,
    /// The database name.
    Database,
    /// What TLS the connection ends up with.
    Tls,
}

impl Column {
    /// In the order of the table.
    pub const ALL: [Self; 4] = [Self::Hosts, Self::User, Self::Database, Self::Tls];

    /// The heading above it.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Hosts => "connects to",
            Self::User => "as",
            Self::Database => "database",
            Self::Tls => "TLS",
        }
    }
}

impl Reading {
    /// What stands in that column, secrets masked; `None` where the driver takes what it has by default.
    #[must_use]
    pub fn cell(&self, column: Column) -> Option<String> {
        match column {
            Column::Hosts => {
                let says = |at: &HostView| at.host.is_some() || at.port.is_some();
                let hosts: Vec<String> = self.hosts.iter().map(address).collect();
                self.hosts.iter().any(says).then(|| hosts.join(", "))
            }
            Column::User => self.user.clone(),
            Column::Database => self.database.clone(),
            Column::Tls => self.tls.map(|tls| tls.label().to_string()),
        }
    }
}

fn address(at: &HostView) -> String {
    let host = match at.host.as_deref() {
        // An IPv6 address keeps its brackets where a port can follow.
        Some(host) if host.contains(':') && at.port.is_some() && !host.starts_with('[') => {
            alloc::format!("[{host}]")
        }
        host => host.unwrap_or("its default host").to_string(),
    };
    at.port
        .map_or_else(|| host.clone(), |port| alloc::format!("{host}:{port}"))
}

impl Tls {
    /// In a few words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match (self.encrypted, self.chain, self.host_name) {
            (Encrypted::Never, ..) => "never",
            (Encrypted::Always, false, _) => "always, unchecked",
            (Encrypted::Always, true, false) => "always, certificate checked",
            (Encrypted::Always, true, true) => "always, certificate and name checked",
            (Encrypted::IfOffered, false, _) => "if offered, unchecked",
            (Encrypted::IfOffered, true, false) => "if offered, certificate checked",
            (Encrypted::IfOffered, true, true) => "if offered, certificate and name checked",
            (Encrypted::IfRequired, false, _) => "if required, unchecked",
            (Encrypted::IfRequired, true, false) => "if required, certificate checked",
            (Encrypted::IfRequired, true, true) => "if required, certificate and name checked",
        }
    }

    /// What that means for whoever connects.
    #[must_use]
    pub const fn consequence(self) -> &'static str {
        match (self.encrypted, self.chain, self.host_name) {
            (Encrypted::Never, ..) => "Whoever is on the way can read everything.",
            (Encrypted::IfRequired, ..) => "In the clear, unless the server turns that away.",
            (Encrypted::IfOffered, ..) => {
                "In the clear if the server offers no TLS, or somebody on the way says so."
            }
            (Encrypted::Always, false, _) => {
                "Encrypted, but any server can pass itself off as yours."
            }
            (Encrypted::Always, true, false) => {
                "Encrypted; any server with a certificate of a trusted issuer is taken for yours."
            }
            (Encrypted::Always, true, true) => "Encrypted, and only your server is taken for it.",
        }
    }
}

/// For each reading whether it says something else in `column` than most of those that accept the text; of several that
/// are as common, the first counts.
#[must_use]
pub fn differing(readings: &[Reading], column: Column) -> Vec<bool> {
    let cells: Vec<Option<Option<String>>> = readings
        .iter()
        .map(|r| (r.outcome == Outcome::Accepted).then(|| r.cell(column)))
        .collect();
    let count = |cell: &Option<String>| cells.iter().flatten().filter(|c| *c == cell).count();
    let usual = cells.iter().flatten().rev().max_by_key(|cell| count(cell));
    cells
        .iter()
        .map(|cell| cell.as_ref().is_some_and(|cell| Some(cell) != usual))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Options;
    use crate::model::Driver;
    use crate::readings::readings;

    fn who_differs(text: &str, column: Column) -> Vec<Driver> {
        let rows = readings(text, &Options::default());
        let differs = differing(&rows, column);
        assert_eq!(rows.len(), differs.len());
        let pairs = rows.iter().zip(differs);
        pairs.filter(|(_, d)| *d).map(|(r, _)| r.driver).collect()
    }

    #[test]
    fn who_differs_from_most_is_known_for_each_column() {
        let text = "postgresql://app:pw@db.example:6432/shop?sslmode=require";
        let tls = who_differs(text, Column::Tls);
        assert!(tls.contains(&Driver::NodePostgres) && tls.contains(&Driver::Ecto));
        assert!(!tls.contains(&Driver::Libpq), "{tls:?}");
        assert!(who_differs(text, Column::Hosts).is_empty());
        assert!(who_differs(text, Column::User).is_empty());
        assert!(who_differs("no string", Column::Tls).is_empty());
    }

    #[test]
    fn a_driver_that_refuses_differs_in_nothing() {
        let text = "postgresql://app@shop:pw@db.example/app";
        for column in Column::ALL {
            assert!(!who_differs(text, column).contains(&Driver::Libpq));
        }
    }

    #[test]
    fn addresses_can_be_told_from_their_ports() {
        let cell = |text: &str| {
            let rows = readings(text, &Options::default());
            rows.first().and_then(|r| r.cell(Column::Hosts))
        };
        assert_eq!(
            cell("postgresql://[2001:db8::1]:6432,db.example/app").as_deref(),
            Some("[2001:db8::1]:6432, db.example")
        );
        assert_eq!(cell("postgresql:///app"), None);
    }
}
