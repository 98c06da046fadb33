//! How to try again: the numbers, what to mind with writes, and code in the idiom of each client.

use crate::model::Driver;

/// How to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Seconds to wait before the first retry.
    pub first_wait_s: u32,
    /// Seconds that the wait, doubled each time, never exceeds.
    pub max_wait_s: u32,
    /// How often to try again before giving up.
    pub max_tries: u32,
    /// Seconds after which it is time for a support request.
    pub escalate_after_s: u32,
}

impl Retry {
    /// The numbers of Microsoft's page on transient errors: wait 5 s, double up to 60 s; an error that lasts longer
    /// than 60 s, or comes several times a day, is for a support request. The page leaves the number of tries to the
    /// application: with six, the waits come to more than three minutes, which is longer than a failover mostly takes.
    pub const AZURE: Self = Self {
        first_wait_s: 5,
        max_wait_s: 60,
        max_tries: 6,
        escalate_after_s: super::timeline::ESCALATE_AFTER_S,
    };
}

/// What to mind when a transaction that writes is tried again.
pub(super) const WRITES: &str = "Repeat the whole transaction, not its last statement. If the connection broke off during COMMIT, nobody can tell whether it took effect: give each write an id that the client makes, in a column with a unique constraint. Then a second try either succeeds or fails as a duplicate, which says that the first one had worked.";

/// Code that tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The language, as Markdown names it.
    pub language: &'static str,
    /// What it needs.
    pub needs: &'static str,
    /// The code.
    pub code: &'static str,
}

/// The code for `driver`.
#[must_use]
pub(super) fn snippet(driver: Driver) -> Option<&'static Snippet> {
    SNIPPETS
        .iter()
        .find(|(drivers, _)| drivers.contains(&driver))
        .map(|(_, snippet)| snippet)
}

/// The code for each client. `connect` and its like stand for the program's own call.
static SNIPPETS: &[(&[Driver], Snippet)] = &[
    (
        &[Driver::Libpq],
        Snippet {
            language: "sh",
            needs: "sh and psql",
            code: include_str!("retry/psql.sh"),
        },
    ),
    (
        &[Driver::Psycopg, Driver::Sqlalchemy, Driver::Django],
        Snippet {
            language: "python",
            needs: "tenacity",
            code: include_str!("retry/tenacity.py"),
        },
    ),
    (
        &[Driver::Asyncpg],
        Snippet {
            language: "python",
            needs: "tenacity",
            code: include_str!("retry/tenacity_async.py"),
        },
    ),
    (
        &[Driver::Npgsql],
        Snippet {
            language: "csharp",
            needs: "Polly 8; with Entity Framework, EnableRetryOnFailure does the same",
            code: include_str!("retry/polly.cs"),
        },
    ),
    (
        &[Driver::Pgjdbc],
        Snippet {
            language: "java",
            needs: "Resilience4j; HikariCP by itself tries again for as long as its connectionTimeout",
            code: include_str!("retry/resilience4j.java"),
        },
    ),
    (
        &[Driver::R2dbc],
        Snippet {
            language: "java",
            needs: "Reactor",
            code: include_str!("retry/reactor.java"),
        },
    ),
    (
        &[Driver::NodePostgres, Driver::PostgresJs, Driver::Prisma],
        Snippet {
            language: "js",
            needs: "p-retry",
            code: include_str!("retry/p_retry.mjs"),
        },
    ),
    (
        &[Driver::Pgx, Driver::LibPq],
        Snippet {
            language: "go",
            needs: "github.com/cenkalti/backoff/v5",
            code: include_str!("retry/backoff.go"),
        },
    ),
    (
        &[Driver::TokioPostgres, Driver::Sqlx],
        Snippet {
            language: "rust",
            needs: "tokio-retry",
            code: include_str!("retry/tokio_retry.rs"),
        },
    ),
    (
        &[Driver::RubyPg],
        Snippet {
            language: "ruby",
            needs: "retriable",
            code: include_str!("retry/retriable.rb"),
        },
    ),
    (
        &[Driver::PhpPgsql, Driver::PhpPdo],
        Snippet {
            language: "php",
            needs: "nothing besides PHP",
            code: include_str!("retry/pdo.php"),
        },
    ),
    (
        &[Driver::Ecto],
        Snippet {
            language: "elixir",
            needs: "nothing besides Ecto, whose pool connects again by itself",
            code: include_str!("retry/ecto.exs"),
        },
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_keeps_to_the_numbers() {
        for (drivers, snippet) in SNIPPETS {
            let code = snippet.code;
            assert!(code.contains('5') && code.contains("60"), "{drivers:?}");
            assert!(code.lines().all(|line| line.len() <= 100), "{drivers:?}");
            assert!(code.len() < 1200, "{drivers:?}");
        }
    }

    #[test]
    fn every_client_that_connects_by_itself_has_code() {
        for driver in Driver::ALL {
            let none = matches!(driver, Driver::Auto | Driver::Psqlodbc);
            assert_eq!(snippet(*driver).is_none(), none, "{driver}");
        }
    }
}
