//! Steps for what keeps a client from reaching the server: name, route, firewall, port.

use super::{AUTH, Alternative, LIBPQ, Situation, Step, TROUBLESHOOT, show, step};
use crate::model::Target;
use crate::triage::PointsAt;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

const FIREWALL: &str = "https://learn.microsoft.com/azure/postgresql/network/how-to-networking-servers-deployed-public-access-add-firewall-rules";
const PRIVATE: &str =
    "https://learn.microsoft.com/azure/postgresql/network/concepts-networking-private";
const PRIVATE_LINK: &str =
    "https://learn.microsoft.com/azure/postgresql/network/concepts-networking-private-link";
const BOUNCER: &str =
    "https://learn.microsoft.com/azure/postgresql/connectivity/concepts-pgbouncer";
/// Where the address stands in commands as long as it is not known.
const UNKNOWN_IP: &str = "<your public IP address>";

/// The firewall rule for exactly the address that the server saw.
pub(super) fn firewall(situation: &Situation, steps: &mut Vec<Step>) {
    let address = situation.address();
    if situation.is_azure() || situation.is_unknown() {
        azure_firewall(situation, steps);
    }
    if !situation.is_azure() {
        let mut line = step(
            format!(
                "On a server of your own: add a line to its pg_hba.conf that lets this user in from {}, and reload it.",
                address.unwrap_or("this address")
            ),
            AUTH,
        );
        line.command = address.map(|ip| {
            let bits = if ip.contains(':') { 128 } else { 32 };
            format!(
                "hostssl {} {} {ip}/{bits} scram-sha-256",
                situation.database_word(),
                situation.user_word(),
            )
        });
        steps.push(line);
    }
}

fn azure_firewall(situation: &Situation, steps: &mut Vec<Step>) {
    let address = situation.address();
    let text = match address {
        Some(ip) => format!(
            "Allow {ip} in the server's firewall: it is the address from which the server saw the connection come. A change takes up to five minutes."
        ),
        None => "Allow your public IP address in the server's firewall. A change takes up to five minutes.".into(),
    };
    let mut allow = step(text, FIREWALL);
    let is_v6 = address.is_some_and(|ip| ip.contains(':'));
    if !is_v6 {
        fill_rule(&mut allow, situation, address.unwrap_or(UNKNOWN_IP));
    }
    steps.push(allow);
    if is_v6 {
        steps.push(step(
            "Connect over IPv4: the firewall rules of Azure Database for PostgreSQL take IPv4 addresses only.",
            FIREWALL,
        ));
    }
    steps.push(step(
        "Behind a proxy or NAT, the server sees the proxy's public address: allow that one.",
        TROUBLESHOOT,
    ));
    wide_rules(steps);
}

/// The rule by the Azure CLI, and by everything else that people manage servers with.
fn fill_rule(step: &mut Step, situation: &Situation, ip: &str) {
    let server = situation.server();
    let addresses = format!("--start-ip-address {ip} --end-ip-address {ip}");
    if situation.target == Some(Target::AzureSingle) {
        step.command = Some(format!(
            "az postgres server firewall-rule create --resource-group <resource-group> --server-name {server} --name allow-client {addresses}"
        ));
        step.alternatives = vec![Alternative {
            title: "Portal",
            text: "Server > Connection security > Add current client IP address > Save".into(),
        }];
        return;
    }
    step.command = Some(format!(
        "az postgres flexible-server firewall-rule create --resource-group <resource-group> --server-name {server} --name allow-client {addresses}"
    ));
    step.alternatives = vec![
        Alternative {
            title: "Azure CLI before 2.86, where --name was the server",
            text: format!(
                "az postgres flexible-server firewall-rule create --resource-group <resource-group> --name {server} --rule-name allow-client {addresses}"
            ),
        },
        Alternative {
            title: "PowerShell",
            text: format!(
                "New-AzPostgreSqlFlexibleServerFirewallRule -ResourceGroupName <resource-group> -ServerName {server} -Name allow-client -StartIPAddress {ip} -EndIPAddress {ip}"
            ),
        },
        Alternative {
            title: "Portal",
            text: "Server > Networking > Add current client IP address > Save".into(),
        },
        Alternative {
            title: "Terraform",
            text: format!(
                "resource \"azurerm_postgresql_flexible_server_firewall_rule\" \"allow_client\" {{\n  name             = \"allow-client\"\n  server_id        = azurerm_postgresql_flexible_server.{}.id\n  start_ip_address = \"{ip}\"\n  end_ip_address   = \"{ip}\"\n}}",
                identifier(&server)
            ),
        },
        Alternative {
            title: "Bicep",
            text: format!(
                "resource allowClient 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2024-08-01' = {{\n  parent: {}\n  name: 'allow-client'\n  properties: {{\n    startIpAddress: '{ip}'\n    endIpAddress: '{ip}'\n  }}\n}}",
                identifier(&server)
            ),
        },
    ];
}

/// The server's name as languages of configuration take it.
fn identifier(server: &str) -> String {
    if server.starts_with('<') {
        return "server".into();
    }
    server.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}

fn wide_rules(steps: &mut Vec<Step>) {
    steps.push(step(
        "Only to test, a rule from 0.0.0.0 to 255.255.255.255 opens the server to every address: if it helps, remove it at once and make a narrow one. A rule from 0.0.0.0 to 0.0.0.0 lets in every Azure customer, not only you.",
        TROUBLESHOOT,
    ));
}

