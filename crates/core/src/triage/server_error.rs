//! Classifies a PostgreSQL `ErrorResponse`: by SQLSTATE and routine first, because the message may be in any language.

use super::Category;
use alloc::string::{String, ToString};
use regex::Regex;

/// The parts of an `ErrorResponse` that tell what happened.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServerError<'a> {
    /// The five-character SQLSTATE (field `C`), or empty.
    pub sqlstate: &'a str,
    /// The server's function that raised it (field `R`), or empty; poolers and gateways send none.
    pub routine: &'a str,
    /// The message (field `M`), in the server's language.
    pub message: &'a str,
}

/// What a server's error says besides its category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The client's address as the server saw it.
    pub client_ip: Option<String>,
    /// Whether the server saw the connection encrypted.
    pub encrypted: Option<bool>,
}

/// The category of a server's error, and what else it tells.
///
/// Sources: PostgreSQL 15 to 18 `src/backend/libpq/auth.c` and `src/backend/tcop/backend_startup.c` for codes and
/// routines, PgBouncer's `src/proto.c` (every error has SQLSTATE 08P01), and the texts of Azure's Single Server gateway as
/// users have reported them.
#[must_use]
pub fn classify(error: &ServerError<'_>) -> (Category, Evidence) {
    let message = error.message;
    let has = |text: &str| message.contains(text);
    let evidence = evidence(message);
    let category = match error.sqlstate {
        _ if has("Invalid Username specified") => Category::UsernameFormat,
        _ if has("SSL connection is required") => Category::TlsRequired,
        _ if has("Azure Virtual Networks is not allowed") || has("allow ipv6 connections") => {
            Category::ServerFirewall
        }
        _ if has("access token") => {
            if has("expired") {
                Category::TokenExpired
            } else {
                Category::TokenInvalid
            }
        }
        "28000" if error.routine == "InitializeSessionUserId" => Category::UserUnknown,
        "28000" if message.starts_with("role \"") => Category::UserUnknown,
        "28000" if evidence.encrypted == Some(false) => Category::TlsRequired,
        "28000" if has("valid client certificate") => Category::PermissionDenied,
        "28000"
            if has("Ident authentication")
                || has("Peer authentication")
                || error.routine == "auth_failed" =>
        {
            Category::PasswordWrong
        }
        "28000" => Category::ServerFirewall,
        "28P01" => Category::PasswordWrong,
        "3D000" => Category::DatabaseMissing,
        "42501" => Category::PermissionDenied,
        "53300" => Category::TooManyConnections,
        "57P03" => Category::ServerStartingOrStopping,
        "57P01" | "57P02" => Category::AdminShutdown,
        "08006" | "08001" | "08004" | "57014" => Category::ConnectionDropped,
        "08P01" => pooler(message),
        _ => Category::Other,
    };
    (category, evidence)
}

/// PgBouncer and Odyssey say everything with 08P01; only the words tell.
fn pooler(message: &str) -> Category {
    let has = |text: &str| message.contains(text);
    if has("SSL required") || has("SSL is required") {
        Category::TlsRequired
    } else if has("max_client_conn")
        || has("client connections exceeded")
        || has("query_wait_timeout")
    {
        Category::TooManyConnections
    } else if has("no such database") || (has("route for") && has("not found")) {
        Category::DatabaseMissing
    } else if has("no such user") || has("authentication failed") {
        Category::PasswordWrong
    } else if has("server down") || has("shutting down") || has("pause failed") {
        Category::ServerStartingOrStopping
    } else if has("not allowed") {
        Category::PermissionDenied
    } else {
        Category::Other
    }
}

/// `no pg_hba.conf entry for host "…", user "…", database "…", SSL off` in its wordings before and since version 14.
fn evidence(message: &str) -> Evidence {
    const PATTERN: &str = r#"for host "([0-9A-Fa-f:.]{2,45})".*?(SSL on|SSL off|SSL encryption|GSS encryption|no encryption)?[ \t\r]*$"#;
    // The pattern is fixed; a test compiles it. No `\s`, `\d` or `\w` in it: those need Unicode tables, which only the
    // tests have, through their own dependencies.
    let Ok(pattern) = Regex::new(PATTERN) else {
        return Evidence::default();
    };
    let Some(found) = message.lines().find_map(|line| pattern.captures(line)) else {
        return Evidence::default();
    };
    Evidence {
        client_ip: found.get(1).map(|m| m.as_str().to_string()),
        encrypted: found
            .get(2)
            .map(|m| !matches!(m.as_str(), "SSL off" | "no encryption")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classified(sqlstate: &str, routine: &str, message: &str) -> Category {
        classify(&ServerError {
            sqlstate,
            routine,
            message,
        })
        .0
    }

    #[test]
    fn the_end_of_a_pg_hba_message_tells_tls_from_the_firewall() {
        let hba = |end: &str| {
            let message = alloc::format!(
                "no pg_hba.conf entry for host \"203.0.113.7\", user \"app\", database \"db\", {end}"
            );
            classify(&ServerError {
                sqlstate: "28000",
                routine: "ClientAuthentication",
                message: &message,
            })
        };
        for (end, category, encrypted) in [
            ("SSL encryption", Category::ServerFirewall, true),
            ("SSL on", Category::ServerFirewall, true),
            ("no encryption", Category::TlsRequired, false),
            ("SSL off", Category::TlsRequired, false),
        ] {
            let (found, evidence) = hba(end);
            assert_eq!(found, category, "{end}");
            assert_eq!(evidence.encrypted, Some(encrypted));
            assert_eq!(evidence.client_ip.as_deref(), Some("203.0.113.7"));
        }
    }

    #[test]
    fn the_code_counts_more_than_the_language() {
        assert_eq!(
            classified(
                "28P01",
                "auth_failed",
                "Passwort-Authentifizierung fehlgeschlagen"
            ),
            Category::PasswordWrong
        );
        assert_eq!(
            classified("57P03", "", "das Datenbanksystem startet"),
            Category::ServerStartingOrStopping
        );
        assert_eq!(
            classified("28000", "ClientAuthentication", "kein Eintrag"),
            Category::ServerFirewall
        );
    }

    #[test]
    fn gateways_and_poolers_are_known_by_their_words() {
        for (sqlstate, message, category) in [
            (
                "28000",
                "Invalid Username specified. Please check the Username and retry connection.",
                Category::UsernameFormat,
            ),
            (
                "28000",
                "SSL connection is required. Please specify SSL options and retry.",
                Category::TlsRequired,
            ),
            ("08P01", "SSL required", Category::TlsRequired),
            (
                "08P01",
                "no more connections allowed (max_client_conn)",
                Category::TooManyConnections,
            ),
            ("08P01", "no such database: shop", Category::DatabaseMissing),
            ("XX000", "what is this", Category::Other),
        ] {
            assert_eq!(classified(sqlstate, "", message), category, "{message}");
        }
    }
}
