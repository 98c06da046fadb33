//! What a string means, in one sentence.

use crate::model::{Dialect, Driver, Grammar, Param, SettingsView};
use crate::rules::Context;
use alloc::format;
use alloc::string::{String, ToString};

/// "Connects to `shop.example` as `app` over TLS without checking the certificate."
///
/// Shows no secret.
#[must_use]
pub fn sentence(context: &Context<'_>, settings: &SettingsView, refused: bool) -> String {
    if refused {
        return format!("{} refuses this text as it stands.", context.driver.label());
    }
    let mut hosts = String::new();
    for host in &settings.hosts {
        if !hosts.is_empty() {
            hosts.push_str(", then ");
        }
        hosts.push('`');
        hosts.push_str(host.host.as_deref().unwrap_or("localhost"));
        if let Some(port) = host.port.filter(|&port| port != 5432) {
            hosts.push(':');
            hosts.push_str(&port.to_string());
        }
        hosts.push('`');
    }
    if hosts.is_empty() && context.parse.dialect == Dialect::NodeObject {
        return format!(
            "Connects to what the program says, {}.",
            tls(context, settings)
        );
    }
    if hosts.is_empty() {
        hosts.push_str("the local server");
    }
    let user = settings.user.as_ref().map_or_else(
        || " as the operating system's user".into(),
        |user| format!(" as `{user}`"),
    );
    let database = settings
        .database
        .as_ref()
        .map_or_else(String::new, |database| format!(", database `{database}`,"));
    format!(
        "Connects to {hosts}{user}{database} {}.",
        tls(context, settings)
    )
}

/// What TLS the driver ends up with, in words.
fn tls(context: &Context<'_>, settings: &SettingsView) -> &'static str {
    const NONE: &str = "without TLS";
    const MAYBE: &str = "over TLS if the server offers it, without checking the certificate";
    const UNCHECKED: &str = "over TLS without checking the certificate";
    const CHAIN: &str = "over TLS, checking who issued the certificate but not the host name";
    const FULL: &str = "over TLS, checking certificate and host name";

    let mode = settings
        .sslmode
        .as_deref()
        .and_then(crate::lint::libpq_sslmode);
    let verifies_always = context.driver == Driver::NodePostgres;
    let roots = context.get(Param::SslRootCert).is_some();
    match mode {
        Some("disable") => NONE,
        Some("allow") => "without TLS unless the server insists",
        Some("require" | "prefer" | "verify-ca") if verifies_always => FULL,
        Some("prefer") => MAYBE,
        // libpq turns `require` with a root certificate into verify-ca; Npgsql and pgJDBC do not.
        Some("require")
            if roots && matches!(context.grammar(), Grammar::Uri | Grammar::KeyValue) =>
        {
            CHAIN
        }
        Some("require") => UNCHECKED,
        Some("verify-ca") => CHAIN,
        Some("verify-full") => FULL,
        _ if context
            .get(Param::Ssl)
            .is_some_and(|s| s.value.expose() != "false") =>
        {
            FULL
        }
        _ if matches!(
            context.driver,
            Driver::NodePostgres | Driver::PostgresJs | Driver::Ecto
        ) =>
        {
            NONE
        }
        _ => MAYBE,
    }
}
