//! `POST /api/v1/probe`: decides whether the request may be answered, has the target probed unless
//! somebody else is asking the same, and streams the answer.

use super::audit::{Asked, Became};
use super::client::{self, ClientKey, Peer};
use super::hub::{Joined, Question, Reader, Writer};
use super::limits::{Ask, Permit};
use super::{AppState, Refusal, RequestId, body, guard};
use crate::codes::{self, Code};
use crate::verdict::NOTHING_CHECKED;
use crate::walk::line_channel;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use connlint_probe_api::{
    Line, Mode, NDJSON, Outcome, ProbeRequest, RequestError, Stage, Verdict, VerdictLine, Watch,
};
use futures_util::stream;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// After so long without a line an empty one is sent, so that nothing on the way takes the
/// connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// How long a shutdown waits before it is worth asking the next instance.
const AFTER_SHUTDOWN: Duration = Duration::from_secs(5);

pub(super) async fn handle(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let id = parts.extensions.get::<RequestId>();
    let mut asked = Asked {
        request: id.map(|id| id.0.clone()).unwrap_or_default(),
        client: client_of(&state, &parts),
        hosts: Vec::new(),
    };
    let began = Instant::now();
    match answer(&state, &parts, body, &mut asked).await {
        Ok(reader) if wants_array(&parts.headers) => whole(reader).await,
        Ok(reader) => streamed(reader),
        Err(refusal) => {
            state.inner.metrics.request(refusal.code());
            if let Some(audit) = &state.inner.options.audit {
                audit.record(&asked, &Became::Refused(refusal.code()), began.elapsed());
            }
            refusal.into_response()
        }
    }
}

async fn answer(
    state: &AppState,
    parts: &Parts,
    body: Body,
    asked: &mut Asked,
) -> Result<Reader, Refusal> {
    let access = &state.inner.options.access;
    if !guard::may_ask(&parts.headers, access) {
        return Err(guard::foreign_origin());
    }
    if !guard::has_token(&parts.headers, access) {
        return Err(Refusal::new(
            StatusCode::UNAUTHORIZED,
            "request.token",
            "This probe wants its token. Open the page at the address that connlint serve printed, or send the token as \
             Authorization: Bearer.",
        ));
    }
    if !guard::is_json(&parts.headers) {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "request.content_type",
            "Send the request as Content-Type: application/json.",
        ));
    }
    if state.draining() {
        return Err(Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "probe.draining",
            "The probe is shutting down.",
        )
        .retry(AFTER_SHUTDOWN));
    }
    let request = body::read(body).await?;
    asked.hosts = hosts(state, &request)?;
    let limits = &state.inner.limits;
    let watch = request.watch.map(|watch| u64::from(watch.seconds));
    let ask = Ask {
        client: asked.client,
        targets: asked
            .hosts
            .iter()
            .map(|(h, p)| limits.target(h, *p))
            .collect(),
        lasts: state.inner.prober.config().budgets.total
            + Duration::from_secs(watch.unwrap_or_default()),
        watch: watch.is_some(),
    };
    limits.client(&ask)?;
    let question = Question::of(&request, &asked.hosts);
    let joined = state
        .inner
        .hub
        .join(question, &asked.request, || limits.begin(ask))?;
    match joined {
        Joined::Shared(reader) => {
            state.inner.metrics.request("shared");
            if let Some(audit) = &state.inner.options.audit {
                audit.record(asked, &Became::Shared(reader.request()), Duration::ZERO);
            }
            Ok(reader)
        }
        Joined::New(writer, reader, permit) => {
            state.inner.metrics.request("new");
            tokio::spawn(work(state.clone(), request, asked.clone(), writer, permit));
            Ok(reader)
        }
    }
}

/// Checks the request, and gives its hosts as the probe reads them.
fn hosts(state: &AppState, request: &ProbeRequest) -> Result<Vec<(String, u16)>, Refusal> {
    let unprocessable = |code, message: String| {
        Err(Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            code,
            message,
        ))
    };
    let hosts = match request.validate() {
        Ok(hosts) => hosts,
        Err(error) => return unprocessable(error.code(), error.to_string()),
    };
    match (request.watch, watch_seconds(state)) {
        (Some(_), None) => {
            return unprocessable(
                RequestError::Watch.code(),
                "This probe looks once and does not watch.".to_owned(),
            );
        }
        (Some(watch), Some(most)) if watch.seconds > most => {
            return unprocessable(
                RequestError::Watch.code(),
                format!("This probe watches for {} to {most} seconds.", Watch::MIN),
            );
        }
        _ => {}
    }
    Ok(hosts
        .into_iter()
        .map(|(host, port)| (host.to_string(), port))
        .collect())
}

/// How long this probe watches, if it does.
pub(super) fn watch_seconds(state: &AppState) -> Option<u16> {
    let watches = state.inner.limits.callers().watches;
    watches.map(|watches| watches.seconds)
}

