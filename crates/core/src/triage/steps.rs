//! What to do about a failure: the steps of Microsoft's article in the order to try, filled in with what is known.
//!
//! Sources: "Troubleshoot connection issues to Azure Database for PostgreSQL" (both products' pages), "Handling of transient
//! connectivity errors for Azure Database for PostgreSQL", and the Azure CLI's reference of
//! `az postgres flexible-server firewall-rule`.

use super::{Category, Persistence, PointsAt};
use crate::azure::AzureHost;
use crate::model::Target;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Where the article's steps are written down.
const TROUBLESHOOT: &str = "https://learn.microsoft.com/azure/postgresql/troubleshoot/how-to-troubleshoot-common-connection-issues";
const TRANSIENT: &str =
    "https://learn.microsoft.com/azure/postgresql/troubleshoot/concepts-connectivity";
const FIREWALL: &str = "https://learn.microsoft.com/azure/postgresql/network/how-to-networking-servers-deployed-public-access-add-firewall-rules";
const PRIVATE: &str =
    "https://learn.microsoft.com/azure/postgresql/network/concepts-networking-private";
const TLS: &str = "https://learn.microsoft.com/azure/postgresql/security/security-tls";
const LIMITS: &str =
    "https://learn.microsoft.com/azure/postgresql/configure-maintain/concepts-limits";
const STATUS: &str = "https://azure.status.microsoft/status";
const SINGLE: &str =
    "https://learn.microsoft.com/previous-versions/azure/postgresql/single-server/";
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
}

impl Situation {
    fn is_azure(&self) -> bool {
        self.target.is_some_and(Target::is_azure)
            || self.host.as_deref().and_then(AzureHost::parse).is_some()
    }

    /// The server's short name, or a placeholder to fill in.
    fn server(&self) -> String {
        self.host
            .as_deref()
            .and_then(AzureHost::parse)
            .map(|h| h.server().to_lowercase())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "<server>".into())
    }

    fn port(&self) -> u16 {
        self.port.unwrap_or(5432)
    }
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What to do, in words.
    pub text: String,
    /// A command that does it, where there is one.
    pub command: Option<String>,
    /// Where that is written.
    pub source: &'static str,
}

/// How to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Seconds to wait before the first retry.
    pub first_wait_s: u32,
    /// Seconds that the wait, doubled each time, never exceeds.
    pub max_wait_s: u32,
    /// Seconds after which it is time for a support request.
    pub escalate_after_s: u32,
}

impl Retry {
    /// The numbers of Microsoft's page on transient errors: wait 5 s, double up to 60 s; an error that lasts longer
    /// than 60 s, or comes several times a day, is for a support request.
    pub const AZURE: Self = Self {
        first_wait_s: 5,
        max_wait_s: 60,
        escalate_after_s: 60,
    };
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
}

