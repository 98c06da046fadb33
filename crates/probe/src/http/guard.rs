//! Who may talk to the server: requests that name another host than ours are DNS rebinding, and
//! requests that a foreign page makes are not ours to serve.

use super::{AppState, refusal};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use axum::middleware::Next;
use connlint_probe_api::Mode;

/// Lets a request through if its `Host` is one of ours. In local mode those are the names of
/// loopback; the port may differ, as it does behind a forwarded port.
pub(super) async fn host(
    State(state): State<AppState>,
    request: Request<Body>,
    next: Next,
) -> Response<Body> {
    if state.mode() != Mode::Local {
        return next.run(request).await;
    }
    match request
        .headers()
        .get(header::HOST)
        .map(|h| h.to_str().unwrap_or_default())
    {
        None => refusal(
            StatusCode::BAD_REQUEST,
            "request.no_host",
            "The request has no Host header.",
        ),
        Some(host) if is_loopback_authority(host) => next.run(request).await,
        Some(_) => refusal(
            StatusCode::MISDIRECTED_REQUEST,
            "request.foreign_host",
            "This probe answers only under localhost, 127.0.0.1 or [::1].",
        ),
    }
}

fn is_loopback_authority(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    };
    ["127.0.0.1", "[::1]"].contains(&host) || host.eq_ignore_ascii_case("localhost")
}

/// Whether a request comes from our own page or from no page at all (`curl`, the command line).
/// Browsers send at least one of the two headers with every POST.
pub(super) fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| {
        headers
            .get(name)
            .map(|v: &header::HeaderValue| v.to_str().unwrap_or("?"))
    };
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site"))
        && !matches!(site, "same-origin" | "none")
    {
        return false;
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => {
            let authority = origin
                .strip_prefix("http://")
                .or_else(|| origin.strip_prefix("https://"));
            authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
        }
        (Some(_), None) => false,
    }
}

/// Whether the body says that it is JSON. A form or a plain text, which a foreign page could send
/// without asking the browser, does not.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_loopback_are_ours() {
        for ours in [
            "localhost",
            "localhost:8080",
            "LOCALHOST:1",
            "127.0.0.1",
            "127.0.0.1:9",
            "[::1]",
            "[::1]:80",
        ] {
            assert!(is_loopback_authority(ours), "{ours}");
        }
        for foreign in [
            "",
            "evil.example",
            "localhost.evil.example:8080",
            "127.0.0.1.evil.example",
            "127.0.0.2",
            "[::2]:1",
            "::1",
            "localhost:x",
            "x@localhost",
        ] {
            assert!(!is_loopback_authority(foreign), "{foreign}");
        }
    }
}
