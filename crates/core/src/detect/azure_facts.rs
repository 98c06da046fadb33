//! Finds what commands and configuration beside a string say of the Azure server: its firewall, its size, the tokens that are
//! fetched for it.

use crate::azure::ZONES;
use crate::order::Order as _;
use crate::text::{Sought, Span, Wanted, exactly, first, firsts, last, rest, slice};
use crate::token::DATABASES;
use alloc::vec::Vec;

/// Something that is said of an Azure server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What is said.
    pub kind: FactKind,
    /// The words that say it; nothing that could be a secret.
    pub span: Span,
}

impl Fact {
    /// The same, `by` bytes further on.
    pub(crate) fn moved(self, by: isize) -> Self {
        Self {
            span: self.span.moved(by),
            ..self
        }
    }
}

/// What is said of an Azure server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// A firewall rule that lets every address in.
    OpenToAll,
    /// A firewall rule that lets every resource in Azure in, whosever it is.
    OpenToAzure,
    /// A size of the Burstable tier.
    Burstable,
    /// An access token is fetched for PostgreSQL in the cloud of that name.
    Token(&'static str),
    /// Tokens come from the login of the cloud of that name.
    Login(&'static str),
    /// An access token is fetched for another service than PostgreSQL.
    TokenForOther(&'static str),
}

/// The logins of clouds other than the public one, which serves some of the others as well; and what tokens are fetched for
/// that are none for PostgreSQL. Names of clouds are those of [`ZONES`].
const WORDS: [(&str, FactKind); 7] = [
    ("login.chinacloudapi.cn", FactKind::Login("Azure China")),
    (
        "login.partner.microsoftonline.cn",
        FactKind::Login("Azure China"),
    ),
    ("AzureChinaCloud", FactKind::Login("Azure China")),
    (
        "login.microsoftonline.us",
        FactKind::Login("Azure US Government"),
    ),
    ("AzureUSGovernment", FactKind::Login("Azure US Government")),
    (
        "https://database.windows.net",
        FactKind::TokenForOther("Azure SQL Database"),
    ),
    (
        "https://management.azure.com",
        FactKind::TokenForOther("Azure Resource Manager"),
    ),
];

/// The command that prints a token; without a resource, one for Azure Resource Manager.
const COMMAND: &str = "az account get-access-token";

/// How far round a word is looked for what it belongs to, in bytes.
const REACH: usize = 240;

/// The first address of all, with which rules for every address begin.
const ANY: &str = "0.0.0.0";

/// What sizes of the Burstable tier are told by.
const SIZES: [&str; 2] = ["Standard_B", "Burstable"];

/// What to look for in a text whose [`azure_facts`] are asked for.
pub(crate) const WANTED: [&[Wanted]; 3] = [
    &firsts::<_, { DATABASES.len() }>(&DATABASES),
    &firsts::<_, { WORDS.len() }>(&WORDS),
    &exactly::<4>(&[SIZES[0], SIZES[1], ANY, COMMAND]),
];

/// Every fact in `source`, in order; linear in the text's length.
pub(crate) fn azure_facts(source: &str, sought: &Sought) -> Vec<Fact> {
    let mut out = Vec::new();
    firewall(source, sought, &mut out);
    sizes(source, sought, &mut out);
    tokens(source, sought, &mut out);
    out.order_by_key(|fact| fact.span.start);
    out
}

/// `--start-ip-address 0.0.0.0 --end-ip-address 255.255.255.255` and what other tools write for it.
fn firewall(source: &str, sought: &Sought, out: &mut Vec<Fact>) {
    let from = ANY;
    let mut behind = 0;
    for &at in sought.exactly(from) {
        if at < behind || !is_whole(source, at, from) || !is_rule(source, at) {
            continue;
        }
        let start = at + from.len();
        // The other end of the rule is the next address, if it is near.
        let near = slice(source, Span::new(start, near_end(source, start)));
        let end = ["255.255.255.255", from]
            .iter()
            .filter_map(|end| Some((near.find(end)?, *end)))
            .min();
        let (kind, end) = match end {
            Some((at, "255.255.255.255")) => (FactKind::OpenToAll, start + at + 15),
            Some((at, end)) => (FactKind::OpenToAzure, start + at + end.len()),
            // The CLI takes the start for the end where it is given none.
            None if near_start(source, at).contains("--start-ip-address") => {
                (FactKind::OpenToAzure, start)
            }
            None => continue,
        };
        behind = end;
        out.push(Fact {
            kind,
            span: Span::new(at, start),
        });
    }
}

/// Whether what stands before byte `at` makes it a part of a firewall rule for PostgreSQL.
fn is_rule(source: &str, at: usize) -> bool {
    let before = near_start(source, at).to_ascii_lowercase();
    let has = |word: &str| before.contains(word);
    (has("firewall") || has("public-access")) && has("postgres") && !has("az sql ")
}

/// `Standard_B1ms`, `B_Standard_B2s`, `--tier Burstable`
fn sizes(source: &str, sought: &Sought, out: &mut Vec<Fact>) {
    for word in SIZES {
        for &at in sought.exactly(word) {
            let rest = source.get(at + word.len()..).unwrap_or("");
            let tail = rest
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(rest.len());
            let is_size = if word == "Burstable" {
                tail == 0
            } else {
                rest.starts_with(|c: char| c.is_ascii_digit())
            };
            if is_size {
                out.push(Fact {
                    kind: FactKind::Burstable,
                    span: Span::new(at, at + word.len() + tail),
                });
            }
        }
    }
}

fn tokens(source: &str, sought: &Sought, out: &mut Vec<Fact>) {
    let databases = DATABASES.iter().filter_map(|(resource, zone)| {
        let cloud = ZONES.iter().find(|z| z.name == *zone)?.cloud;
        Some((*resource, FactKind::Token(cloud)))
    });
    for (word, kind) in databases.chain(WORDS) {
        for &at in sought.exactly(word) {
            let asked_for =
                !matches!(kind, FactKind::TokenForOther(_)) || is_audience(source, at, word);
            if is_whole(source, at, word) && asked_for {
                out.push(Fact {
                    kind,
                    span: Span::new(at, at + word.len()),
                });
            }
        }
    }
    for &at in sought.exactly(COMMAND) {
        let start = at + COMMAND.len();
        let rest = slice(source, Span::new(start, near_end(source, start)));
        let end = rest
            .match_indices([')', '`', '|', ';', '\n'])
            .find(|(end, sign)| {
                // A backslash joins the next line to this one.
                *sign != "\n" || !rest.get(..*end).unwrap_or("").trim_end().ends_with('\\')
            })
            .map_or(rest.len(), |(end, _)| end);
        let options = rest.get(..end).unwrap_or("");
        // What else a token of this kind is for is none of connlint's business.
        let line = near_start(source, at).rsplit('\n').next().unwrap_or("");
        let is_password = line.to_ascii_lowercase().contains("pass");
        if is_password && !options.contains("--resource") && !options.contains("--scope") {
            out.push(Fact {
                kind: FactKind::TokenForOther("Azure Resource Manager"),
                span: Span::new(at, start),
            });
        }
    }
}

/// Whether a token is asked for it, rather than a page of it: `--resource URL`, `URL/.default`.
fn is_audience(source: &str, at: usize, url: &str) -> bool {
    let before = near_start(source, at);
    let word = before
        .trim_end_matches(['"', '\'', ' ', '=', ':', '(', '['])
        .rsplit(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or("");
    let behind = source.get(at + url.len()..).unwrap_or("");
    behind.trim_start_matches('/').starts_with(".default")
        || ["resource", "scope", "scopes"]
            .iter()
            .any(|w| word.eq_ignore_ascii_case(w))
}

/// Whether neither a letter, a digit nor a dot goes on at either end.
fn is_whole(source: &str, at: usize, word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '.';
    let before = source.get(..at).and_then(|t| t.chars().next_back());
    let behind = source.get(at + word.len()..).and_then(|t| t.chars().next());
    !before.is_some_and(part) && !behind.is_some_and(part)
}

fn near_start(source: &str, at: usize) -> &str {
    last(slice(source, Span::new(0, at)), REACH)
}

fn near_end(source: &str, at: usize) -> usize {
    at + first(rest(source, at), REACH).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::String;

    fn found(source: &str) -> Vec<String> {
        azure_facts(source, &crate::words::look(source))
            .iter()
            .map(|fact| format!("{:?} {}", fact.kind, slice(source, fact.span)))
            .collect()
    }

    #[test]
    fn firewall_rules_are_read_in_the_notations_of_the_tools() {
        for (source, expected) in [
            (
                "az postgres flexible-server firewall-rule create -g rg -s shop -n all --start-ip-address 0.0.0.0 --end-ip-address 255.255.255.255",
                "OpenToAll 0.0.0.0",
            ),
            (
                "az postgres flexible-server firewall-rule create -g rg -s shop -n azure --start-ip-address 0.0.0.0",
                "OpenToAzure 0.0.0.0",
            ),
            (
                "az postgres flexible-server create -n shop --public-access 0.0.0.0-255.255.255.255",
                "OpenToAll 0.0.0.0",
            ),
            (
                "resource \"azurerm_postgresql_flexible_server_firewall_rule\" \"a\" {\n  start_ip_address = \"0.0.0.0\"\n  end_ip_address = \"0.0.0.0\"\n}",
                "OpenToAzure 0.0.0.0",
            ),
            (
                "resource rule 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2024-08-01' = {\n  properties: {\n    startIpAddress: '0.0.0.0'\n    endIpAddress: '255.255.255.255'\n  }\n}",
                "OpenToAll 0.0.0.0",
            ),
        ] {
            assert_eq!(found(source), [expected], "{source}");
        }
        for source in [
            "listen_addresses = '0.0.0.0' # postgres",
            "az sql server firewall-rule create -n postgres --start-ip-address 0.0.0.0 --end-ip-address 255.255.255.255",
            "az postgres flexible-server firewall-rule create --start-ip-address 203.0.113.7 --end-ip-address 203.0.113.7",
            "az postgres flexible-server firewall-rule create --start-ip-address 10.0.0.0 --end-ip-address 10.255.255.255",
        ] {
            assert!(found(source).is_empty(), "{source}");
        }
    }

    #[test]
    fn sizes_and_tokens_are_read() {
        for (source, expected) in [
            ("--sku-name Standard_B1ms", "Burstable Standard_B1ms"),
            ("sku_name = \"B_Standard_B2s\"", "Burstable Standard_B2s"),
            ("--tier Burstable", "Burstable Burstable"),
            (
                "--resource https://ossrdbms-aad.database.chinacloudapi.cn",
                "Token(\"Azure China\") ossrdbms-aad.database.chinacloudapi.cn",
            ),
            (
                "get_token(\"https://database.windows.net/.default\")",
                "TokenForOther(\"Azure SQL Database\") https://database.windows.net",
            ),
            (
                "az cloud set --name AzureUSGovernment",
                "Login(\"Azure US Government\") AzureUSGovernment",
            ),
            (
                "export PGPASSWORD=$(az account get-access-token --query accessToken -o tsv)",
                "TokenForOther(\"Azure Resource Manager\") az account get-access-token",
            ),
        ] {
            assert_eq!(found(source), [expected], "{source}");
        }
        for source in [
            "Standard_D2s_v3 Standard_Basic MyBurstableThing",
            "PASSWORD=$(az account get-access-token --resource-type oss-rdbms)",
            "TOKEN=$(az account get-access-token)\ncurl https://management.azure.com/subscriptions",
            "password=$(az account get-access-token \\\n  --resource-type oss-rdbms)",
        ] {
            assert!(found(source).is_empty(), "{source}");
        }
    }
}
