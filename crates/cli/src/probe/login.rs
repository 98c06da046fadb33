//! `--authenticate`: a real login with the user's own credentials, from this computer only.
//!
//! TLS is judged as the probe has just judged it, which is libpq's way, whatever driver the string is written for.
//! Whatever comes out is looked through for the password before it goes anywhere.

use super::words;
use connlint_core::Secret;
use connlint_core::triage::{Catalogue, Category, Persistence, ServerError, Situation, advise};
use connlint_probe::{LoginTls, Roots};
use connlint_probe_api::{Host, SslMode, SslNegotiation};
use connlint_report::human::{BAD, BOLD, DIM, GOOD, Layout};
use connlint_report::printable;
use serde::Serialize;
use std::error::Error as _;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio_postgres::config::{
    ChannelBinding, SslMode as PgSslMode, SslNegotiation as PgSslNegotiation,
};
use tokio_postgres::{Config, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long the login and the statement after it may take.
const WITHIN: Duration = Duration::from_secs(15);
/// How long the goodbye may take.
const GOODBYE_WITHIN: Duration = Duration::from_millis(500);

/// What is asked once the login is through. It reads nothing of the user's data.
const QUESTION: &str = "SELECT 1, current_setting('server_version'), current_user, current_database(), \
     pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'";

/// Who logs in, and where.
pub(crate) struct Login<'a> {
    pub(crate) host: Host,
    /// The address that the probe has just reached.
    pub(crate) address: SocketAddr,
    pub(crate) user: &'a str,
    pub(crate) database: &'a str,
    pub(crate) password: Option<&'a Secret>,
    pub(crate) sslmode: SslMode,
    pub(crate) sslnegotiation: SslNegotiation,
    pub(crate) channel_binding: Option<&'a str>,
    pub(crate) roots: &'a Roots,
}

/// What came of a login; no secret is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Report {
    /// Whether the server let the user in and answered a statement.
    pub(crate) ok: bool,
    /// How long login and statement took, in microseconds.
    dur_us: u64,
    /// One plain sentence.
    summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    server_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<String>,
    /// Whether the session can only read, as on a standby.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_only: Option<bool>,
    category: Option<&'static str>,
    pub(crate) persistence: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sqlstate: Option<String>,
    /// What the server or the client library says.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    next: Vec<String>,
}

/// Logs in, asks one question, and leaves.
pub(crate) async fn login(login: &Login<'_>) -> Report {
    let began = Instant::now();
    let outcome = match tokio::time::timeout(WITHIN, session(login)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Failed {
            category: Category::ConnectionDropped,
            persistence: Persistence::Depends,
            sqlstate: None,
            message: format!("no answer within {} s", WITHIN.as_secs()),
        }),
    };
    let dur_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    let mut report = match outcome {
        Ok(session) => Report {
            ok: true,
            dur_us,
            summary: "The login works, and the server answers a statement.".to_owned(),
            server_version: Some(session.version),
            user: Some(session.user),
            database: Some(session.database),
            read_only: Some(session.read_only),
            category: None,
            persistence: None,
            sqlstate: None,
            message: None,
            next: Vec::new(),
        },
        Err(failed) => failed.report(login, dur_us),
    };
    if let Some(password) = login.password {
        report.hide(password);
    }
    report
}

/// A login that was not tried, and why.
pub(crate) fn not_tried(why: &str) -> Report {
    Report {
        ok: false,
        dur_us: 0,
        summary: why.to_owned(),
        server_version: None,
        user: None,
        database: None,
        read_only: None,
        category: None,
        persistence: None,
        sqlstate: None,
        message: None,
        next: Vec::new(),
    }
}

struct Session {
    version: String,
    user: String,
    database: String,
    read_only: bool,
}

async fn session(login: &Login<'_>) -> Result<Session, Failed> {
    let tls = LoginTls::new(login.roots, &login.host, login.sslmode);
    let Some(tls_config) = tls.config() else {
        return Err(Failed::of(
            Category::Other,
            "this computer cannot begin TLS".to_owned(),
        ));
    };
    let mut config = Config::new();
    config
        .host(login.host.to_string())
        .hostaddr(login.address.ip())
        .port(login.address.port())
        .user(login.user)
        .dbname(login.database)
        .application_name("connlint-probe")
        .connect_timeout(WITHIN)
        .ssl_mode(match login.sslmode {
            SslMode::Disable => PgSslMode::Disable,
            SslMode::Allow | SslMode::Prefer => PgSslMode::Prefer,
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => PgSslMode::Require,
        })
        .ssl_negotiation(match login.sslnegotiation {
            SslNegotiation::Postgres => PgSslNegotiation::Postgres,
            SslNegotiation::Direct => PgSslNegotiation::Direct,
        })
        .channel_binding(match login.channel_binding {
            Some("require") => ChannelBinding::Require,
            Some("disable") => ChannelBinding::Disable,
            _ => ChannelBinding::Prefer,
        });
    if let Some(password) = login.password {
        config.password(password.expose());
    }
    let refused = |error: &tokio_postgres::Error| match tls.refusal() {
        // What the library says then is only that TLS failed.
        Some((category, words)) => Failed::of(category, words.to_owned()),
        None => Failed::read(error),
    };
    let (client, connection) = config
        .connect(MakeRustlsConnect::new(tls_config))
        .await
        .map_err(|error| refused(&error))?;
    let running = tokio::spawn(connection);
    let answer = client.simple_query(QUESTION).await;
    drop(client);
    // The library says goodbye by itself once nobody holds its client.
    let _ = tokio::time::timeout(GOODBYE_WITHIN, running).await;
    let messages = answer.map_err(|error| refused(&error))?;
    let row = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    let Some(row) = row else {
        return Err(Failed::of(
            Category::Other,
            "the server answered the statement with no row".to_owned(),
        ));
    };
    let text = |index: usize| {
        row.try_get(index)
            .ok()
            .flatten()
            .unwrap_or_default()
            .to_owned()
    };
    Ok(Session {
        version: text(1),
        user: text(2),
        database: text(3),
        read_only: text(4) == "t",
    })
}

