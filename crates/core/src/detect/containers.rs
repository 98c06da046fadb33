//! Which container of a Compose file or a pod a string is for, and how the containers reach each other.
//!
//! Only what decides where a host leads is read: names, images, published ports, the network. Source: the Compose
//! specification, `services`.

use crate::text::Span;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// The containers that a paste describes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Containers {
    /// The services of a Compose file, in the order of the text.
    services: Vec<Service>,
    /// Which of them each name leads to.
    names: BTreeMap<String, usize>,
    /// The one that runs PostgreSQL, if there is exactly one.
    postgres: Option<usize>,
    /// Whether it is a manifest of Kubernetes with containers in it.
    pub in_pod: bool,
}

/// A service of a Compose file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// Its lines, the one with its name included.
    span: Span,
    /// What it is called, which is also its host name to the other services.
    pub name: String,
    /// Other names by which they reach it.
    aliases: Vec<String>,
    image: String,
    /// Whether it has no network of its own, so that `localhost` is the computer or another container.
    pub shares_network: bool,
    /// Whether `host.docker.internal` is made to work on Linux as well.
    pub knows_its_host: bool,
    /// Published ports: the one on the computer, and the container's own.
    ports: Vec<(u16, u16)>,
}

impl Service {
    /// Whether its image is one of PostgreSQL's.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        ["postgres", "postgis", "pgvector", "timescale", "citus"]
            .iter()
            .any(|word| self.image.contains(word))
            && !["postgrest", "exporter", "backup"]
                .iter()
                .any(|word| self.image.contains(word))
    }

    /// The container's own port for one that is published on the computer and that it does not have itself.
    #[must_use]
    pub fn behind_published(&self, port: u16) -> Option<u16> {
        if self.ports.iter().any(|(_, own)| *own == port) {
            return None;
        }
        self.ports
            .iter()
            .find(|(published, _)| *published == port)
            .map(|(_, own)| *own)
    }
}

impl Containers {
    /// Looks through `source`: once for all of its strings, because it may have many.
    #[must_use]
    pub fn of(source: &str) -> Self {
        let services = services(source);
        let mut names = BTreeMap::new();
        for (index, service) in services.iter().enumerate() {
            for name in core::iter::once(&service.name).chain(&service.aliases) {
                names.entry(name.clone()).or_insert(index);
            }
        }
        let mut servers = services.iter().enumerate().filter(|(_, s)| s.is_postgres());
        let postgres = servers.next().map(|(index, _)| index);
        Self {
            postgres: postgres.filter(|_| servers.next().is_none()),
            names,
            services,
            in_pod: is_pod(source),
        }
    }

    /// The service in whose lines `at` lies.
    #[must_use]
    pub fn around(&self, at: usize) -> Option<&Service> {
        let next = self.services.partition_point(|s| s.span.start <= at);
        let service = self.services.get(next.checked_sub(1)?)?;
        (at < service.span.end).then_some(service)
    }

    /// The service that the others reach as `host`.
    #[must_use]
    pub fn named(&self, host: &str) -> Option<&Service> {
        self.services.get(*self.names.get(host)?)
    }

    /// The one service that runs PostgreSQL, if there is exactly one.
    #[must_use]
    pub fn postgres(&self) -> Option<&Service> {
        self.services.get(self.postgres?)
    }
}

fn is_pod(source: &str) -> bool {
    let has = |word: &str| {
        source
            .lines()
            .any(|line| line.trim_start().starts_with(word))
    };
    has("apiVersion:") && has("kind:") && has("containers:")
}

/// A line with its indent, without a comment that owns it.
struct Line<'a> {
    start: usize,
    end: usize,
    indent: usize,
    text: &'a str,
}

fn lines(source: &str) -> impl Iterator<Item = Line<'_>> {
    let mut at = 0;
    source.split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let text = line.trim();
        (!text.is_empty() && !text.starts_with('#')).then(|| Line {
            start,
            end: start + line.len(),
            indent: line.len() - line.trim_start().len(),
            text,
        })
    })
}

/// A key with what stands behind its colon.
fn member(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once(':')?;
    let plain = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    plain.then_some((key, unquoted(value)))
}

fn unquoted(value: &str) -> &str {
    value
        .split(" #")
        .next()
        .unwrap_or("")
        .trim()
        .trim_matches(['"', '\''])
}

