//! Answers that say no, and why.

use super::json;
use super::limits::{Refused, Why};
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use connlint_probe_api::{ApiError, ErrorBody};
use std::time::Duration;

/// A refusal. Code and message are fixed: nothing of the request gets into them.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    after: Option<Duration>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            after: None,
        }
    }

    /// What kind of refusal.
    pub(super) fn code(&self) -> &'static str {
        self.code
    }

    /// With the time after which it is worth asking again.
    pub(super) fn retry(self, after: Duration) -> Self {
        Self {
            after: Some(after),
            ..self
        }
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        let too_many = StatusCode::TOO_MANY_REQUESTS;
        let unavailable = StatusCode::SERVICE_UNAVAILABLE;
        let (status, code, message) = match refused.why {
            Why::Client => (
                too_many,
                "limit.client",
                "Too many probes were asked for from your address.",
            ),
            Why::Distinct => (
                too_many,
                "limit.targets",
                "Too many different servers were asked about from your address.",
            ),
            Why::Target => (
                too_many,
                "limit.target",
                "This server, or its network, has been probed often in the last minute.",
            ),
            Why::TargetBusy => (
                too_many,
                "policy.busy",
                "This server is being probed already.",
            ),
            Why::ClientWatches => (
                too_many,
                "limit.watches",
                "As many servers as may be are being watched from your address.",
            ),
            Why::Watches => (
                unavailable,
                "limit.watches",
                "As many servers as may be are being watched.",
            ),
            Why::Rate | Why::Full | Why::Crowd => {
                (unavailable, "policy.busy", "The probe has too much to do.")
            }
        };
        let seconds = seconds(refused.after);
        let wait = if seconds == 1 {
            "Try again in a second.".to_owned()
        } else {
            format!("Try again in {seconds} seconds.")
        };
        Self::new(status, code, format!("{message} {wait}")).retry(refused.after)
    }
}

/// Whole seconds, at least one, after which the time is over.
fn seconds(after: Duration) -> u64 {
    after.as_millis().div_ceil(1000).max(1) as u64
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        let error = ApiError {
            code: self.code.to_owned(),
            message: self.message,
        };
        let mut response = json(self.status, &ErrorBody { error });
        if let Some(after) = self.after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds(after)));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_when_to_come_back() {
        let refusal = Refusal::from(Refused {
            why: Why::Client,
            after: Duration::from_millis(8_001),
        });
        assert!(refusal.message.ends_with("Try again in 9 seconds."));
        let response = refusal.into_response();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()["retry-after"], "9");
        assert_eq!(seconds(Duration::ZERO), 1);
    }
}
