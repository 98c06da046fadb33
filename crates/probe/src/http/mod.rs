//! The probe over HTTP: [`router`] answers, [`run`] listens.

mod guard;
mod limits;
mod probe;
mod serve;

pub use serve::{ServeError, ServeLimits, may_listen, run};

use crate::{Prober, walk};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use connlint_probe_api::{
    ApiError, CAPABILITIES_PATH, Capabilities, ErrorBody, Limits, Mode, PROBE_PATH, ProbeRequest,
    SCHEMA, Stage,
};
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How large a request's body may be, in bytes.
pub const MAX_BODY: usize = 4 * 1024;

/// How many probes a local server runs at the same time.
pub const DEFAULT_IN_FLIGHT: usize = 16;

/// The security policy for the page's HTML when the probe serves it: nothing from elsewhere,
/// nothing inline, and requests only back to this server.
pub const PAGE_CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the handlers share.
#[derive(Clone)]
pub struct AppState {
    inner: Arc<Inner>,
}

struct Inner {
    prober: Prober,
    limits: limits::InFlight,
    draining: AtomicBool,
}

impl AppState {
    /// State for this prober, with [`DEFAULT_IN_FLIGHT`] probes at a time.
    #[must_use]
    pub fn new(prober: Prober) -> Self {
        Self::with_in_flight(prober, DEFAULT_IN_FLIGHT)
    }

    /// State for this prober and that many probes at a time.
    #[must_use]
    pub fn with_in_flight(prober: Prober, most: usize) -> Self {
        let limits = limits::InFlight::new(most);
        Self {
            inner: Arc::new(Inner {
                prober,
                limits,
                draining: AtomicBool::new(false),
            }),
        }
    }

    /// From now on `/readyz` says no and no new probe begins.
    pub fn drain(&self) {
        self.inner.draining.store(true, Ordering::SeqCst);
    }

    fn draining(&self) -> bool {
        self.inner.draining.load(Ordering::SeqCst)
    }

    fn mode(&self) -> Mode {
        self.inner.prober.config().policy.mode
    }
}

/// The API, and `page` for every other path.
///
/// The page's own headers (content security policy, caching) are set by whoever gives `page`;
/// [`PAGE_CSP`] is the policy that the page needs.
pub fn router(state: AppState, page: Router) -> Router {
    let api = Router::new()
        .route(PROBE_PATH, post(probe::handle))
        .route(CAPABILITIES_PATH, get(capabilities))
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(readyz))
        .layer(from_fn(api_headers))
        .with_state(state.clone());
    api.fallback_service(page)
        .layer(from_fn_with_state(state, guard::host))
}

async fn capabilities(State(state): State<AppState>) -> Response<Body> {
    let config = state.inner.prober.config();
    let capabilities = Capabilities {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        mode: config.policy.mode,
        vantage: None,
        watch_seconds: None,
        suffixes: config.policy.suffixes.clone(),
        ports: config.policy.ports.clone(),
        stages: Stage::ALL.to_vec(),
        limits: Limits {
            hosts: ProbeRequest::MAX_HOSTS,
            addresses_per_family: config.tuning.addresses_per_family,
            in_flight: state.inner.limits.most(),
            body_bytes: MAX_BODY,
        },
        budgets_ms: config.budgets.to_api(),
        sends: walk::sends(),
        never_sends: ["a password", "a query", "a cancel request"]
            .map(str::to_owned)
            .to_vec(),
    };
    json(StatusCode::OK, &capabilities)
}

async fn readyz(State(state): State<AppState>) -> Response<Body> {
    if state.draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n").into_response();
    }
    if state.inner.limits.free() == 0 {
        return (StatusCode::SERVICE_UNAVAILABLE, "busy\n").into_response();
    }
    "ready\n".into_response()
}

/// Answers of the API are for one caller and one moment, and are never to be read as anything else
/// than what they say they are.
async fn api_headers(request: Request<Body>, next: axum::middleware::Next) -> Response<Body> {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
    response
}

fn json(status: StatusCode, value: &impl Serialize) -> Response<Body> {
    match serde_json::to_vec(value) {
        Ok(mut body) => {
            body.push(b'\n');
            (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A refusal. The message is fixed text: nothing of the request gets into it.
fn refusal(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    let error = ApiError {
        code: code.to_owned(),
        message: message.to_owned(),
    };
    let mut response = json(status, &ErrorBody { error });
    if matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    ) {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    response
}
