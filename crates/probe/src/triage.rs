//! What a server's error means: a thin layer over `connlint_core::triage`, which pasted error
//! messages go through as well, so that both give the same category and the same advice.

use crate::codes;
use crate::frame::Refusal;
use connlint_core::azure::AzureHost;
use connlint_core::triage::{self, Catalogue, Situation};
pub use connlint_core::triage::{Category, Persistence};
use connlint_probe_api::ServerError;
use std::net::IpAddr;
use std::sync::LazyLock;

/// Making it takes longer than a probe, so it is made once.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::new);

/// What a server's error tells.
pub(crate) struct Meaning {
    pub(crate) category: Category,
    pub(crate) persistence: Persistence,
    /// Where the server saw the connection come from.
    pub(crate) client_ip: Option<IpAddr>,
    /// One plain sentence.
    pub(crate) text: String,
    /// What answered instead of a PostgreSQL server.
    pub(crate) answered_by: Option<&'static str>,
}

/// What a server's error means.
#[must_use]
pub(crate) fn of_refusal(refusal: &Refusal) -> Meaning {
    let error = &refusal.error;
    let (category, evidence) = CATALOGUE.classify(&triage::ServerError {
        sqlstate: error.sqlstate.as_deref().unwrap_or_default(),
        routine: error.routine.as_deref().unwrap_or_default(),
        message: error.message.as_deref().unwrap_or_default(),
    });
    let client_ip = evidence.client_ip.and_then(|ip| ip.parse().ok());
    Meaning {
        category,
        persistence: if is_cold_standby(error) {
            Persistence::Persistent
        } else {
            category.persistence()
        },
        client_ip,
        text: sentence(error, category, client_ip),
        answered_by: front_end(refusal, category),
    }
}

/// What the probe could not check because the server refused; `after_login` tells whether it had
/// let the user in before. A server looks at user, database and permission in this order
/// (`src/backend/utils/init/postinit.c`), and the routine tells how far it came.
pub(crate) fn left_open(error: &ServerError, after_login: bool) -> &'static [&'static str] {
    if !after_login {
        return &["password", "user", "database", "permission"];
    }
    match error.routine.as_deref() {
        Some("InitializeSessionUserId") => &["database", "permission"],
        Some("InitPostgres") if error.sqlstate.as_deref() == Some("3D000") => &["permission"],
        Some("InitPostgres") => &["database", "permission"],
        Some("CheckMyDatabase") if error.sqlstate.as_deref() == Some("55000") => &["permission"],
        Some("CheckMyDatabase") => &[],
        _ => &["user", "database", "permission"],
    }
}

/// A standby that is set up to take no connections. A starting server has the same code and says
/// that it is *not yet* accepting them.
fn is_cold_standby(error: &ServerError) -> bool {
    error.sqlstate.as_deref() == Some("57P03")
        && error.message.as_deref() == Some("the database system is not accepting connections")
}

/// Who answers in the place of PostgreSQL. The errors of poolers and gateways lack two fields that
/// PostgreSQL's have; which one it is, only their words tell, and those are never translated.
/// Sources: PgBouncer's `src/proto.c`, Odyssey's `third_party/kiwi/kiwi/be_write.h`, and the texts
/// of Azure's Single Server gateway as users have reported them.
fn front_end(refusal: &Refusal, category: Category) -> Option<&'static str> {
    if refusal.from_postgres {
        return None;
    }
    let message = refusal.error.message.as_deref().unwrap_or_default();
    let pgbouncer = [
        "SSL required",
        "TLS required",
        "no such database",
        "no such user",
        "no more connections allowed",
        "unsupported startup parameter",
        "bad packet header",
        "server login failed",
        "server login has been failing",
        "client_login_timeout",
        "query_wait_timeout",
        "pgbouncer",
        "not allowed",
    ];
    Some(if message.starts_with("odyssey") {
        "odyssey"
    } else if category == Category::UsernameFormat
        || message.starts_with("SSL connection is required. Please specify SSL options")
    {
        "azure-gateway"
    } else if refusal.error.sqlstate.as_deref() == Some("08P01")
        && pgbouncer.iter().any(|words| message.starts_with(words))
    {
        "pgbouncer"
    } else {
        "pooler"
    })
}

/// The name of a front end for a sentence.
pub(crate) fn front_end_in_words(name: &str) -> Option<&'static str> {
    match name {
        "pgbouncer" => Some("PgBouncer"),
        "odyssey" => Some("Odyssey"),
        "azure-gateway" => Some("the gateway of Azure Single Server"),
        "pooler" => Some("a pooler or proxy"),
        _ => None,
    }
}

