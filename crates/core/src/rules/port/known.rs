//! What usually listens on a port that is not PostgreSQL's.

/// Ports with what is known to listen there. Sources: IANA's registry of ports, and the products' documentation.
const KNOWN: [(i64, &str); 12] = [
    (22, "SSH"),
    (80, "HTTP"),
    (443, "HTTPS"),
    (1433, "SQL Server"),
    (1521, "Oracle"),
    (3306, "MySQL"),
    (5433, "a second PostgreSQL on one's own machine"),
    (6379, "Redis"),
    (6380, "Redis with TLS"),
    (8080, "HTTP"),
    (10255, "Azure Cosmos DB for MongoDB"),
    (27017, "MongoDB"),
];

/// What usually listens on `port`.
pub(super) fn usually(port: i64) -> Option<&'static str> {
    KNOWN
        .iter()
        .find(|(known, _)| *known == port)
        .map(|(_, what)| *what)
}