/// What to do about `category` in `situation`.
#[must_use]
pub fn advise(category: Category, situation: &Situation) -> Advice {
    let mut steps = Vec::new();
    match category {
        Category::ServerFirewall => firewall(situation, &mut steps),
        Category::TcpTimeout | Category::ServerUnreachable => no_answer(situation, &mut steps),
        Category::TcpRefused => refused(situation, &mut steps),
        Category::NotPostgres => steps.push(step(
            format!(
                "Check the port: something else than PostgreSQL answers on {}. PostgreSQL listens on 5432, PgBouncer on 6432. A proxy that intercepts connections can also be the one that answers.",
                situation.port()
            ),
            LIBPQ,
        )),
        Category::DnsNotFound => not_found(situation, &mut steps),
        Category::DnsTemporary => steps.push(step(
            "Try again; if it goes on, check the machine's DNS resolver. A virtual network with its own DNS must forward to Azure's resolver at 168.63.129.16.",
            PRIVATE,
        )),
        Category::TlsRequired => steps.push(step(
            "Turn TLS on in the client: set sslmode=require, or better sslmode=verify-full with the root certificates. It is not the firewall: the server saw the connection and missed the encryption.",
            TLS,
        )),
        Category::TlsUnsupportedByServer => steps.push(step(
            "Check host and port: Azure's servers always offer TLS unless it was switched off. On a server of your own, switch ssl on in postgresql.conf, or use sslmode=disable on a network that you trust.",
            TLS,
        )),
        Category::TlsCertUntrusted => steps.push(step(
            "Point sslrootcert to a file that holds the roots in use: for Azure these are DigiCert Global Root G2 and Microsoft RSA Root Certificate Authority 2017. Never pin an intermediate certificate: Azure changes those without notice.",
            TLS,
        )),
        Category::TlsHostnameMismatch => steps.push(step(
            "Use the server's full name, exactly as the certificate has it, not an address or an alias of your own.",
            TLS,
        )),
        Category::UsernameFormat => steps.push(step(
            format!(
                "A Single Server gateway answered: it wants the user as user@{server}, written user%40{server} in a URI. Single Server was retired on 2025-03-28; if the server was migrated, connect to the new host with the bare user name.",
                server = situation.server()
            ),
            SINGLE,
        )),
        Category::UserUnknown | Category::PasswordWrong => login(situation, &mut steps),
        Category::TokenExpired | Category::TokenInvalid => {
            let mut renew = step(
                "Get a new access token and use it as the password: a token lives for an hour at most, so an application has to fetch one for each new connection.",
                "https://learn.microsoft.com/azure/postgresql/security/security-entra-concepts",
            );
            renew.command =
                Some("az account get-access-token --resource-type oss-rdbms --query accessToken --output tsv".into());
            steps.push(renew);
        }
        Category::DatabaseMissing => steps.push(step(
            "Check the database name, in exactly its case. If the string names none, the driver takes the user name for it.",
            LIBPQ,
        )),
        Category::PermissionDenied => steps.push(step(
            "Ask the server's administrator to grant the right: GRANT CONNECT ON DATABASE … TO …;",
            "https://www.postgresql.org/docs/current/sql-grant.html",
        )),
        Category::TooManyConnections => {
            steps.push(step(
                "Use a connection pool and fewer connections per instance. Flexible Server has one built in: PgBouncer on port 6432 of the same host (not on the Burstable tier).",
                LIMITS,
            ));
            steps.push(step(
                "Compare the number of connections with the limit of your compute size; some slots are reserved for the service.",
                LIMITS,
            ));
        }
        Category::ServerStartingOrStopping | Category::AdminShutdown | Category::ConnectionDropped => {
            steps.push(step(
                "Retry: a restart, a failover, scaling or maintenance usually passes within 60 seconds.",
                TRANSIENT,
            ));
        }
        Category::ClientParseError => steps.push(step(
            "Fix the connection string first: the client did not get as far as the network.",
            LIBPQ,
        )),
        Category::Other => {}
    }
    let persistence = category.persistence();
    if situation.is_azure() && persistence != Persistence::Persistent {
        steps.push(step(
            "Look for a known outage on the Azure status page.",
            STATUS,
        ));
    }
    if situation.is_azure() && !matches!(category, Category::ClientParseError) {
        steps.push(step(
            "If it goes on for more than 60 seconds, or comes back several times a day, open a support request: Get Support on the Azure Support site.",
            TROUBLESHOOT,
        ));
    }
    Advice {
        category,
        persistence,
        points_at: category.points_at(),
        summary: category.summary(),
        steps,
        retry: (persistence != Persistence::Persistent).then_some(Retry::AZURE),
    }
}

fn step(text: impl Into<String>, source: &'static str) -> Step {
    Step {
        text: text.into(),
        command: None,
        source,
    }
}