fn client_of(state: &AppState, parts: &Parts) -> ClientKey {
    let peer = parts.extensions.get::<Peer>();
    // Without a connection, as in tests, all callers are one.
    let peer = peer.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.0.ip());
    let trusted = &state.inner.options.access.trusted_proxies;
    ClientKey::of(client::address(peer, &parts.headers, trusted))
}

/// Ends a task with its handle.
struct Guarded<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for Guarded<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Probes until the verdict, until nobody listens any more, or until the server shuts down.
async fn work(
    state: AppState,
    request: ProbeRequest,
    asked: Asked,
    writer: Writer,
    permit: Permit,
) {
    let began = Instant::now();
    let (out, mut lines) = line_channel();
    let prober = state.inner.prober.clone();
    // A task of its own, so that a panic in it is an answer and not silence.
    let mut probe = Guarded(tokio::spawn(
        async move { prober.probe(&request, out).await },
    ));
    // Strangers are told milliseconds: finer times would tell apart what answers are meant not to.
    let step = match state.inner.prober.config().policy.mode {
        Mode::Public => 1000,
        _ => 1,
    };
    let mut verdict = None;
    let mut stage = Stage::Policy;
    let fault = loop {
        tokio::select! {
            line = lines.recv() => match line {
                Some(line) => {
                    match &line {
                        Line::Event(event) => {
                            stage = event.stage;
                            state.inner.metrics.stage(event);
                        }
                        Line::Verdict(last) => verdict = Some(last.verdict.clone()),
                        Line::Round(_) => {}
                    }
                    push(&writer, step, line);
                }
                None if verdict.is_none() => break Some(&codes::FAULT),
                None => break None,
            },
            () = writer.abandoned() => break None,
            () = state.is_cut() => break Some(&codes::DRAINING),
        }
    };
    probe.0.abort();
    // The permit is given back when the connection to the target is closed.
    let _ = (&mut probe.0).await;
    drop(permit);
    if let Some(code) = fault {
        let last = fault_verdict(code, stage, began.elapsed());
        push(
            &writer,
            step,
            Line::Verdict(VerdictLine {
                verdict: last.clone(),
            }),
        );
        verdict = Some(last);
    }
    // What was probed is the caller's business; only how it went is logged.
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    match &verdict {
        Some(verdict) => {
            tracing::info!(outcome = verdict.outcome.name(), stage = verdict.stage.name(), code = %verdict.code, ms, "probe");
        }
        None => tracing::info!(outcome = "abandoned", ms, "probe"),
    }
    state.inner.metrics.probe(verdict.as_ref(), began.elapsed());
    if let Some(audit) = &state.inner.options.audit {
        audit.record(&asked, &Became::Probe(verdict.as_ref()), began.elapsed());
    }
    writer.finish();
    let keep = state.inner.limits.callers().keep;
    let worth = verdict.is_some_and(|v| v.outcome != Outcome::ProbeFault && v.watch.is_none());
    if worth && !keep.is_zero() {
        tokio::time::sleep(keep).await;
    }
    drop(writer);
}

/// Sends a line with its times in steps of so many microseconds.
fn push(writer: &Writer, step: u64, mut line: Line) {
    line.coarsen(step);
    if let Ok(mut text) = serde_json::to_vec(&line) {
        text.push(b'\n');
        writer.push(text.into());
    }
}

/// The last line of a probe that came to no conclusion of its own.
fn fault_verdict(code: &Code, stage: Stage, took: Duration) -> Verdict {
    Verdict {
        outcome: Outcome::ProbeFault,
        reachable: false,
        code: code.name.to_owned(),
        stage,
        address: None,
        category: None,
        persistence: None,
        summary: code.text.to_owned(),
        next: code.next.iter().map(|&next| next.to_owned()).collect(),
        not_checked: NOTHING_CHECKED.map(str::to_owned).to_vec(),
        client_ip: None,
        modes: Vec::new(),
        watch: None,
        rows: Vec::new(),
        total_us: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
    }
}

/// Whether the caller wants one array, as plain `Accept: application/json` says.
fn wants_array(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    accept.contains("application/json") && !accept.contains(NDJSON)
}

async fn whole(mut reader: Reader) -> Response<Body> {
    let mut all = Vec::new();
    while let Some(line) = reader.next().await {
        all.push(if all.is_empty() { b'[' } else { b',' });
        all.extend_from_slice(line.trim_ascii_end());
    }
    all.extend_from_slice(b"]\n");
    ([(header::CONTENT_TYPE, "application/json")], all).into_response()
}

fn streamed(reader: Reader) -> Response<Body> {
    let chunks = stream::unfold(reader, async |mut reader| {
        let chunk = match timeout(HEARTBEAT, reader.next()).await {
            Ok(line) => line?,
            Err(_) => Bytes::from_static(b"\n"),
        };
        Some((Ok::<_, Infallible>(chunk), reader))
    });
    let mut response = Body::from_stream(chunks).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(NDJSON));
    // Proxies that collect answers before passing them on would take the point out of a stream.
    headers.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    response
}
