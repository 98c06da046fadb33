//! What TLS the drivers ended up with, against four real servers.

use crate::golden::{Golden, driver, folder};
use connlint_core::Options;
use connlint_core::model::Driver;
use connlint_core::readings::{Encrypted, Outcome, Roots, Tls, readings};
use serde_json::Value;
use std::fs;

/// How a driver got on with a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Encrypted,
    Plain,
    Refused,
}

use End::{Plain, Refused};

/// A driver with a query.
pub(crate) struct Run {
    /// Such as `asyncpg-0.32.0`.
    pub(crate) golden: String,
    pub(crate) id: String,
    driver: Driver,
    pub(crate) query: String,
    /// Whether the right authority is in `~/.postgresql/root.crt`.
    pub(crate) root_in_home: bool,
    /// At the servers with the right certificate, with one of another authority, with one for another name, without TLS.
    pub(crate) seen: [End; 4],
    pub(crate) errors: Value,
}

const SERVERS: [&str; 4] = ["good", "impostor", "other_name", "no_tls"];

/// Every line of `golden/tls.jsonl`.
pub(crate) fn runs() -> Vec<Run> {
    let text = fs::read_to_string(folder().join("golden/tls.jsonl")).expect("golden/tls.jsonl");
    // The table names a driver as the file of its readings does, whatever patch level was run.
    let files: Vec<String> = Golden::all()
        .into_iter()
        .map(|golden| golden.name)
        .collect();
    let file = |full: String| {
        let mut fitting = files.iter().filter(|name| full.starts_with(name.as_str()));
        fitting.next().cloned().unwrap_or(full)
    };
    text.lines()
        .map(|line| {
            let run: Value = serde_json::from_str(line).expect("JSON");
            let text = |key: &str| run[key].as_str().unwrap_or_default().to_string();
            Run {
                golden: file(format!("{}-{}", text("driver"), text("version"))),
                id: text("id"),
                driver: driver(&text("reading")).expect("a driver"),
                query: text("query"),
                root_in_home: run["root_in_home"] == true,
                seen: SERVERS.map(|server| match &*text(server) {
                    "tls" => End::Encrypted,
                    "plain" => Plain,
                    "refused" => Refused,
                    other => panic!("{other}"),
                }),
                errors: run["errors"].clone(),
            }
        })
        .collect()
}

impl Run {
    /// What follows from connlint's reading for each of the servers.
    pub(crate) fn predicted(&self) -> [End; 4] {
        let scheme = match self.driver {
            Driver::Pgjdbc => "jdbc:postgresql",
            _ => "postgresql",
        };
        let query = self.query.replace("ROOT", "/tls/root.crt");
        let text = format!("{scheme}://localhost:5432/db?{query}");
        let options = Options {
            driver: self.driver,
            ..Options::default()
        };
        let rows = readings(&text, &options);
        let row = rows.first().expect("a reading");
        let (Outcome::Accepted, Some(tls)) = (row.outcome, row.tls) else {
            return [Refused; 4];
        };
        // The server does not know them, or does not let them be set.
        if !row.sent_to_server.is_empty() {
            return [Refused; 4];
        }
        let chain = tls.chain || (row.default_file_counts && self.root_in_home);
        [
            self.end(tls, chain, true, true),
            self.end(tls, chain, false, true),
            self.end(tls, chain, true, false),
            if tls.encrypted == Encrypted::Always {
                Refused
            } else {
                Plain
            },
        ]
    }

    /// At a server with TLS, whose certificate is of the right authority or not, for the right name or not.
    fn end(&self, tls: Tls, chain: bool, right_authority: bool, right_name: bool) -> End {
        // A file that is not there; `system` is one to those who know no other meaning.
        let missing = ["/nonexistent/", "=system"];
        let missing = missing.iter().any(|name| self.query.contains(name));
        let trusted = match tls.roots {
            Some(Roots::File) => right_authority && !missing,
            Some(Roots::DefaultFile) | None => right_authority && self.root_in_home,
            // The authority is nobody's.
            Some(Roots::System) => false,
        };
        let satisfied = (!chain || trusted) && (!tls.host_name || right_name);
        match (tls.encrypted, satisfied) {
            (Encrypted::Never | Encrypted::IfRequired, _) => Plain,
            (Encrypted::Always | Encrypted::IfOffered, true) => End::Encrypted,
            (Encrypted::IfOffered, false) => Plain,
            (Encrypted::Always, false) => Refused,
        }
    }
}