/// One sentence for an error: by code and routine, which no server translates, and by its words
/// only where they add something.
fn sentence(error: &ServerError, category: Category, client_ip: Option<IpAddr>) -> String {
    let state = error.sqlstate.as_deref().unwrap_or_default();
    let routine = error.routine.as_deref().unwrap_or_default();
    let message = error.message.as_deref().unwrap_or_default();
    let text = match (state, routine) {
        ("F0000", _) => {
            "The server can be reached, but a fault in its own settings keeps it from letting anybody in this way."
        }
        ("0A000", "ProcessStartupPacket") => {
            "The server can be reached, but does not speak version 3 of PostgreSQL's protocol."
        }
        ("08P01", "ProcessStartupPacket") => {
            "The server can be reached, but did not understand what reached it: something on the way may change the traffic."
        }
        ("28000", "auth_failed") => {
            "The server can be reached, but goes by the user of the operating system (ident or peer), and that one does not fit."
        }
        ("53300", "InitializeSessionUserId") => {
            "The server can be reached, but this user has as many connections as it may have."
        }
        ("53300", "CheckMyDatabase") => {
            "The server can be reached, but this database has as many connections as it may have."
        }
        ("53300", "InitPostgres") => {
            "The server can be reached, but the connection slots that are left are kept for administrators."
        }
        ("55000", "CheckMyDatabase") => {
            "The server can be reached, but this database takes no connections."
        }
        ("42501", "CheckMyDatabase") => {
            "The server can be reached, but this user may not connect to this database."
        }
        ("53000" | "53100" | "53200" | "53400", _) => {
            "The server can be reached, but has run out of memory, disk space or another resource."
        }
        _ if is_cold_standby(error) => {
            "The server can be reached, but is a standby that takes no connections (hot_standby is off)."
        }
        _ if category == Category::ServerFirewall => return firewall(message, client_ip),
        _ => by_category(category, message),
    };
    text.to_owned()
}

fn firewall(message: &str, client_ip: Option<IpAddr>) -> String {
    let rules = if message.contains("pg_hba.conf rejects connection") {
        "one of its host rules turns this connection away"
    } else {
        "none of its host rules lets this connection in"
    };
    match client_ip {
        Some(ip) => format!(
            "The server can be reached, but {rules}. It saw the connection come from {ip}: that is the address of this \
             probe, not necessarily that of your application."
        ),
        None => format!("The server can be reached, but {rules}."),
    }
}

fn by_category(category: Category, message: &str) -> &'static str {
    match category {
        Category::TlsRequired => "The server can be reached, but takes connections only over TLS.",
        Category::UsernameFormat => {
            "The server can be reached and wants the user written as user@server."
        }
        Category::UserUnknown => {
            "The server can be reached, but does not know this user or does not let it log in."
        }
        Category::PasswordWrong => "The server can be reached, but turned this user away.",
        Category::DatabaseMissing => "The server can be reached, but has no database of this name.",
        Category::PermissionDenied if message.contains("client certificate") => {
            "The server can be reached, but wants a certificate of the client, and this probe has none."
        }
        Category::PermissionDenied => {
            "The server can be reached, but does not let this user in this way."
        }
        Category::TooManyConnections => {
            "The server can be reached, but all its connection slots are taken."
        }
        Category::ServerStartingOrStopping => {
            "The server can be reached, but takes no connections now: it is starting, stopping or recovering."
        }
        Category::AdminShutdown => "The server can be reached, but is being shut down.",
        Category::ConnectionDropped => "The server can be reached, but dropped the connection.",
        _ => codes::PG_ERROR.text,
    }
}

/// What to do about a failure that the probe saw itself, beyond what its code says: the steps that
/// are particular to Azure, for hosts of Azure.
pub(crate) fn azure_steps(category: Category, situation: &Situation) -> Vec<String> {
    let host = situation.host.as_deref().unwrap_or_default();
    if AzureHost::parse(host).is_none() {
        return Vec::new();
    }
    next(category, situation)
}

/// What to do about it, most promising first.
pub(crate) fn next(category: Category, situation: &Situation) -> Vec<String> {
    let line = |step: triage::Step| match step.command {
        Some(command) => format!("{} {command}", step.text),
        None => step.text,
    };
    triage::advise(category, situation)
        .steps
        .into_iter()
        .map(line)
        .collect()
}
