//! The walk: from a request to the verdict, by way of each host and each of its addresses.

mod address;
mod host;

use crate::config::ProbeConfig;
use crate::frame;
use crate::recorder::Recorder;
use crate::verdict::{self, Ending};
use connlint_core::triage::Situation;
use connlint_probe_api::{Host, Line, ProbeRequest, RequestError, Verdict, VerdictLine};
use futures_util::future::join_all;
use std::time::Instant;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The user that is named when the request names none.
const PLACEHOLDER_USER: &str = "connlint_probe";
/// The database that is named when the request names neither user nor database.
const PLACEHOLDER_DATABASE: &str = "postgres";

/// A way for the lines of one probe.
#[must_use]
pub fn line_channel() -> (UnboundedSender<Line>, UnboundedReceiver<Line>) {
    unbounded_channel()
}

/// Probes servers by the rules that it was given.
#[derive(Clone)]
pub struct Prober {
    config: ProbeConfig,
}

impl Prober {
    /// A probe with these rules.
    #[must_use]
    pub fn new(config: ProbeConfig) -> Self {
        Self { config }
    }

    /// The rules.
    #[must_use]
    pub fn config(&self) -> &ProbeConfig {
        &self.config
    }

    /// Probes, sends every line including the verdict to `out`, and gives the verdict.
    ///
    /// Dropping the future stops the probe and closes its connections.
    ///
    /// # Errors
    /// [`RequestError`] if the request is not one; nothing was sent to anybody then.
    pub async fn probe(
        &self,
        request: &ProbeRequest,
        out: UnboundedSender<Line>,
    ) -> Result<Verdict, RequestError> {
        let hosts = request.validate()?;
        let recorder = Recorder::new(out.clone());
        let walk = Walk {
            config: &self.config,
            recorder: &recorder,
            request,
            until: Instant::now() + self.config.budgets.total,
            at_once: Semaphore::new(self.config.tuning.rows_at_once),
        };
        let endings = join_all(hosts.iter().map(|(host, port)| walk.host(host, *port))).await;
        let endings: Vec<Ending> = endings.into_iter().flatten().collect();
        let verdict = verdict::judge(&endings, recorder.elapsed_us());
        let _ = out.send(Line::Verdict(VerdictLine {
            verdict: verdict.clone(),
        }));
        Ok(verdict)
    }
}

/// One request under way.
struct Walk<'a> {
    config: &'a ProbeConfig,
    recorder: &'a Recorder,
    request: &'a ProbeRequest,
    until: Instant,
    at_once: Semaphore,
}

impl Walk<'_> {
    fn situation(&self, host: &Host, port: u16) -> Situation {
        Situation {
            host: Some(host.to_string()),
            port: Some(port),
            user: self.request.user.clone(),
            database: self.request.database.clone(),
            ..Situation::default()
        }
    }

    /// User and database as libpq would fill them in: the database is named after the user.
    fn names(&self) -> (&str, &str) {
        let user = self.request.user.as_deref();
        let database = self.request.database.as_deref().or(user);
        (
            user.unwrap_or(PLACEHOLDER_USER),
            database.unwrap_or(PLACEHOLDER_DATABASE),
        )
    }
}

/// Keeps the names of the protocol in one place for [`crate::http`].
pub(crate) fn sends() -> Vec<String> {
    vec![
        "DNS questions for the host name".to_owned(),
        "a TCP connection to each address found".to_owned(),
        format!(
            "the request for TLS ({} bytes), unless sslmode=disable",
            frame::SSL_REQUEST.len()
        ),
        "a TLS handshake with the host name".to_owned(),
        "a startup message with user, database and application_name=connlint-probe".to_owned(),
        "a goodbye".to_owned(),
    ]
}
