//! The walk: from a request to the verdict, by way of each host and each of its addresses.

mod address;
mod host;

use crate::config::ProbeConfig;
use crate::frame;
use crate::recorder::Recorder;
use crate::verdict::{self, Ending};
use crate::watch;
use connlint_core::triage::Situation;
use connlint_probe_api::{Host, Line, ProbeRequest, RequestError, RoundLine, Verdict, VerdictLine};
use futures_util::future::join_all;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

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
    gate: Option<Arc<dyn Gate>>,
}

/// Has the last word on whether an address is connected to, for limits that need to know addresses.
pub(crate) trait Gate: Send + Sync {
    /// Whether one more connection may be made to this address now; counts it.
    fn admits(&self, ip: IpAddr) -> bool;
}

impl Prober {
    /// A probe with these rules.
    #[must_use]
    pub fn new(config: ProbeConfig) -> Self {
        Self { config, gate: None }
    }

    /// The same probe with this gate before every connection.
    pub(crate) fn with_gate(self, gate: Arc<dyn Gate>) -> Self {
        Self {
            gate: Some(gate),
            ..self
        }
    }

    /// The rules.
    #[must_use]
    pub fn config(&self) -> &ProbeConfig {
        &self.config
    }

    /// Probes, sends every line including the verdict to `out`, and gives the verdict. With
    /// `request.watch`, looks again and again for that long; each look resolves the names and checks
    /// the policy anew, and has the whole of [`crate::StageBudgets::total`].
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
        let verdict = match request.watch {
            None => self.look(request, &hosts, &recorder).await,
            Some(watch) => {
                let look = |number| {
                    recorder.begin_round(number);
                    self.look(request, &hosts, &recorder)
                };
                let tell = |round| {
                    let _ = out.send(Line::Round(RoundLine { round }));
                };
                watch::run(Duration::from_secs(watch.seconds.into()), look, tell).await
            }
        };
        let _ = out.send(Line::Verdict(VerdictLine {
            verdict: verdict.clone(),
        }));
        Ok(verdict)
    }

    /// Goes the whole way once, from the names on.
    async fn look(
        &self,
        request: &ProbeRequest,
        hosts: &[(Host, u16)],
        recorder: &Recorder,
    ) -> Verdict {
        let began = recorder.elapsed_us();
        let walk = Walk {
            config: &self.config,
            gate: self.gate.as_deref(),
            recorder,
            request,
            until: Instant::now() + self.config.budgets.total,
            at_once: Semaphore::new(self.config.tuning.rows_at_once),
        };
        let endings = join_all(hosts.iter().map(|(host, port)| walk.host(host, *port))).await;
        let endings: Vec<Ending> = endings.into_iter().flatten().collect();
        verdict::judge(&endings, recorder.elapsed_us().saturating_sub(began))
    }
}

/// One request under way.
struct Walk<'a> {
    config: &'a ProbeConfig,
    gate: Option<&'a dyn Gate>,
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

    /// With user and database as libpq would fill them in: the database is named after the user.
    fn startup_message(&self) -> Vec<u8> {
        let user = self.request.user.as_deref();
        let database = self.request.database.as_deref().or(user);
        frame::startup(
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
            "the request for TLS ({} bytes), unless sslmode=disable or sslnegotiation=direct",
            frame::SSL_REQUEST.len()
        ),
        "a TLS handshake with the host name".to_owned(),
        "a startup message with user, database and application_name=connlint-probe".to_owned(),
        "a goodbye".to_owned(),
    ]
}
