//! The probe over HTTP: [`router`] answers, [`run`] listens.

mod audit;
mod base;
mod body;
mod client;
mod guard;
mod hub;
mod limits;
mod metrics;
mod openapi;
mod options;
mod probe;
mod refusal;
mod serve;
mod socket;
mod token;

pub use audit::{Audit, AuditError};
pub use base::{BasePath, NotABasePath};
pub use guard::{NotAnOrigin, Origin};
pub use openapi::{OPENAPI_PATH, openapi};
pub use options::{Access, CallerLimits, Distinct, HttpOptions, Rate, TokenFrom, WatchLimits};
pub use serve::{ServeError, ServeLimits, run, run_metrics};
pub use token::{Token, TokenError};

use crate::{Prober, walk};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use connlint_probe_api::{
    CAPABILITIES_PATH, Capabilities, Limits, Mode, PROBE_PATH, ProbeRequest, SCHEMA, Stage,
};
use refusal::Refusal;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;

/// How large a request's body may be, in bytes.
pub const MAX_BODY: usize = 4 * 1024;

/// The security policy for the page's HTML when the probe serves it: nothing from elsewhere,
/// nothing inline, and requests only back to this server.
pub const PAGE_CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the handlers share.
#[derive(Clone)]
pub struct AppState {
    inner: Arc<Inner>,
}

struct Inner {
    prober: Prober,
    options: HttpOptions,
    limits: Arc<limits::Limits>,
    hub: Arc<hub::Hub>,
    metrics: metrics::Metrics,
    shutdown: watch::Sender<Shutdown>,
}

/// How far the shutdown is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Shutdown {
    #[default]
    Not,
    /// No new probe begins.
    Draining,
    /// The probes under way end.
    Cut,
}

impl AppState {
    /// State for this prober, with the options of its mode.
    #[must_use]
    pub fn new(prober: Prober) -> Self {
        let options = HttpOptions::of(prober.config().policy.mode);
        Self::with_options(prober, options)
    }

    /// State for this prober and these options.
    #[must_use]
    pub fn with_options(prober: Prober, options: HttpOptions) -> Self {
        let limits = Arc::new(limits::Limits::new(options.callers));
        Self {
            inner: Arc::new(Inner {
                prober: prober.with_gate(limits.clone()),
                limits,
                options,
                hub: Arc::default(),
                metrics: metrics::Metrics::new(),
                shutdown: watch::Sender::default(),
            }),
        }
    }

    /// From now on `/readyz` says no and no new probe begins.
    pub fn drain(&self) {
        self.shut(Shutdown::Draining);
    }

    /// Ends the probes under way; each tells so in its last line.
    pub fn cut(&self) {
        self.shut(Shutdown::Cut);
    }

    fn shut(&self, how: Shutdown) {
        self.inner.shutdown.send_if_modified(|so_far| {
            let further = how > *so_far;
            *so_far = how.max(*so_far);
            further
        });
    }

    fn draining(&self) -> bool {
        *self.inner.shutdown.borrow() >= Shutdown::Draining
    }

    /// Ready when the probes under way have to end.
    async fn is_cut(&self) {
        let mut shutdown = self.inner.shutdown.subscribe();
        // The sender lives in `self`.
        drop(shutdown.wait_for(|how| *how == Shutdown::Cut).await);
    }

    /// Ready when no probe is under way.
    async fn idle(&self) {
        while self.inner.limits.in_flight() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn mode(&self) -> Mode {
        self.inner.prober.config().policy.mode
    }
}

/// Names a request, in its answer and in the log.
#[derive(Clone, Debug)]
struct RequestId(String);

/// The API, and `page` for every other path; all of it below the base path, if there is one.
///
/// The page's own headers (content security policy, caching) are set by whoever gives `page`;
/// [`PAGE_CSP`] is the policy that the page needs.
pub fn router(state: AppState, page: Router) -> Router {
    let api = Router::new()
        .route(PROBE_PATH, post(probe::handle))
        .route(CAPABILITIES_PATH, get(capabilities))
        .route(OPENAPI_PATH, get(openapi::serve))
        .layer(from_fn_with_state(state.clone(), guard::cors));
    let health = Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(readyz));
    let base = state.inner.options.base.clone();
    let app = api
        .merge(health)
        .layer(from_fn(api_headers))
        .with_state(state.clone())
        .fallback_service(page)
        .layer(CatchPanicLayer::new());
    let app = match base {
        Some(base) => base::below(base, app),
        None => app,
    };
    app.layer(from_fn_with_state(state, guard::host))
}

async fn capabilities(State(state): State<AppState>) -> Response<Body> {
    let config = state.inner.prober.config();
    let callers = state.inner.limits.callers();
    let capabilities = Capabilities {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        mode: config.policy.mode,
        vantage: state.inner.options.vantage.clone(),
        watch_seconds: probe::watch_seconds(&state),
        suffixes: config.policy.suffixes.clone(),
        ports: config.policy.ports.clone(),
        stages: Stage::ALL.to_vec(),
        limits: Limits {
            hosts: ProbeRequest::MAX_HOSTS,
            addresses_per_family: config.tuning.addresses_per_family,
            in_flight: callers.in_flight,
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
async fn api_headers(mut request: Request<Body>, next: Next) -> Response<Body> {
    let id = token::random_hex().unwrap_or_default();
    let named = HeaderValue::from_str(&id).ok();
    request.extensions_mut().insert(RequestId(id));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(id) = named {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
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