/// The firewall rule for exactly the address that the server saw.
fn firewall(situation: &Situation, steps: &mut Vec<Step>) {
    if !situation.is_azure() {
        steps.push(step(
            format!(
                "Add a line to the server's pg_hba.conf that lets this user in from {}, and reload it.",
                situation.client_ip.as_deref().unwrap_or("this address")
            ),
            AUTH,
        ));
        return;
    }
    let address = situation.client_ip.as_deref();
    let ip = address.unwrap_or("<your public IP address>");
    let text = match address {
        Some(ip) => format!(
            "Allow {ip} in the server's firewall: it is the address from which the server saw the connection come. A change takes up to five minutes."
        ),
        None => "Allow your public IP address in the server's firewall (portal: server, Networking, Add current client IP address). A change takes up to five minutes.".into(),
    };
    let mut allow = step(text, FIREWALL);
    if address.is_none_or(|ip| !ip.contains(':')) {
        allow.command = Some(firewall_command(situation, ip));
    }
    steps.push(allow);
    if address.is_some_and(|ip| ip.contains(':')) {
        steps.push(step(
            "Connect over IPv4: the firewall rules of Azure Database for PostgreSQL take IPv4 addresses only.",
            FIREWALL,
        ));
    }
    steps.push(step(
        "Behind a proxy or NAT, the server sees the proxy's public address: allow that one.",
        TROUBLESHOOT,
    ));
    steps.push(step(
        "Only to test, a rule from 0.0.0.0 to 255.255.255.255 opens the server to every address: if it helps, remove it at once and make a narrow one. A rule from 0.0.0.0 to 0.0.0.0 lets in every Azure customer, not only you.",
        TROUBLESHOOT,
    ));
}

fn firewall_command(situation: &Situation, ip: &str) -> String {
    format!(
        "az postgres flexible-server firewall-rule create --resource-group <resource-group> --server-name {} --name allow-client --start-ip-address {ip} --end-ip-address {ip}",
        situation.server()
    )
}

fn no_answer(situation: &Situation, steps: &mut Vec<Step>) {
    let port = situation.port();
    if situation.is_azure() {
        steps.push(Step {
            text: "Check the server's firewall first: Flexible Server does not answer addresses that no rule allows, so the client sees a time-out.".into(),
            command: Some(firewall_command(situation, "<your public IP address>")),
            source: FIREWALL,
        });
    }
    steps.push(step(
        format!(
            "On every firewall between the client and the server, allow outbound TCP connections to port {port}; company networks often block it."
        ),
        TROUBLESHOOT,
    ));
    if situation.is_azure() {
        steps.push(Step {
            text: "Check that the server is running and allows public access; a private one answers only from its virtual network.".into(),
            command: Some(format!(
                "az postgres flexible-server show --resource-group <resource-group> --name {} --query \"{{state:state, publicAccess:network.publicNetworkAccess}}\"",
                situation.server()
            )),
            source: PRIVATE,
        });
    }
}

fn refused(situation: &Situation, steps: &mut Vec<Step>) {
    let port = situation.port();
    let text = if port == 6432 {
        "Switch PgBouncer on (server parameter pgbouncer.enabled), or use port 5432: nothing listens on 6432 until then.".into()
    } else {
        format!(
            "Check the port and that PostgreSQL is running: nothing listens on {port}. PostgreSQL's port is 5432."
        )
    };
    steps.push(step(text, LIBPQ));
}

fn not_found(situation: &Situation, steps: &mut Vec<Step>) {
    steps.push(step("Check the host name letter by letter.", LIBPQ));
    if situation.is_azure() {
        steps.push(Step {
            text: "Check that the server still exists under this name; Single Servers are gone since 2025-03-28.".into(),
            command: Some("az postgres flexible-server list --query \"[].fullyQualifiedDomainName\" --output tsv".into()),
            source: TROUBLESHOOT,
        });
        steps.push(step(
            "A server with private access resolves only inside its virtual network: link the private DNS zone to the network you are in, and let a DNS of your own forward to 168.63.129.16.",
            PRIVATE,
        ));
    }
}

fn login(situation: &Situation, steps: &mut Vec<Step>) {
    let user = situation.user.as_deref().unwrap_or("");
    if let Some((bare, server)) = user.rsplit_once('@')
        && server.eq_ignore_ascii_case(&situation.server())
    {
        steps.push(step(
            format!("Use `{bare}` as the user name: Flexible Server takes the bare name, @{server} is left over from Single Server."),
            TROUBLESHOOT,
        ));
    }
    steps.push(step(
        "Check user name and password; PostgreSQL gives the same answer for an unknown user and for a wrong password.",
        AUTH,
    ));
    steps.push(step(
        "If the password stands in a URI, every character but letters, digits, - . _ ~ must be percent-encoded there.",
        LIBPQ,
    ));
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