fn services(source: &str) -> Vec<Service> {
    let mut out: Vec<Service> = Vec::new();
    let mut inside = false;
    let mut indent = None;
    // Of the service at hand: how deep its keys stand, and the one whose list or map is being read.
    let mut depth = None;
    let mut key = "";
    for line in lines(source) {
        if line.indent == 0 {
            inside = line.text == "services:" || line.text.starts_with("services: #");
            continue;
        }
        if !inside {
            continue;
        }
        let level = *indent.get_or_insert(line.indent);
        if line.indent <= level {
            depth = None;
            key = "";
            if let Some((name, "")) = member(line.text) {
                out.push(Service {
                    span: Span::new(line.start, line.end),
                    name: name.into(),
                    ..Service::default()
                });
            }
            continue;
        }
        let Some(service) = out.last_mut() else {
            continue;
        };
        service.span.end = line.end;
        let keys = *depth.get_or_insert(line.indent);
        // A list may stand as deep as the key that it belongs to.
        if line.indent <= keys && !line.text.starts_with('-') {
            let Some((name, value)) = member(line.text) else {
                continue;
            };
            key = name;
            match name {
                "image" => service.image = value.to_ascii_lowercase(),
                "container_name" | "hostname" => service.aliases.push(value.into()),
                "network_mode" => {
                    service.shares_network = value == "host"
                        || value.starts_with("service:")
                        || value.starts_with("container:");
                }
                _ => {}
            }
            continue;
        }
        let item = unquoted(line.text.trim_start_matches(['-', ' ']));
        match key {
            "ports" => published(item, &mut service.ports),
            "extra_hosts" if item.contains("host-gateway") => service.knows_its_host = true,
            _ => {}
        }
    }
    out
}

/// `5433:5432`, `127.0.0.1:5433:5432/tcp`, or `target:` and `published:` on lines of their own.
fn published(item: &str, out: &mut Vec<(u16, u16)>) {
    if let Some((name @ ("target" | "published"), value)) = member(item) {
        let Ok(port) = value.parse() else { return };
        match (name, out.last_mut()) {
            ("target", Some(last)) if last.1 == 0 => last.1 = port,
            ("published", Some(last)) if last.0 == 0 => last.0 = port,
            ("target", _) => out.push((0, port)),
            _ => out.push((port, 0)),
        }
        return;
    }
    let item = item.split('/').next().unwrap_or("");
    let mut parts = item.rsplit(':');
    let own = parts.next().and_then(|port| port.parse().ok());
    let on_host = parts.next().and_then(|port| port.parse().ok());
    if let (Some(own), Some(on_host)) = (own, on_host) {
        out.push((on_host, own));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"version: "3"
services: # all of them
  app:
    image: example/app:1
    environment:
      DATABASE_URL: postgresql://u:p@localhost/app
    extra_hosts:
      - "host.docker.internal:host-gateway"
  # the database
  db:
    image: "postgres:16"
    container_name: shop-db
    ports:
    - "127.0.0.1:5433:5432"
    - target: 6432
      published: 16432
  proxy:
    network_mode: host
volumes:
  data:
"#;

    #[test]
    fn services_are_read_with_what_decides_where_a_host_leads() {
        let containers = Containers::of(FILE);
        let at = |text: &str| containers.around(FILE.find(text).unwrap());
        assert_eq!(at("DATABASE_URL").unwrap().name, "app");
        assert!(at("DATABASE_URL").unwrap().knows_its_host);
        assert_eq!(at("shop-db").unwrap().name, "db");
        assert!(at("network_mode").unwrap().shares_network);
        assert!(at("volumes").is_none());
        assert!(at("version").is_none());
        assert_eq!(containers.named("shop-db").unwrap().name, "db");
        assert_eq!(containers.postgres().unwrap().name, "db");
        let db = containers.named("db").unwrap();
        assert_eq!(db.behind_published(5433), Some(5432));
        assert_eq!(db.behind_published(16432), Some(6432));
        assert_eq!(db.behind_published(5432), None);
        assert!(!containers.in_pod);
    }

    #[test]
    fn other_texts_have_none() {
        for text in [
            "",
            "services: 3",
            "DATABASE_URL=postgresql://u:p@localhost/app",
            "  services:\n  a:\n",
        ] {
            assert_eq!(Containers::of(text), Containers::default(), "{text}");
        }
        assert!(
            Containers::of("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n").in_pod
        );
    }
}
