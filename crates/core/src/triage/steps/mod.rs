//! What to do about a failure: the steps of Microsoft's article in the order to try, filled in with what is known.
//!
//! Sources: "Troubleshoot connection issues to Azure Database for PostgreSQL" (both products' pages), "Handling of transient
//! connectivity errors for Azure Database for PostgreSQL", and the Azure CLI's reference of
//! `az postgres flexible-server firewall-rule`.

mod capacity;
mod login;
mod network;
mod tls;

use super::retry::{Retry, Snippet, WRITES, snippet};
use super::{Category, Failure, Persistence, PointsAt};
use crate::azure::AzureHost;
use crate::diagnostics::Diagnostic;
use crate::model::{Driver, Target};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Where the article's steps are written down.
const TROUBLESHOOT: &str = "https://learn.microsoft.com/azure/postgresql/troubleshoot/how-to-troubleshoot-common-connection-issues";
const TRANSIENT: &str =
    "https://learn.microsoft.com/azure/postgresql/troubleshoot/concepts-connectivity";
const STATUS: &str = "https://azure.status.microsoft/status";
const LIBPQ: &str = "https://www.postgresql.org/docs/current/libpq-connect.html";
const AUTH: &str = "https://www.postgresql.org/docs/current/auth-pg-hba-conf.html";

/// What is known of the failed attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Situation {
    /// The product; `None` and [`Target::Auto`] mean unknown.
    pub target: Option<Target>,
    /// The server's host name.
    pub host: Option<String>,
    /// The port.
    pub port: Option<u16>,
    /// The user name.
    pub user: Option<String>,
    /// The database name.
    pub database: Option<String>,
    /// The client's address as the server saw it: the one that a firewall rule must allow.
    pub client_ip: Option<String>,
    /// The client library, for words and code of its own.
    pub driver: Option<Driver>,
}

impl Situation {
    fn is_azure(&self) -> bool {
        self.target.is_some_and(Target::is_azure) || self.azure_host().is_some()
    }

    fn azure_host(&self) -> Option<AzureHost<'_>> {
        self.host.as_deref().and_then(AzureHost::parse)
    }

    /// Nothing says whose the server is.
    fn is_unknown(&self) -> bool {
        !self.is_azure()
            && self.host.is_none()
            && self.target.is_none_or(|target| target == Target::Auto)
    }

    /// The server's short name, or a placeholder to fill in.
    fn server(&self) -> String {
        self.azure_host()
            .map(|h| h.server().to_lowercase())
            .filter(|name| is_word(name))
            .unwrap_or_else(|| "<server>".into())
    }

    /// The host, if it can stand in a command.
    fn host_word(&self) -> Option<&str> {
        self.host
            .as_deref()
            .filter(|host| is_word(host) && !host.contains('@'))
    }

    /// The client's address, if it can stand in a command.
    fn address(&self) -> Option<&str> {
        self.client_ip.as_deref().filter(|ip| is_word(ip))
    }

    /// The user name, or a placeholder to fill in.
    fn user_word(&self) -> &str {
        self.user
            .as_deref()
            .filter(|user| is_word(user))
            .unwrap_or("<user>")
    }

    /// The database name, or a placeholder to fill in.
    fn database_word(&self) -> &str {
        self.database
            .as_deref()
            .filter(|name| is_word(name))
            .unwrap_or("<database>")
    }

    fn port(&self) -> u16 {
        self.port.unwrap_or(5432)
    }
}

/// Whether a name from somebody's error text can stand in a command without changing what the command does.
fn is_word(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('-')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '@'))
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What to do, in words.
    pub text: String,
    /// A command that does it, where there is one.
    pub command: Option<String>,
    /// Other ways to do the same.
    pub alternatives: Vec<Alternative>,
    /// Where that is written.
    pub source: &'static str,
}

/// The same with another tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The tool.
    pub title: &'static str,
    /// What to type, write or click.
    pub text: String,
}

