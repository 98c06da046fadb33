//! What Azure's PostgreSQL hosts are called.
//!
//! Sources: the Azure CLI's `azure/cli/core/cloud.py` (suffixes per cloud) and Microsoft's page on domain names of Azure
//! Cosmos DB for PostgreSQL.

/// The service behind a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Azure Database for PostgreSQL, Single Server and flexible server alike.
    Postgres,
    /// Azure Cosmos DB for PostgreSQL.
    Cosmos,
    /// Azure HorizonDB (preview).
    Horizon,
}

/// A DNS zone of one of Azure's clouds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    /// The zone, without a leading dot.
    pub name: &'static str,
    /// What lives in it.
    pub service: Service,
    /// The cloud that it belongs to.
    pub cloud: &'static str,
}

/// Every zone that holds PostgreSQL servers.
pub const ZONES: &[Zone] = &[
    Zone {
        name: "postgres.database.azure.com",
        service: Service::Postgres,
        cloud: "Azure",
    },
    Zone {
        name: "postgres.database.chinacloudapi.cn",
        service: Service::Postgres,
        cloud: "Azure China",
    },
    Zone {
        name: "postgres.database.usgovcloudapi.net",
        service: Service::Postgres,
        cloud: "Azure US Government",
    },
    Zone {
        name: "postgres.database.cloudapi.de",
        service: Service::Postgres,
        cloud: "Azure Germany",
    },
    Zone {
        name: "postgres.cosmos.azure.com",
        service: Service::Cosmos,
        cloud: "Azure",
    },
    Zone {
        name: "horizondb.azure.com",
        service: Service::Horizon,
        cloud: "Azure",
    },
];

/// Zones of Azure's other data services, with what they hold.
pub const NEIGHBOURS: &[(&str, &str)] = &[
    ("mysql.database.azure.com", "Azure Database for MySQL"),
    ("mariadb.database.azure.com", "Azure Database for MariaDB"),
    ("database.windows.net", "Azure SQL Database"),
    ("documents.azure.com", "Azure Cosmos DB for NoSQL"),
    ("mongo.cosmos.azure.com", "Azure Cosmos DB for MongoDB"),
    (
        "mongocluster.cosmos.azure.com",
        "Azure Cosmos DB for MongoDB",
    ),
    (
        "cassandra.cosmos.azure.com",
        "Azure Cosmos DB for Apache Cassandra",
    ),
    ("redis.cache.windows.net", "Azure Cache for Redis"),
    ("blob.core.windows.net", "Azure Blob Storage"),
];

/// A host in one of the [`ZONES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AzureHost<'a> {
    /// The zone.
    pub zone: &'static Zone,
    /// What stands before the zone, without the dot; empty for the bare zone.
    pub labels: &'a str,
}

impl<'a> AzureHost<'a> {
    /// The host, if it lies in one of the zones; case and one trailing dot do not matter.
    #[must_use]
    pub fn parse(host: &'a str) -> Option<Self> {
        let host = host.strip_suffix('.').unwrap_or(host);
        ZONES.iter().find_map(|zone| {
            let labels = strip_zone(host, zone.name)?;
            Some(Self { zone, labels })
        })
    }

    /// The server's short name: the first label.
    #[must_use]
    pub fn server(&self) -> &'a str {
        self.labels.split('.').next().unwrap_or("")
    }
}

/// What stands before `zone` in `host`, without the dot between them; `None` if it does not lie in it.
#[must_use]
pub fn strip_zone<'a>(host: &'a str, zone: &str) -> Option<&'a str> {
    let start = host.len().checked_sub(zone.len())?;
    if !host.get(start..)?.eq_ignore_ascii_case(zone) {
        return None;
    }
    let before = host.get(..start)?;
    if before.is_empty() {
        return Some("");
    }
    before.strip_suffix('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_by_their_zone() {
        let server = |host| AzureHost::parse(host).map(|h| (h.server(), h.zone.cloud));
        assert_eq!(
            server("shop.postgres.database.azure.com"),
            Some(("shop", "Azure"))
        );
        assert_eq!(
            server("SHOP.Postgres.Database.Azure.COM."),
            Some(("SHOP", "Azure"))
        );
        assert_eq!(
            server("a.postgres.database.chinacloudapi.cn"),
            Some(("a", "Azure China"))
        );
        assert_eq!(server("postgres.database.azure.com"), Some(("", "Azure")));
        assert_eq!(
            server("shop.privatelink.postgres.database.azure.com"),
            Some(("shop", "Azure"))
        );
        assert_eq!(server("xpostgres.database.azure.com"), None);
        assert_eq!(server("shop.mysql.database.azure.com"), None);
        assert_eq!(server("h.example"), None);
    }
}
