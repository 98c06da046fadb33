//! `POST /api/v1/probe`: reads the request without ever repeating it, and streams the answer.

use super::limits::{Busy, Permit};
use super::{AppState, MAX_BODY, guard, json, refusal};
use crate::walk::line_channel;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use connlint_probe_api::{Line, NDJSON, ProbeRequest, is_secret_field};
use futures_util::stream;
use serde_json::Value;
use std::convert::Infallible;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

/// How long the body may take.
const BODY_WITHIN: Duration = Duration::from_secs(10);

pub(super) async fn handle(
    State(state): State<AppState>,
    request: Request<Body>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    if !guard::is_same_origin(&parts.headers) {
        return refusal(
            StatusCode::FORBIDDEN,
            "request.foreign_origin",
            "A page of another site may not use this probe.",
        );
    }
    if !guard::is_json(&parts.headers) {
        return refusal(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "request.content_type",
            "Send the request as Content-Type: application/json.",
        );
    }
    if state.draining() {
        return refusal(
            StatusCode::SERVICE_UNAVAILABLE,
            "probe.draining",
            "The probe is shutting down.",
        );
    }
    let request = match read(body).await {
        Ok(request) => request,
        Err(refused) => return *refused,
    };
    let targets = match request.validate() {
        Ok(hosts) => hosts
            .into_iter()
            .map(|(host, port)| (host.to_string(), port))
            .collect(),
        Err(error) => {
            return refusal(
                StatusCode::UNPROCESSABLE_ENTITY,
                error.code(),
                &error.to_string(),
            );
        }
    };
    let permit = match state.inner.limits.begin(targets) {
        Ok(permit) => permit,
        Err(Busy::Target) => {
            return refusal(
                StatusCode::TOO_MANY_REQUESTS,
                "policy.busy",
                "This server is being probed already. Wait for that answer.",
            );
        }
        Err(Busy::Everything) => {
            return refusal(
                StatusCode::SERVICE_UNAVAILABLE,
                "policy.busy",
                "Too many probes at the same time. Try again in some seconds.",
            );
        }
    };
    let (out, lines) = line_channel();
    tokio::spawn(work(state, request, out, permit));
    if wants_array(&parts.headers) {
        whole(lines).await
    } else {
        streamed(lines)
    }
}

/// Probes until the verdict, or until nobody listens any more.
async fn work(state: AppState, request: ProbeRequest, out: UnboundedSender<Line>, permit: Permit) {
    let began = Instant::now();
    let gone = out.clone();
    let verdict = tokio::select! {
        verdict = state.inner.prober.probe(&request, out) => verdict.ok(),
        () = gone.closed() => None,
    };
    drop(permit);
    // What was probed is the caller's business; only how it went is logged.
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    match verdict {
        Some(verdict) => {
            tracing::info!(outcome = verdict.outcome.name(), stage = verdict.stage.name(), code = %verdict.code, ms, "probe");
        }
        None => tracing::info!(outcome = "abandoned", ms, "probe"),
    }
}

async fn read(body: Body) -> Result<ProbeRequest, Box<Response<Body>>> {
    let refuse = |status, code, message| Err(Box::new(refusal(status, code, message)));
    let bytes = match tokio::time::timeout(BODY_WITHIN, axum::body::to_bytes(body, MAX_BODY)).await
    {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => {
            return refuse(
                StatusCode::PAYLOAD_TOO_LARGE,
                "request.too_large",
                "The request's body is larger than 4096 bytes, or broke off.",
            );
        }
        Err(_) => {
            return refuse(
                StatusCode::REQUEST_TIMEOUT,
                "request.timeout",
                "The request's body took too long.",
            );
        }
    };
    let Ok(value) = serde_json::from_slice::<Value>(&bytes) else {
        return refuse(
            StatusCode::BAD_REQUEST,
            "request.json",
            "The request's body is not JSON.",
        );
    };
    if carries_secret(&value) {
        return refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "request.secret-field",
            "The request has a field for a password or another secret. The probe never needs one; send only hosts, \
             user, database and sslmode. If that was a real password, think about changing it.",
        );
    }
    // The text of serde's errors repeats values, so it is not passed on.
    serde_json::from_value(value).or_else(|_| {
        refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "request.fields",
            "The request's fields are: hosts (a list of {host, port}), user, database, and sslmode (disable, allow, \
             prefer, require, verify-ca or verify-full). There are no others.",
        )
    })
}

fn carries_secret(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields
            .iter()
            .any(|(name, inner)| is_secret_field(name) || carries_secret(inner)),
        Value::Array(items) => items.iter().any(carries_secret),
        _ => false,
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

async fn whole(mut lines: UnboundedReceiver<Line>) -> Response<Body> {
    let mut all = Vec::new();
    while let Some(line) = lines.recv().await {
        all.push(line);
    }
    json(StatusCode::OK, &all)
}

fn streamed(lines: UnboundedReceiver<Line>) -> Response<Body> {
    let chunks = stream::unfold(lines, async |mut lines| {
        let line = lines.recv().await?;
        let mut chunk = serde_json::to_vec(&line).ok()?;
        chunk.push(b'\n');
        Some((Ok::<_, Infallible>(chunk), lines))
    });
    let mut response = Body::from_stream(chunks).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(NDJSON));
    // Proxies that collect answers before passing them on would take the point out of a stream.
    headers.insert(
        header::HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    response
}
