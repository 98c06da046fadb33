//! What an error text names: addresses, host, port, user, database.

use super::wording::Field;
use crate::parse::keywords;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What a failure names besides what went wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The client's address as the server saw it: the one that a firewall rule has to allow.
    pub client_ip: Option<String>,
    /// The server's address.
    pub server_ip: Option<String>,
    /// The server's host name.
    pub host: Option<String>,
    /// The port.
    pub port: Option<u16>,
    /// The user name.
    pub user: Option<String>,
    /// The database name.
    pub database: Option<String>,
    /// Whether the server saw the connection encrypted.
    pub encrypted: Option<bool>,
}

impl Evidence {
    /// What is named, each with words for it, in the order in which to show it.
    #[must_use]
    pub fn named(&self) -> Vec<(&'static str, String)> {
        // The address says nothing more where it stands in the host's place.
        let server_ip = self.server_ip.clone();
        let server_ip = server_ip.filter(|_| self.server_ip != self.host);
        let all = [
            (
                "your address, as the server sees it",
                self.client_ip.clone(),
            ),
            ("host", self.host.clone()),
            ("server’s address", server_ip),
            ("port", self.port.map(|port| port.to_string())),
            ("user", self.user.clone()),
            ("database", self.database.clone()),
        ];
        let named = |(what, value): (&'static str, Option<String>)| Some((what, value?));
        all.into_iter().filter_map(named).collect()
    }

    /// Notes what stands in a field, unless that could be a piece of a password, or something else was noted before.
    pub(super) fn note(&mut self, field: Field, text: &str) {
        let Some(value) = shown(field, text) else {
            return;
        };
        let slot = match field {
            Field::Host => &mut self.host,
            Field::Ip => &mut self.server_ip,
            Field::User => &mut self.user,
            Field::Database => &mut self.database,
            Field::Client => &mut self.client_ip,
            Field::Port => {
                self.port = self.port.or_else(|| value.parse().ok());
                return;
            }
            Field::Key | Field::Secret | Field::State | Field::Any => return,
        };
        slot.get_or_insert(value);
    }
}

/// Texts that only name things.
pub(super) const CLUES: &[&str] = &[
    // libpq since 14, with and without the address.
    "connection to server at \"{host}\" ({ip}), port {port} failed",
    "connection to server at \"{host}\", port {port} failed",
    // libpq before 14.
    "running on host \"{host}\" ({ip}) and accepting TCP/IP connections on port {port}",
    "running on host \"{host}\" and accepting TCP/IP connections on port {port}",
    "could not connect to host {host} (and maybe other addresses)",
    // Node.
    "ECONNREFUSED {ip}:{port}",
    "ETIMEDOUT {ip}:{port}",
    "EHOSTUNREACH {ip}:{port}",
    "ENETUNREACH {ip}:{port}",
    "CONNECT_TIMEOUT {host}:{port}",
    "CONNECTION_CLOSED {host}:{port}",
    // Go.
    "dial tcp {ip}:{port}:",
    "dial tcp [{ip}]:{port}:",
    "host={host} user={user} database={database}",
    "failed to connect to `user={user} database={database}`",
    // Java.
    "Connection to {host}:{port} refused",
    "connect to {host}:{port}",
    "UnknownHostException: {host}",
    // .NET.
    "Failed to connect to {ip}:{port}",
    "Failed to connect to [{ip}]:{port}",
    // Python.
    "Connect call failed ('{ip}', {port})",
    "Connect call failed ('{ip}', {port}, ",
    "server at \"{host}:{port}\" rejected",
    // Prisma: in backquotes since 2.0, both in one since 5.
    "database server at \"{host}:{port}\"",
    "database server at \"{host}\":\"{port}\"",
    // Elixir.
    "tcp connect ({host}:{port})",
    // The server's own words, and a server's log.
    "FATAL: no pg_hba.conf entry",
    "FATAL:",
    "ERROR:",
    "DETAIL:",
    "authentication failed for user \"{user}\"",
    "FATAL: role \"{user}\" ",
    "FATAL: database \"{database}\" ",
    "user=\"{user}\"",
    "for host \"{client}\", user \"{user}\", database \"{database}\"",
    "connection from host \"{client}\", user \"{user}\"",
    "with your username/password, username: {user}",
    "connecting with your hostname: {host}",
];

/// What may be said of what stands in a field: nothing that could be a piece of a password.
///
/// A raw `@`, `/` or `:` in a password moves its end into the host, the port or the database: then the driver's message
/// names that end.
pub(super) fn shown(field: Field, text: &str) -> Option<String> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let address = |s: &str| {
        s.len() >= 2
            && s.bytes()
                .all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':'))
    };
    let ok = match field {
        Field::Host => {
            !text.is_empty()
                && (text.chars().all(plain) || is_address(text) || text.starts_with('/'))
        }
        Field::Ip | Field::Client => address(text) && is_address(text),
        Field::Port | Field::State => true,
        Field::User => !text.is_empty() && !text.contains([':', '/', '\n']) && text.len() <= 128,
        Field::Database => {
            !text.is_empty() && !text.contains(['@', ':', '/', '=', '?', '&', ';', '\n'])
        }
        // What stands before the first `=` can be anything, where a string fell apart.
        Field::Key => keywords::known_anywhere(text),
        Field::Secret | Field::Any => false,
    };
    ok.then(|| text.to_string())
}

/// Whether a text is an IP address, or looks like one enough.
pub(super) fn is_address(text: &str) -> bool {
    text.parse::<core::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_has_words_and_an_address_that_is_the_host_comes_once() {
        let mut evidence = Evidence {
            client_ip: Some("203.0.113.7".into()),
            host: Some("192.0.2.4".into()),
            server_ip: Some("192.0.2.4".into()),
            port: Some(5432),
            ..Evidence::default()
        };
        let words = |evidence: &Evidence| -> Vec<&str> {
            evidence.named().iter().map(|(what, _)| *what).collect()
        };
        let client = "your address, as the server sees it";
        assert_eq!(words(&evidence), [client, "host", "port"]);
        evidence.host = Some("db.example".into());
        assert_eq!(
            words(&evidence),
            [client, "host", "server’s address", "port"]
        );
    }

    #[test]
    fn what_could_be_a_piece_of_a_password_is_not_shown() {
        for (field, text) in [
            (Field::Host, "ss@db.example"),
            (Field::Host, "app:secret"),
            (Field::Host, "a b"),
            (Field::Database, "ss@db.example/shop"),
            (Field::Database, "//localhost:5432shop"),
            (Field::User, "app:secret"),
            (Field::Secret, "x"),
            (Field::Any, "x"),
            (Field::Client, "::"),
        ] {
            let expected = (field, text) == (Field::Client, "::");
            assert_eq!(shown(field, text).is_some(), expected, "{text}");
        }
        for (field, text) in [
            (Field::Host, "shop.postgres.database.azure.com"),
            (Field::Host, "2001:db8::7"),
            (Field::User, "app@shop"),
            (Field::User, "ann#EXT#@contoso.onmicrosoft.com"),
            (Field::Database, "my shop"),
            (Field::Client, "203.0.113.7"),
        ] {
            assert_eq!(shown(field, text).as_deref(), Some(text));
        }
    }
}
