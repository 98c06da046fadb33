//! Classifies a PostgreSQL `ErrorResponse`: by SQLSTATE and routine first, because the message may be in any language.

use super::catalogue::Catalogue;
use super::failures::FAILURES;
use super::{Category, Evidence};

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

impl Catalogue {
    /// The category of a server's error, and what else it tells.
    ///
    /// Sources: PostgreSQL 15 to 18 `src/backend/libpq/auth.c` and `src/backend/tcop/backend_startup.c` for codes and
    /// routines, PgBouncer's `src/proto.c` (every error has SQLSTATE 08P01), and the texts of Azure's Single Server
    /// gateway as users have reported them.
    #[must_use]
    pub fn classify(&self, error: &ServerError<'_>) -> (Category, Evidence) {
        let (told, evidence) = self.verdict(error.message);
        let category = match error.sqlstate {
            // These say little: what counts is the routine, or the words.
            "28000" => told
                .or_else(|| rejected(error.routine))
                .unwrap_or(Category::ServerFirewall),
            "08P01" | "XX000" | "" => told.unwrap_or(Category::Other),
            "08006" | "08001" | "08004" | "57014" => told.unwrap_or(Category::ConnectionDropped),
            state => by_state(state).or(told).unwrap_or(Category::Other),
        };
        (category, evidence)
    }
}

/// A login that is turned away with 28000, told by who raised it.
fn rejected(routine: &str) -> Option<Category> {
    match routine {
        "InitializeSessionUserId" => Some(Category::UserUnknown),
        "auth_failed" => Some(Category::PasswordWrong),
        _ => None,
    }
}

fn by_state(state: &str) -> Option<Category> {
    FAILURES
        .iter()
        .find(|failure| failure.sqlstates.contains(&state))
        .map(|failure| failure.category)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classified(sqlstate: &str, routine: &str, message: &str) -> Category {
        Catalogue::new()
            .classify(&ServerError {
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
            Catalogue::new().classify(&ServerError {
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
        for (state, routine, message, category) in [
            (
                "28P01",
                "auth_failed",
                "Passwort-Authentifizierung fehlgeschlagen",
                Category::PasswordWrong,
            ),
            (
                "57P03",
                "",
                "das Datenbanksystem startet",
                Category::ServerStartingOrStopping,
            ),
            (
                "28000",
                "ClientAuthentication",
                "kein Eintrag",
                Category::ServerFirewall,
            ),
            (
                "28000",
                "InitializeSessionUserId",
                "Rolle fehlt",
                Category::UserUnknown,
            ),
            (
                "28000",
                "auth_failed",
                "Anmeldung fehlgeschlagen",
                Category::PasswordWrong,
            ),
        ] {
            assert_eq!(classified(state, routine, message), category, "{message}");
        }
    }

    #[test]
    fn a_name_in_the_message_does_not_count_as_its_words() {
        let message = "database \"sorry, too many clients already\" does not exist";
        assert_eq!(
            classified("3D000", "InitPostgres", message),
            Category::DatabaseMissing
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
            (
                "28000",
                "role \"x\" is not permitted to log in",
                Category::PermissionDenied,
            ),
            ("XX000", "what is this", Category::Other),
        ] {
            assert_eq!(classified(sqlstate, "", message), category, "{message}");
        }
    }
}