struct Failed {
    category: Category,
    persistence: Persistence,
    sqlstate: Option<String>,
    message: String,
}

impl Failed {
    fn of(category: Category, message: String) -> Self {
        Self {
            category,
            persistence: category.persistence(),
            sqlstate: None,
            message,
        }
    }

    /// A server's error by its SQLSTATE and routine, any other by its words.
    fn read(error: &tokio_postgres::Error) -> Self {
        if let Some(said) = error.as_db_error() {
            let (category, _) = Catalogue::new().classify(&ServerError {
                sqlstate: said.code().code(),
                routine: said.routine().unwrap_or_default(),
                message: said.message(),
            });
            return Self {
                sqlstate: Some(said.code().code().to_owned()),
                ..Self::of(category, said.message().to_owned())
            };
        }
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(inner) = source {
            let _ = write!(message, ": {inner}");
            source = inner.source();
        }
        let (category, _) = Catalogue::new().classify(&ServerError {
            message: &message,
            ..ServerError::default()
        });
        Self::of(category, message)
    }

    fn report(self, login: &Login<'_>, dur_us: u64) -> Report {
        let advice = advise(
            self.category,
            &Situation {
                host: Some(login.host.to_string()),
                port: Some(login.address.port()),
                user: Some(login.user.to_owned()),
                database: Some(login.database.to_owned()),
                ..Situation::default()
            },
        );
        let next = advice.steps.into_iter().map(|step| match step.command {
            Some(command) => format!("{} {command}", step.text),
            None => step.text,
        });
        Report {
            ok: false,
            dur_us,
            summary: advice.summary.to_owned(),
            category: Some(self.category.name()),
            persistence: Some(self.persistence.name()),
            sqlstate: self.sqlstate,
            message: Some(self.message),
            next: next.collect(),
            ..not_tried("")
        }
    }
}

impl Report {
    /// Masks the password wherever a server has put it into its answer.
    fn hide(&mut self, password: &Secret) {
        if password.is_empty() {
            return;
        }
        let texts = [
            &mut self.server_version,
            &mut self.user,
            &mut self.database,
            &mut self.message,
        ];
        for text in texts.into_iter().flatten() {
            *text = text.replace(password.expose(), Secret::MASK);
        }
    }

    /// As text for people.
    pub(crate) fn draw(&self, layout: Layout) -> String {
        let mut out = String::new();
        let (word, colour) = if self.ok {
            ("Logged in", GOOD)
        } else if self.category.is_none() {
            ("No login", BAD)
        } else {
            ("Login failed", BAD)
        };
        let _ = writeln!(
            out,
            "\n{}",
            layout.headed(colour, word, &printable(&self.summary))
        );
        if self.ok {
            let given = |text: &Option<String>| text.clone().unwrap_or_default();
            let line = format!(
                "PostgreSQL {}, as {} in {}, {}, in {}",
                given(&self.server_version),
                given(&self.user),
                given(&self.database),
                if self.read_only == Some(true) {
                    "read only"
                } else {
                    "reading and writing"
                },
                words::time(self.dur_us)
            );
            let _ = writeln!(out, "{}", layout.wrap(&printable(&line), "  ", "  "));
            return out;
        }
        if let Some(message) = &self.message {
            let state = self
                .sqlstate
                .as_ref()
                .map(|state| format!(" ({state})"))
                .unwrap_or_default();
            let line = format!("It says{state}: {message}");
            let _ = writeln!(out, "{}", layout.wrap(&printable(&line), "  ", "  "));
        }
        if let (Some(category), Some(persistence)) = (self.category, self.persistence) {
            let line = format!("{} ({category})", words::persistence(persistence));
            let _ = writeln!(
                out,
                "{}",
                layout.paint(DIM, &layout.wrap(&line, "  ", "  "))
            );
        }
        if !self.next.is_empty() {
            let _ = writeln!(
                out,
                "\n{}",
                layout.paint(BOLD, "What to do about the login")
            );
            super::ladder::steps(&self.next, layout, &mut out);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_comes_back_is_masked() {
        let mut report = Report {
            message: Some("role \"hunter2\" does not exist".to_owned()),
            ..not_tried("No.")
        };
        report.hide(&Secret::new("hunter2".to_owned()));
        assert_eq!(
            report.message.as_deref(),
            Some("role \"***\" does not exist")
        );
        report.hide(&Secret::new(String::new()));
        assert_eq!(
            report.message.as_deref(),
            Some("role \"***\" does not exist")
        );
    }
}