/// The answer to a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What went wrong.
    pub category: Category,
    /// Whether trying again helps.
    pub persistence: Persistence,
    /// The part of the string that it points at.
    pub points_at: PointsAt,
    /// What it means, in one sentence.
    pub summary: &'static str,
    /// What to do, in the order to try.
    pub steps: Vec<Step>,
    /// How to try again, where that helps.
    pub retry: Option<Retry>,
    /// What to mind when writes are tried again, where trying again helps.
    pub writes: Option<&'static str>,
    /// Code that tries again, in the client's own idiom, where the client is known and trying again helps.
    pub code: Option<&'static Snippet>,
}

/// What is said of a text in which connlint knows no failure.
const NOTHING: &str = "connlint knows no connection error in this text.";

/// What to do about `category` in `situation`.
#[must_use]
pub fn advise(category: Category, situation: &Situation) -> Advice {
    let persistence = category.persistence();
    advice(
        category,
        persistence,
        category.points_at(),
        category.summary(),
        Vec::new(),
        situation,
    )
}

/// What to do about a failure that a text tells of; `None` if it tells of none.
#[must_use]
pub(super) fn advise_failure(
    failure: Option<(&'static Failure, PointsAt)>,
    situation: &Situation,
) -> Advice {
    let Some((failure, points_at)) = failure else {
        return nothing();
    };
    let hints = failure
        .steps
        .iter()
        .map(|hint| step(hint.text, hint.source));
    advice(
        failure.category,
        failure.persistence,
        points_at,
        failure.summary(),
        hints.collect(),
        situation,
    )
}

fn nothing() -> Advice {
    Advice {
        category: Category::Other,
        persistence: Persistence::Depends,
        points_at: PointsAt::None,
        summary: NOTHING,
        steps: alloc::vec![step(
            "If it is one, look a few lines further up in the log for the first error, and paste that: drivers put the reason first or behind \"Caused by\".",
            LIBPQ,
        )],
        retry: None,
        writes: None,
        code: None,
    }
}

fn advice(
    category: Category,
    persistence: Persistence,
    points_at: PointsAt,
    summary: &'static str,
    mut steps: Vec<Step>,
    situation: &Situation,
) -> Advice {
    match category {
        Category::ServerFirewall => network::firewall(situation, &mut steps),
        Category::TcpTimeout => network::no_answer(situation, &mut steps),
        Category::ServerUnreachable => network::unreachable(points_at, situation, &mut steps),
        Category::TcpRefused => network::refused(points_at, situation, &mut steps),
        Category::NotPostgres => network::not_postgres(situation, &mut steps),
        Category::DnsNotFound => network::not_found(situation, &mut steps),
        Category::DnsTemporary => network::lookup_failed(situation, &mut steps),
        Category::TlsRequired => tls::required(situation, &mut steps),
        Category::TlsUnsupportedByServer => tls::not_offered(situation, &mut steps),
        Category::TlsCertUntrusted => tls::not_trusted(situation, &mut steps),
        Category::TlsHostnameMismatch => tls::other_name(situation, &mut steps),
        Category::UsernameFormat => login::without_server(situation, &mut steps),
        Category::UserUnknown => login::unknown_user(situation, &mut steps),
        Category::PasswordWrong => login::password(situation, &mut steps),
        Category::TokenExpired | Category::TokenInvalid => login::token(situation, &mut steps),
        Category::DatabaseMissing => login::no_database(situation, &mut steps),
        Category::PermissionDenied => {
            if points_at == PointsAt::Database {
                login::no_right(situation, &mut steps);
            }
        }
        Category::TooManyConnections => capacity::too_many(situation, &mut steps),
        Category::ServerStartingOrStopping | Category::AdminShutdown => {
            capacity::restart(situation, &mut steps);
        }
        Category::ConnectionDropped => capacity::dropped(persistence, situation, &mut steps),
        Category::ClientParseError => steps.push(step(
            "Fix the connection string first: the client did not get as far as the network. Paste the string into connlint, beside the error.",
            LIBPQ,
        )),
        Category::Other => {}
    }
    if situation.is_azure() && persistence != Persistence::Persistent {
        steps.push(health(situation));
    }
    if situation.is_azure() && !matches!(category, Category::ClientParseError) {
        steps.push(step(
            "If it goes on for more than 60 seconds, or comes back several times a day, open a support request: Get Support on the Azure Support site.",
            TROUBLESHOOT,
        ));
    }
    let retries = persistence != Persistence::Persistent;
    Advice {
        category,
        persistence,
        points_at,
        summary,
        steps,
        retry: retries.then_some(Retry::AZURE),
        writes: retries.then_some(WRITES),
        code: situation.driver.filter(|_| retries).and_then(snippet),
    }
}

impl Advice {
    /// Puts first what connlint finds in the string itself, because that leads to the failure.
    pub(super) fn fix_first(&mut self, findings: &[&Diagnostic]) {
        for finding in findings.iter().rev() {
            let mend = finding
                .fixes
                .first()
                .map(|fix| format!(" {}.", fix.title))
                .unwrap_or_default();
            let mut first = step(
                format!(
                    "Mend the string first: {} ({}).{mend}",
                    finding.message,
                    finding.code()
                ),
                LIBPQ,
            );
            first.command = Some(format!("connlint explain {}", finding.code()));
            self.steps.insert(0, first);
        }
    }
}

/// Azure's own view of the service.
fn health(situation: &Situation) -> Step {
    let mut step = step(
        "Look for a known outage on the Azure status page, and at Resource health of the server in the portal.",
        STATUS,
    );
    step.command = Some(show(situation, "state"));
    step
}

/// Asks Azure about the server.
fn show(situation: &Situation, query: &str) -> String {
    format!(
        "az postgres flexible-server show --resource-group <resource-group> --name {} --query \"{query}\"",
        situation.server()
    )
}

fn step(text: impl Into<String>, source: &'static str) -> Step {
    Step {
        text: text.into(),
        command: None,
        alternatives: Vec::new(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn azure() -> Situation {
        Situation {
            host: Some("shop.postgres.database.azure.com".into()),
            client_ip: Some("203.0.113.7".into()),
            ..Situation::default()
        }
    }

    #[test]
    fn the_firewall_command_names_the_server_and_the_address_it_saw() {
        let advice = advise(Category::ServerFirewall, &azure());
        let command = advice.steps[0].command.as_deref().unwrap();
        assert!(command.contains("--server-name shop"), "{command}");
        assert!(
            command.contains("--start-ip-address 203.0.113.7"),
            "{command}"
        );
        assert_eq!(advice.retry, None);
        assert!(
            advice
                .steps
                .iter()
                .any(|s| s.text.contains("255.255.255.255") && s.text.contains("remove"))
        );
    }

    #[test]
    fn an_ipv6_address_gets_no_rule_because_azure_takes_none() {
        let situation = Situation {
            client_ip: Some("2001:db8::7".into()),
            ..azure()
        };
        let advice = advise(Category::ServerFirewall, &situation);
        assert!(advice.steps[0].command.is_none());
        assert!(advice.steps.iter().any(|s| s.text.contains("IPv4")));
    }

    #[test]
    fn transient_failures_come_with_the_article_s_numbers() {
        let advice = advise(Category::ServerStartingOrStopping, &azure());
        assert_eq!(advice.persistence, Persistence::Transient);
        let retry = advice.retry.unwrap();
        assert_eq!(
            (retry.first_wait_s, retry.max_wait_s, retry.escalate_after_s),
            (5, 60, 60)
        );
        assert!(
            advice
                .steps
                .iter()
                .any(|s| s.text.contains("support request"))
        );
    }

    #[test]
    fn a_plain_server_gets_no_azure_advice() {
        let plain = Situation {
            host: Some("db.example".into()),
            ..Situation::default()
        };
        for category in Category::ALL {
            let advice = advise(*category, &plain);
            assert!(
                advice.steps.iter().all(|s| !s.text.contains("az postgres")
                    && s.command
                        .as_deref()
                        .is_none_or(|c| !c.contains("flexible-server"))),
                "{category:?}"
            );
        }
    }
}
