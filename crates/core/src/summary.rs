//! What a string means, in one sentence.

use crate::model::{Dialect, Param, SettingsView};
use crate::readings::{Encrypted, tls_of};
use crate::rules::{Context, program_without_tls};
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
    let told = |param| context.get(param).is_some();
    let elsewhere = match context.parse.dialect {
        _ if !hosts.is_empty() => None,
        Dialect::NodeObject => Some("what the program says"),
        Dialect::PgEnv if !told(Param::Host) && !told(Param::HostAddr) => {
            Some("a server that is named elsewhere")
        }
        _ => None,
    };
    if let Some(elsewhere) = elsewhere {
        return format!("Connects to {elsewhere}, {}.", tls(context));
    }
    if hosts.is_empty() {
        hosts.push_str("the local server");
    }
    let user = match &settings.user {
        Some(user) => format!(" as `{user}`"),
        // What the text speaks of there may be given to the driver, and an object may be one argument of several.
        None if context.surroundings.mention_user
            || context.parse.dialect == Dialect::NodeObject =>
        {
            String::new()
        }
        None => " as the operating system's user".into(),
    };
    let database = settings
        .database
        .as_ref()
        .map_or_else(String::new, |database| format!(", database `{database}`,"));
    format!("Connects to {hosts}{user}{database} {}.", tls(context))
}

/// What TLS the driver ends up with, in words.
fn tls(context: &Context<'_>) -> &'static str {
    let tls = tls_of(context.driver, &context.parse.settings);
    if tls.encrypted == Encrypted::IfOffered && program_without_tls(context) {
        return "without TLS, which the program does not have";
    }
    match (tls.encrypted, tls.chain, tls.host_name) {
        (Encrypted::Never, ..) => "without TLS",
        (Encrypted::IfRequired, ..) => "without TLS unless the server insists",
        (Encrypted::IfOffered, false, _) => {
            "over TLS if the server offers it, without checking the certificate"
        }
        (Encrypted::IfOffered, true, _) => {
            "over TLS if the server offers it, checking the certificate"
        }
        (Encrypted::Always, false, _) => "over TLS without checking the certificate",
        (Encrypted::Always, true, false) => {
            "over TLS, checking who issued the certificate but not the host name"
        }
        (Encrypted::Always, true, true) => "over TLS, checking certificate and host name",
    }
}

#[cfg(test)]
mod tests {
    use crate::{Options, lint};

    #[test]
    fn a_host_that_is_not_there_is_the_local_one_or_named_elsewhere() {
        for (text, begins) in [
            (
                "user=app dbname=shop",
                "Connects to the local server as `app`, database `shop`,",
            ),
            (
                "PGSSLMODE=disable",
                "Connects to a server that is named elsewhere, without TLS.",
            ),
        ] {
            let found = lint(text, &Options::default()).strings;
            let summary = found.first().map_or("", |found| found.summary.as_str());
            assert!(summary.starts_with(begins), "{text}: {summary}");
        }
    }
}
