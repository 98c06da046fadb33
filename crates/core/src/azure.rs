//! What Azure's PostgreSQL hosts are called.
//!
//! Sources: the Azure CLI's `azure/cli/core/cloud.py` (suffixes per cloud), Microsoft's pages on domain names of Azure
//! Cosmos DB for PostgreSQL, on virtual endpoints and on private networking of flexible server, and the REST API's pattern of
//! a server's name.

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

/// Zones of Azure's other services, with what they hold.
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
    ("core.windows.net", "Azure Storage"),
    ("servicebus.windows.net", "Azure Service Bus"),
    ("search.windows.net", "Azure AI Search"),
    ("azuresynapse.net", "Azure Synapse Analytics"),
    ("vault.azure.net", "Azure Key Vault"),
    ("azurewebsites.net", "Azure App Service"),
    ("azurecr.io", "Azure Container Registry"),
    ("portal.azure.com", "the Azure portal"),
    ("management.azure.com", "Azure Resource Manager"),
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

    /// What the name stands for, as its last label before the zone tells.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let Some((before, last)) = self.labels.rsplit_once('.') else {
            return match self.zone.service {
                Service::Postgres if !self.labels.is_empty() => Kind::Server,
                _ => Kind::Other,
            };
        };
        let is = |label: &str| last.eq_ignore_ascii_case(label);
        let internal = last
            .get(..3)
            .is_some_and(|start| start.eq_ignore_ascii_case("rs-"));
        match self.zone.service {
            _ if is("privatelink") => Kind::PrivateLink,
            Service::Postgres if before.contains('.') => Kind::Other,
            Service::Postgres if is("private") => Kind::PrivateZone,
            Service::Postgres if is("reader") => Kind::Reader,
            Service::Postgres if is("writer") => Kind::Writer,
            Service::Postgres if internal && last.len() > 3 => Kind::Record,
            _ => Kind::Other,
        }
    }
}

/// What a host in one of Azure's zones stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A server by its own name.
    Server,
    /// A virtual endpoint that leads to the primary, whichever server that is.
    Writer,
    /// A virtual endpoint that leads to a replica.
    Reader,
    /// The name behind a private endpoint, to which the server's own name leads inside the network.
    PrivateLink,
    /// The private DNS zone that the CLI makes for a server in a virtual network.
    PrivateZone,
    /// The address record to which a server's own name leads.
    Record,
    /// A name in a zone of somebody's own, a node of a cluster, or nothing that is known.
    Other,
}

/// What is wrong with a label as the name of an Azure server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadName {
    /// It has fewer than 3 characters.
    Short,
    /// It has more than 63 characters, which DNS does not allow.
    Long,
    /// The character at this byte is no letter, digit or hyphen.
    Character(usize),
    /// The hyphen at this byte stands at the beginning or the end.
    Edge(usize),
    /// The hyphen at this byte follows another one.
    Doubled(usize),
}

/// What makes `label` impossible as a server's name; case does not matter.
#[must_use]
pub fn bad_server_name(label: &str) -> Option<BadName> {
    if let Some((at, _)) = label
        .char_indices()
        .find(|(_, c)| !(c.is_ascii_alphanumeric() || *c == '-'))
    {
        return Some(BadName::Character(at));
    }
    if label.starts_with('-') {
        return Some(BadName::Edge(0));
    }
    if label.ends_with('-') {
        return Some(BadName::Edge(label.len() - 1));
    }
    match label.len() {
        0..3 => return Some(BadName::Short),
        64.. => return Some(BadName::Long),
        _ => {}
    }
    label.find("--").map(|at| BadName::Doubled(at + 1))
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

    #[test]
    fn the_last_label_tells_what_a_host_is() {
        let kind = |host: &str| AzureHost::parse(host).map(|h| h.kind());
        for (labels, expected) in [
            ("shop", Kind::Server),
            ("shop.writer", Kind::Writer),
            ("shop.Reader", Kind::Reader),
            ("shop.privatelink", Kind::PrivateLink),
            ("shop.private", Kind::PrivateZone),
            ("shop.rs-1a2b3c4d5e6f7a8", Kind::Record),
            ("shop.rs-", Kind::Other),
            ("shop.intern", Kind::Other),
            ("a.shop.reader", Kind::Other),
        ] {
            let host = std::format!("{labels}.postgres.database.azure.com");
            assert_eq!(kind(&host), Some(expected), "{labels}");
        }
        assert_eq!(kind("postgres.database.azure.com"), Some(Kind::Other));
        assert_eq!(
            kind("c-shop.abc.privatelink.postgres.cosmos.azure.com"),
            Some(Kind::PrivateLink)
        );
        assert_eq!(
            kind("c-shop.abc.postgres.cosmos.azure.com"),
            Some(Kind::Other)
        );
    }

    #[test]
    fn names_that_no_server_can_have() {
        for (label, expected) in [
            ("shop", None),
            ("Shop-01", None),
            ("123", None),
            ("ab", Some(BadName::Short)),
            ("", Some(BadName::Short)),
            ("my_shop", Some(BadName::Character(2))),
            ("büro", Some(BadName::Character(1))),
            ("-shop", Some(BadName::Edge(0))),
            ("shop-", Some(BadName::Edge(4))),
            ("my--shop", Some(BadName::Doubled(3))),
        ] {
            assert_eq!(bad_server_name(label), expected, "{label}");
        }
        assert_eq!(bad_server_name(&"a".repeat(63)), None);
        assert_eq!(bad_server_name(&"a".repeat(64)), Some(BadName::Long));
    }
}
