//! Serves everything below a path, for a proxy in front that hands requests on as they came.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{Response, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::IntoResponse;
use std::fmt;
use std::str::FromStr;
use tower::Layer;

/// The path that everything is below: with a slash in front and none at the end, never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasePath(String);

/// The text is no such path. Its own text says what one looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotABasePath;

impl fmt::Display for NotABasePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a base path is written as in /tools/connlint: a slash before each part, and parts of letters, digits and \
             - . _ ~",
        )
    }
}

impl std::error::Error for NotABasePath {}

impl fmt::Display for BasePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for BasePath {
    type Err = NotABasePath;

    fn from_str(text: &str) -> Result<Self, NotABasePath> {
        let parts = text.strip_suffix('/').unwrap_or(text).strip_prefix('/');
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        let valid =
            |part: &str| !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain);
        match parts {
            Some(parts) if parts.split('/').all(valid) => Ok(Self(format!("/{parts}"))),
            _ => Err(NotABasePath),
        }
    }
}

/// `app` below `base`. Health checks come without it as well: they do not come through the proxy.
pub(super) fn below(base: BasePath, app: Router) -> Router {
    Router::new().fallback_service(from_fn_with_state(base, cut).layer(app))
}

/// Takes the base off a request's path. The base without its slash is the page with it, as everything that the page names is
/// relative to that.
async fn cut(
    State(base): State<BasePath>,
    mut request: Request<Body>,
    next: Next,
) -> Response<Body> {
    let path = request.uri().path();
    if matches!(path, "/healthz" | "/readyz") {
        return next.run(request).await;
    }
    match path.strip_prefix(&base.0) {
        Some("") => {
            let address = format!("{base}/");
            (
                StatusCode::PERMANENT_REDIRECT,
                [(header::LOCATION, address)],
            )
                .into_response()
        }
        Some(rest) if rest.starts_with('/') => match with_path(request.uri(), rest) {
            Some(uri) => {
                *request.uri_mut() = uri;
                next.run(request).await
            }
            None => StatusCode::BAD_REQUEST.into_response(),
        },
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let all = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::from_str(&all).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_is_plain() {
        for (text, path) in [
            ("/connlint", "/connlint"),
            ("/tools/connlint/", "/tools/connlint"),
            ("/a.b/c_d~e-1", "/a.b/c_d~e-1"),
        ] {
            assert_eq!(text.parse(), Ok(BasePath(path.into())), "{text}");
        }
        for text in [
            "",
            "/",
            "//",
            "connlint",
            "/a//b",
            "/../a",
            "/a/./b",
            "/a b",
            "/ä",
            "/a?b",
            "//evil.example/",
        ] {
            assert_eq!(text.parse::<BasePath>(), Err(NotABasePath), "{text}");
        }
    }

    #[test]
    fn the_query_stays() {
        let uri = Uri::from_static("/connlint/a?b=c&d");
        assert_eq!(with_path(&uri, "/a").unwrap(), "/a?b=c&d");
        let uri = Uri::from_static("http://db.example/connlint/");
        assert_eq!(with_path(&uri, "/").unwrap().path(), "/");
    }
}