/// Nothing answers.
pub(super) fn no_answer(situation: &Situation, steps: &mut Vec<Step>) {
    let port = situation.port();
    if situation.is_azure() || situation.is_unknown() {
        let mut firewall = step(
            "Check the server's firewall first: Flexible Server does not answer addresses that no rule allows, so the client sees a time-out.",
            FIREWALL,
        );
        fill_rule(
            &mut firewall,
            situation,
            situation.address().unwrap_or(UNKNOWN_IP),
        );
        steps.push(firewall);
    }
    let mut outbound = step(
        format!(
            "On every firewall between the client and the server, allow outbound TCP connections to port {port}; company networks often block it. A proxy for the web does not carry this traffic."
        ),
        TROUBLESHOOT,
    );
    if let Some(host) = situation.host_word() {
        outbound.command = Some(format!(
            "psql -h {host} -p {port} -U {} -d {}",
            situation.user_word(),
            situation.database_word()
        ));
        outbound.alternatives = vec![
            Alternative {
                title: "connlint",
                text: format!("connlint probe {host}:{port}"),
            },
            Alternative {
                title: "PowerShell",
                text: format!("Test-NetConnection {host} -Port {port}"),
            },
        ];
    }
    steps.push(outbound);
    if situation.is_azure() {
        let mut running = step(
            "Check that the server is running and allows public access; a private one answers only from its virtual network.",
            PRIVATE,
        );
        running.command = Some(show(
            situation,
            "{state:state, publicAccess:network.publicNetworkAccess}",
        ));
        steps.push(running);
        wide_rules(steps);
    }
}

/// No way there, or nobody says why.
pub(super) fn unreachable(points_at: PointsAt, situation: &Situation, steps: &mut Vec<Step>) {
    if points_at == PointsAt::None {
        steps.push(step(
            "Find the first error of a single connection, in the lines before this one or behind \"Caused by\": the pool only says that it waited in vain.",
            LIBPQ,
        ));
        steps.push(step(
            "If there is none, all connections of the pool were in use: give them back in every path, shorten transactions, or make the pool larger as far as the server has room.",
            LIBPQ,
        ));
        return;
    }
    no_answer(situation, steps);
    if situation.is_azure() {
        steps.push(private_endpoint(situation));
    }
}

/// Nothing listens.
pub(super) fn refused(points_at: PointsAt, situation: &Situation, steps: &mut Vec<Step>) {
    let port = situation.port();
    if points_at == PointsAt::Host {
        steps.push(step(
            "Check that the client gets its host: at its own machine it looks when the variable with the string is not set, has another name, or was not loaded. In a container, localhost is the container itself: use the name of the database's service.",
            LIBPQ,
        ));
    }
    let text = if port == 6432 {
        "Switch PgBouncer on (server parameter pgbouncer.enabled), or use port 5432: nothing listens on 6432 until then.".into()
    } else {
        format!(
            "Check the port and that PostgreSQL is running: nothing listens on {port}. PostgreSQL's port is 5432."
        )
    };
    steps.push(step(text, if port == 6432 { BOUNCER } else { LIBPQ }));
}

/// Something else listens.
pub(super) fn not_postgres(situation: &Situation, steps: &mut Vec<Step>) {
    steps.push(step(
        format!(
            "Check the port: something else than PostgreSQL answers on {}. PostgreSQL listens on 5432, PgBouncer on 6432. A proxy that intercepts connections can also be the one that answers.",
            situation.port()
        ),
        LIBPQ,
    ));
}

/// The name does not exist.
pub(super) fn not_found(situation: &Situation, steps: &mut Vec<Step>) {
    let mut letters = step(
        "Check the host name letter by letter. If it holds a piece of the user name or the password, a raw @, / or # in the string moved the boundary; if it holds a port, take that out.",
        LIBPQ,
    );
    letters.command = situation.host_word().map(|host| format!("nslookup {host}"));
    steps.push(letters);
    if situation.is_azure() {
        let mut exists = step(
            "Check that the server still exists under this name; Single Servers are gone since 2025-03-28.",
            TROUBLESHOOT,
        );
        exists.command = Some(
            "az postgres flexible-server list --query \"[].fullyQualifiedDomainName\" --output tsv"
                .into(),
        );
        steps.push(exists);
        steps.push(private_endpoint(situation));
    }
}

/// The resolver does not answer.
pub(super) fn lookup_failed(situation: &Situation, steps: &mut Vec<Step>) {
    let mut again = step(
        "Try again; if it goes on, check the machine's DNS resolver. A virtual network with its own DNS must forward to Azure's resolver at 168.63.129.16.",
        PRIVATE,
    );
    again.command = situation.host_word().map(|host| format!("nslookup {host}"));
    steps.push(again);
}

/// Private endpoints and private DNS zones.
fn private_endpoint(situation: &Situation) -> Step {
    let zone = if situation
        .azure_host()
        .is_some_and(|h| h.labels.contains(".private") || h.labels.contains("privatelink"))
    {
        "the private DNS zone of the server"
    } else {
        "privatelink.postgres.database.azure.com (private endpoint) or the server's own zone (virtual network integration)"
    };
    step(
        format!(
            "A server with private access is reached only from its virtual network: be in it, in one peered with it, or on VPN; link {zone} to the network you are in, and let a DNS of your own forward to 168.63.129.16."
        ),
        PRIVATE_LINK,
    )
}
