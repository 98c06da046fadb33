//! Who may talk to the server: requests that name another host than ours are DNS rebinding, pages of
//! foreign origins have to be on the operator's list, and a probe needs the token where there is one.

use super::options::{Access, TokenFrom};
use super::{AppState, Refusal};
use axum::body::Body;
use axum::extract::State;
use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header,
};
use axum::middleware::Next;
use axum::response::IntoResponse;
use std::fmt;

/// An origin that an operator allows: scheme, host and, if it is not the scheme's own, port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// The text is not one origin. Its own text says what one looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnOrigin;

impl fmt::Display for NotAnOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "an origin is written as in https://tools.example.com, with a port if it has one of its own, without a \
             path; '*' and 'null' would let every page on the web ask",
        )
    }
}

impl std::error::Error for NotAnOrigin {}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let (scheme, authority) = text.split_once("://").ok_or(NotAnOrigin)?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
        let own_port = match scheme {
            "https" => ":443",
            "http" => ":80",
            _ => return Err(NotAnOrigin),
        };
        if authority.is_empty() || !authority.bytes().all(plain) {
            return Err(NotAnOrigin);
        }
        // Browsers leave out the port that the scheme has anyway.
        let authority = authority.strip_suffix(own_port).unwrap_or(authority);
        Ok(Self(format!(
            "{scheme}://{}",
            authority.to_ascii_lowercase()
        )))
    }
}

/// Lets a request through if its `Host` is one of ours; the port may differ, as it does behind a
/// forwarded port. Health checks come with whatever name their system likes.
pub(super) async fn host(
    State(state): State<AppState>,
    request: Request<Body>,
    next: Next,
) -> Response<Body> {
    let access = &state.inner.options.access;
    let health = matches!(request.uri().path(), "/healthz" | "/readyz");
    if (access.hosts.is_empty() || health) && !access.loopback_only {
        return next.run(request).await;
    }
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Refusal::new(
            StatusCode::BAD_REQUEST,
            "request.no_host",
            "The request has no Host header, or several.",
        )
        .into_response();
    };
    if is_ours(host.to_str().unwrap_or_default(), &access.hosts) {
        return next.run(request).await;
    }
    let message = if access.hosts.is_empty() {
        "This probe answers only under localhost, 127.0.0.1 or [::1]."
    } else {
        "This probe does not answer under this name."
    };
    Refusal::new(
        StatusCode::MISDIRECTED_REQUEST,
        "request.foreign_host",
        message,
    )
    .into_response()
}

/// Whether the authority is a name of loopback, or one of the operator's names.
fn is_ours(authority: &str, names: &[String]) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    };
    ["127.0.0.1", "[::1]"].contains(&host)
        || host.eq_ignore_ascii_case("localhost")
        || names.iter().any(|name| name.eq_ignore_ascii_case(host))
}

fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name).map(|v| v.to_str().unwrap_or("?"))
}

/// The header's value if the request comes from a page whose origin the operator allows.
fn allowed_origin(headers: &HeaderMap, access: &Access) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    access
        .origins
        .iter()
        .any(|allowed| allowed.0.as_bytes() == origin.as_bytes())
        .then(|| origin.clone())
}

/// Whether a request comes from our own page, from a page that the operator allows, or from no page
/// at all (`curl`, the command line). Browsers send at least one of the two headers with every POST.
pub(super) fn may_ask(headers: &HeaderMap, access: &Access) -> bool {
    if allowed_origin(headers, access).is_some() {
        return true;
    }
    if let Some(site) = text(headers, "sec-fetch-site")
        && !matches!(site, "same-origin" | "none")
    {
        return false;
    }
    match (text(headers, header::ORIGIN), text(headers, header::HOST)) {
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

/// Whether the request has the token, if one is needed.
pub(super) fn has_token(headers: &HeaderMap, access: &Access) -> bool {
    let Some(token) = &access.token else {
        return true;
    };
    if access.token_from == TokenFrom::ForeignPages && allowed_origin(headers, access).is_none() {
        return true;
    }
    text(headers, header::AUTHORIZATION)
        .and_then(|value| value.split_once(' '))
        .is_some_and(|(scheme, text)| {
            scheme.eq_ignore_ascii_case("bearer") && token.is(text.trim())
        })
}

/// Answers the browser's question whether a page may ask, and marks answers that such a page may
/// read. There are no cookies, so credentials are never allowed.
pub(super) async fn cors(
    State(state): State<AppState>,
    request: Request<Body>,
    next: Next,
) -> Response<Body> {
    let allowed = allowed_origin(request.headers(), &state.inner.options.access);
    let headers = request.headers();
    let preflight = request.method() == Method::OPTIONS
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    // Asked by browsers before a page of the internet may reach into a private network.
    let private = headers.contains_key("access-control-request-private-network");
    let mut response = if !preflight {
        next.run(request).await
    } else if allowed.is_some() {
        preflight_answer(private)
    } else {
        foreign_origin().into_response()
    };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    let policy = if let Some(origin) = allowed {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("retry-after, x-request-id"),
        );
        "cross-origin"
    } else {
        "same-origin"
    };
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static(policy),
    );
    response
}

fn preflight_answer(private: bool) -> Response<Body> {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "accept, authorization, content-type",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if private {
        headers.insert(
            HeaderName::from_static("access-control-allow-private-network"),
            HeaderValue::from_static("true"),
        );
    }
    response
}

pub(super) fn foreign_origin() -> Refusal {
    Refusal::new(
        StatusCode::FORBIDDEN,
        "request.foreign_origin",
        "A page of another site may not use this probe.",
    )
}

/// Whether the body says that it is JSON. A form or a plain text, which a foreign page could send
/// without asking the browser, does not.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    text(headers, header::CONTENT_TYPE)
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_loopback_and_the_operators_are_ours() {
        let names = ["probe.example.com".to_owned()];
        for ours in [
            "localhost",
            "localhost:8080",
            "LOCALHOST:1",
            "127.0.0.1",
            "127.0.0.1:9",
            "[::1]",
            "[::1]:80",
            "Probe.example.com:443",
        ] {
            assert!(is_ours(ours, &names), "{ours}");
        }
        for foreign in [
            "",
            "evil.example",
            "localhost.evil.example:8080",
            "127.0.0.1.evil.example",
            "probe.example.com.evil.example",
            "evil.probe.example.com",
            "127.0.0.2",
            "[::2]:1",
            "::1",
            "localhost:x",
            "x@localhost",
        ] {
            assert!(!is_ours(foreign, &names), "{foreign}");
        }
    }

    #[test]
    fn an_origin_is_exact() {
        let origin = |text: &str| text.parse::<Origin>();
        assert_eq!(
            origin("https://Tools.example.com:443").unwrap().0,
            "https://tools.example.com"
        );
        assert_eq!(
            origin("http://127.0.0.1:3000").unwrap().0,
            "http://127.0.0.1:3000"
        );
        for text in [
            "*",
            "null",
            "tools.example.com",
            "https://",
            "https://*.example.com",
            "https://tools.example.com/",
            "https://user@tools.example.com",
            "file:///x",
            "https://a.example https://b.example",
        ] {
            assert_eq!(origin(text), Err(NotAnOrigin), "{text}");
        }
    }
}
