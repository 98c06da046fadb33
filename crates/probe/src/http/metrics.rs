//! Numbers for whoever watches over the probe. Every label's value comes from a list in this program:
//! no host, user, database or address can get into one, and the number of series is bounded.

use super::AppState;
use crate::codes;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use connlint_probe_api::{Event, Verdict};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::time::Duration;

type Labels<const N: usize> = [(&'static str, &'static str); N];

pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Labels<1>, Counter>,
    verdicts: Family<Labels<3>, Counter>,
    took: Histogram,
    stages: Family<Labels<1>, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    audit_lost: Gauge,
    pub(super) connections: Gauge,
    pub(super) turned_away: Counter,
}

/// From half a millisecond, which a server next door takes, to the time limits.
fn seconds() -> Histogram {
    Histogram::new([
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0,
    ])
}

impl Metrics {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("connlint");
        let metrics = Self {
            requests: Family::default(),
            verdicts: Family::default(),
            took: seconds(),
            stages: Family::new_with_constructor(seconds),
            in_flight: Gauge::default(),
            audit_lost: Gauge::default(),
            connections: Gauge::default(),
            turned_away: Counter::default(),
            registry: Registry::default(),
        };
        registry.register(
            "requests",
            "Requests for a probe, by what became of them: new, shared, or the code of the refusal",
            metrics.requests.clone(),
        );
        registry.register(
            "verdicts",
            "Probes, by what came out",
            metrics.verdicts.clone(),
        );
        registry.register(
            "probe_seconds",
            "How long probes took",
            metrics.took.clone(),
        );
        registry.register(
            "stage_seconds",
            "How long the stages of probes took",
            metrics.stages.clone(),
        );
        registry.register(
            "probes_in_flight",
            "Probes under way",
            metrics.in_flight.clone(),
        );
        registry.register(
            "audit_lines_lost",
            "Lines of the audit log that could not be written",
            metrics.audit_lost.clone(),
        );
        registry.register(
            "connections",
            "Open connections",
            metrics.connections.clone(),
        );
        registry.register(
            "connections_turned_away",
            "Connections that found no place",
            metrics.turned_away.clone(),
        );
        Self {
            registry,
            ..metrics
        }
    }

    /// Counts a request for a probe.
    pub(super) fn request(&self, became: &'static str) {
        self.requests.get_or_create(&[("became", became)]).inc();
    }

    /// Counts the end of a stage.
    pub(super) fn stage(&self, event: &Event) {
        if let Some(us) = event.detail.dur_us {
            self.stages
                .get_or_create(&[("stage", event.stage.name())])
                .observe(Duration::from_micros(us).as_secs_f64());
        }
    }

    /// Counts the end of a probe; no verdict means that the caller left before.
    pub(super) fn probe(&self, verdict: Option<&Verdict>, took: Duration) {
        let labels = match verdict {
            Some(verdict) => [
                ("outcome", verdict.outcome.name()),
                ("stage", verdict.stage.name()),
                ("code", bounded(&verdict.code)),
            ],
            None => [("outcome", "abandoned"), ("stage", ""), ("code", "")],
        };
        self.verdicts.get_or_create(&labels).inc();
        self.took.observe(took.as_secs_f64());
    }

    fn text(&self, state: &AppState) -> Option<String> {
        let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        self.in_flight.set(number(state.inner.limits.in_flight()));
        if let Some(audit) = &state.inner.options.audit {
            self.audit_lost
                .set(i64::try_from(audit.lost()).unwrap_or(i64::MAX));
        }
        let mut text = String::new();
        encode(&mut text, &self.registry).ok()?;
        Some(text)
    }
}

/// The code as this program has it; the SQLSTATEs of servers are one.
fn bounded(code: &str) -> &'static str {
    if code.starts_with("pg.error:") {
        return "pg.error";
    }
    codes::ALL
        .iter()
        .find(|known| known.name == code)
        .map_or("other", |known| known.name)
}

/// `/metrics`, for a listener of its own.
pub(super) fn router(state: AppState) -> Router {
    let answer = async |State(state): State<AppState>| match state.inner.metrics.text(&state) {
        Some(text) => (
            [(
                header::CONTENT_TYPE,
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
            )],
            text,
        )
            .into_response(),
        None => axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    Router::new()
        .route("/metrics", get(answer))
        .with_state(state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_from_our_own_lists() {
        assert_eq!(bounded("tcp.refused"), "tcp.refused");
        assert_eq!(bounded("pg.error:28000"), "pg.error");
        assert_eq!(bounded("made.up"), "other");
    }
}
