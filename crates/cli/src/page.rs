//! The page inside the binary, served with the headers that it needs.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use axum::response::IntoResponse;
use connlint_probe::http::PAGE_CSP;
use ring::digest::{SHA256, digest};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// The files that the build put in: path and content. Empty if it was built without the page.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/page_files.rs"));

const NO_PAGE: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>connlint</title></head>\n\
    <body><h1>connlint</h1>\n\
    <p>The probe is running, but this binary was built without the page.</p>\n\
    <p>In the source folder, <code>cargo xtask serve</code> builds both and starts them.</p>\n\
    <p>The probe itself answers under <code>/api/v1/</code>.</p></body></html>\n";

/// How the page says that it has no probe, see its `index.html`.
const NO_PROBE: &str = r#"<meta name="connlint-probe" content="""#;
/// The same with the probe where the page is.
const PROBE_BESIDE: &str = r#"<meta name="connlint-probe" content="./""#;

/// The document that other pages show in a frame.
const FRAMED: &str = "embed.html";

/// Who may frame a document, as the policy has it.
const NOBODY: &str = "frame-ancestors 'none'";

/// What pages of other origins may do with the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sharing {
    /// Load the files of the widget: all but documents, which can have an organisation's settings in them.
    pub(crate) files: bool,
    /// Show the widget's document in a frame; origins.
    pub(crate) frames: Vec<String>,
}

struct File {
    content: Cow<'static, [u8]>,
    kind: &'static str,
    tag: HeaderValue,
    cache: &'static str,
    /// The content security policy, for documents.
    policy: Option<HeaderValue>,
    /// Whether the content is compressed with Brotli.
    compressed: bool,
    /// Whether pages of other origins may load it.
    shared: bool,
}

type Files = Arc<HashMap<&'static str, File>>;

/// Whether the binary has the page in it.
pub(crate) fn is_built_in() -> bool {
    FILES.iter().any(|(name, _)| *name == "index.html")
}

/// Serves the page that was built in, or a note on how to build it.
pub(crate) fn router(sharing: &Sharing) -> Router {
    if is_built_in() {
        serving(FILES, sharing)
    } else {
        serving(&[("index.html", NO_PAGE.as_bytes())], sharing)
    }
}

fn serving(files: &[(&'static str, &'static [u8])], sharing: &Sharing) -> Router {
    let files = files
        .iter()
        .map(|(name, content)| (*name, File::new(name, content, sharing)))
        .collect();
    Router::new().fallback(answer).with_state(Files::new(files))
}

async fn answer(State(files): State<Files>, request: Request) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (
            StatusCode::METHOD_NOT_ALLOWED,
            [(header::ALLOW, "GET, HEAD")],
        )
            .into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    let path = if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    };
    let compressed = accepts_brotli(request.headers())
        .then(|| files.get(format!("{path}.br").as_str()))
        .flatten();
    let Some(file) = compressed.or_else(|| files.get(path.as_str())) else {
        return (
            StatusCode::NOT_FOUND,
            [(header::CONTENT_TYPE, "text/plain")],
            "not found\n",
        )
            .into_response();
    };
    let known = request.headers().get(header::IF_NONE_MATCH) == Some(&file.tag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.content.clone().into_response()
    };
    file.headers(response.headers_mut());
    response
}

/// Whether the browser takes what the build has compressed. Those that do say `br`; none of them weighs it with `q=0`.
fn accepts_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| coding.trim() == "br")
}

impl File {
    fn new(name: &str, content: &'static [u8], sharing: &Sharing) -> Self {
        let plain = name.strip_suffix(".br");
        let compressed = plain.is_some();
        let name = plain.unwrap_or(name);
        let kind = kind(name);
        let (content, policy) = if kind.starts_with("text/html") && !compressed {
            let document = with_probe(&String::from_utf8_lossy(content));
            let framed = name == FRAMED && !sharing.frames.is_empty();
            let policy = policy(&document, framed.then_some(sharing.frames.as_slice()));
            (Cow::Owned(document.into_bytes()), Some(policy))
        } else {
            (Cow::Borrowed(content), None)
        };
        let hash = base64(digest(&SHA256, &content).as_ref());
        Self {
            content,
            kind,
            tag: HeaderValue::from_str(&format!("\"{hash}\""))
                .unwrap_or(HeaderValue::from_static("\"\"")),
            cache: if has_hash(name) {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            },
            shared: sharing.files && policy.is_none(),
            policy,
            compressed,
        }
    }

    fn headers(&self, headers: &mut HeaderMap) {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(header::ETAG, self.tag.clone());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.cache));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if self.compressed {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        headers.insert(
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        );
        let own = |name: &'static str| header::HeaderName::from_static(name);
        headers.insert(
            own("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
        let resource = if self.shared {
            // Any, as a frame without an origin has no name. There are no cookies, and every caller gets the same.
            headers.insert(
                header::ACCESS_CONTROL_ALLOW_ORIGIN,
                HeaderValue::from_static("*"),
            );
            "cross-origin"
        } else {
            "same-origin"
        };
        headers.insert(
            own("cross-origin-resource-policy"),
            HeaderValue::from_static(resource),
        );
        if let Some(policy) = &self.policy {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
        }
    }
}

/// The document told that the probe's API is beside it, so that the page knows without asking.
fn with_probe(document: &str) -> String {
    document.replacen(NO_PROBE, PROBE_BESIDE, 1)
}

/// The page's policy. A script that stands in the document itself (the loader of the wasm module) is
/// allowed by its hash: this very text and no other. The origins in `frames` may frame it.
fn policy(document: &str, frames: Option<&[String]>) -> HeaderValue {
    let hashes: String = inline_scripts(document)
        .map(|script| {
            format!(
                " 'sha256-{}'",
                base64(digest(&SHA256, script.as_bytes()).as_ref())
            )
        })
        .collect();
    let policy = PAGE_CSP.replace("script-src 'self'", &format!("script-src 'self'{hashes}"));
    let policy = match frames {
        Some(origins) => policy.replace(NOBODY, &format!("frame-ancestors {}", origins.join(" "))),
        None => policy,
    };
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(PAGE_CSP))
}

/// The content of every script element without `src`, as a browser hashes it.
fn inline_scripts(document: &str) -> impl Iterator<Item = &str> {
    document.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (content, _) = rest.split_once("</script>")?;
        (!attributes.contains("src=") && !content.is_empty()).then_some(content)
    })
}

/// Whether the name carries the hash of the content, as Trunk's names do (`app-0123456789abcdef.js`,
/// `app-0123456789abcdef_bg.wasm`), so that it may be kept for good.
fn has_hash(name: &str) -> bool {
    name.split(['-', '_', '.'])
        .any(|part| part.len() >= 15 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "map" | "webmanifest") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0u32, |bits, byte| (bits << 8) | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place)) & 63;
            let letter = LETTERS.get(index as usize).copied().unwrap_or(b'=');
            text.push(if place <= chunk.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use tower::ServiceExt;

    const PAGE: &[(&str, &[u8])] = &[
        (
            "index.html",
            b"<html><script type=\"module\">hello()</script><script src=\"a.js\"></script></html>",
        ),
        ("app-0123456789abcdef_bg.wasm", b"\0asm"),
        ("style.css", b"p{}"),
        ("style.css.br", b"\x0b\x01\x80p{}\x03"),
    ];

    async fn get(method: &str, path: &str, tag: Option<&HeaderValue>) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(tag) = tag {
            request = request.header("if-none-match", tag);
        }
        serving(PAGE, &Sharing::default())
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn the_document_has_its_policy_and_is_asked_for_anew() {
        let response = get("GET", "/", None).await;
        assert_eq!(response.status(), StatusCode::OK);
        let headers = response.headers();
        assert_eq!(headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(headers["cache-control"], "no-cache");
        // The hash is what `printf 'hello()' | openssl dgst -sha256 -binary | base64` gives.
        let hash = "'sha256-mTytrf2QssaOZNGNRT1WCtMRd3ocH8LJxQQu5qMUanU='";
        let expected = PAGE_CSP.replace("script-src 'self'", &format!("script-src 'self' {hash}"));
        assert_eq!(headers["content-security-policy"], expected.as_str());
        let again = get("GET", "/index.html", Some(&headers["etag"])).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn the_document_is_told_where_the_probe_is() {
        // What the build leaves of the line is the same in the page's source.
        let source = include_str!("../../../index.html");
        let told = with_probe(source);
        assert!(told.contains(r#"<meta name="connlint-probe" content="./" />"#));
        assert_eq!(told.len(), source.len() + 2);
    }

    #[tokio::test]
    async fn files_with_a_hash_in_their_name_are_kept() {
        let response = get("GET", "/app-0123456789abcdef_bg.wasm", None).await;
        assert_eq!(response.headers()["content-type"], "application/wasm");
        assert_eq!(
            response.headers()["cache-control"],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(
            get("HEAD", "/style.css", None).await.headers()["cache-control"],
            "no-cache"
        );
    }

    #[tokio::test]
    async fn who_takes_brotli_gets_what_the_build_has_compressed() {
        let ask = async |accepted: &str| {
            let request = Request::builder().uri("/style.css");
            let request = request.header("accept-encoding", accepted);
            let response =
                serving(PAGE, &Sharing::default()).oneshot(request.body(Body::empty()).unwrap());
            response.await.unwrap()
        };
        let compressed = ask("gzip, deflate, br, zstd").await;
        assert_eq!(compressed.headers()["content-encoding"], "br");
        assert_eq!(
            compressed.headers()["content-type"],
            "text/css; charset=utf-8"
        );
        assert_eq!(compressed.headers()["vary"], "accept-encoding");
        let plain = ask("gzip").await;
        assert!(!plain.headers().contains_key("content-encoding"));
        assert_ne!(plain.headers()["etag"], compressed.headers()["etag"]);
    }

    /// What the site that can be installed asks for, see `xtask/src/dist/site.rs`.
    const INSTALLABLE: &str = "connect-src 'self'; manifest-src 'self'; worker-src 'self'";

    #[test]
    fn the_page_and_the_samples_for_other_servers_state_the_one_policy() {
        for (name, sample) in [
            ("_headers", include_str!("../../../deploy/_headers")),
            ("nginx.conf", include_str!("../../../deploy/nginx.conf")),
            ("Caddyfile", include_str!("../../../deploy/Caddyfile")),
        ] {
            // `_headers` is in the built page, which cannot be installed; `cargo xtask dist` adds that to both.
            let policy = if name == "_headers" {
                PAGE_CSP.to_owned()
            } else {
                PAGE_CSP.replace("connect-src 'self'", INSTALLABLE)
            };
            assert!(sample.contains(&policy), "deploy/{name}: {policy}");
            let shown = PAGE
                .first()
                .map(|(name, content)| File::new(name, content, &Sharing::default()));
            let mut headers = HeaderMap::new();
            shown.unwrap().headers(&mut headers);
            for header in [
                "x-content-type-options",
                "referrer-policy",
                "cross-origin-opener-policy",
                "cross-origin-resource-policy",
            ] {
                let value = headers[header].to_str().unwrap();
                let line = sample
                    .lines()
                    .find(|line| line.to_lowercase().contains(header));
                assert!(line.unwrap_or("").contains(value), "{name}: {header}");
            }
        }
        // What the widget loads in pages of others.
        for (sample, line) in [
            (
                include_str!("../../../deploy/_headers"),
                "/connlint-*\n  Access-Control-Allow-Origin: *",
            ),
            (
                include_str!("../../../deploy/nginx.conf"),
                "~/(connlint|documents)-[^/]*$ \"*\";",
            ),
            (
                include_str!("../../../deploy/Caddyfile"),
                "path_regexp /(connlint|documents)-[^/]*$",
            ),
        ] {
            assert!(sample.contains(line), "{line}");
        }
        // A document cannot say who may frame it.
        let (in_document, _) = PAGE_CSP.split_once("; frame-ancestors").unwrap();
        let source = include_str!("../../../index.html");
        assert!(source.contains(&format!("content=\"{in_document}\"")));
        assert!(!PAGE_CSP.contains("unsafe-inline"));
    }

    #[tokio::test]
    async fn pages_of_others_get_files_and_only_the_widgets_document_in_a_frame() {
        const WIDGET: &[(&str, &[u8])] = &[
            ("index.html", b"<html></html>"),
            ("embed.html", b"<html></html>"),
            ("connlint-element.js", b"1"),
            ("connlint-element.js.br", b"2"),
        ];
        let origins = ["https://docs.example.com", "https://wiki.example.com"];
        let sharing = Sharing {
            files: true,
            frames: origins.map(str::to_owned).to_vec(),
        };
        let ask = async |path: &str, sharing: &Sharing| {
            let request = Request::builder()
                .uri(path)
                .header("accept-encoding", "br")
                .body(Body::empty())
                .unwrap();
            let response = serving(WIDGET, sharing).oneshot(request).await.unwrap();
            response.headers().clone()
        };
        let script = ask("/connlint-element.js", &sharing).await;
        assert_eq!(script["access-control-allow-origin"], "*");
        assert_eq!(script["cross-origin-resource-policy"], "cross-origin");
        assert_eq!(script["content-encoding"], "br");
        let framed = ask("/embed.html", &sharing).await;
        let policy = framed["content-security-policy"].to_str().unwrap();
        assert!(
            policy.ends_with("frame-ancestors https://docs.example.com https://wiki.example.com"),
            "{policy}"
        );
        for (path, sharing) in [
            ("/", &sharing),
            ("/embed.html", &Sharing::default()),
            ("/connlint-element.js", &Sharing::default()),
        ] {
            let closed = ask(path, sharing).await;
            assert!(
                !closed.contains_key("access-control-allow-origin"),
                "{path}"
            );
            assert_eq!(closed["cross-origin-resource-policy"], "same-origin");
            if let Some(policy) = closed.get("content-security-policy") {
                assert!(policy.to_str().unwrap().ends_with(NOBODY), "{path}");
            }
        }
    }

    #[tokio::test]
    async fn nothing_else_is_there() {
        for path in ["/nope", "/../Cargo.toml", "//etc/passwd", "/%2e%2e/x"] {
            assert_eq!(
                get("GET", path, None).await.status(),
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        assert_eq!(
            get("POST", "/", None).await.status(),
            StatusCode::METHOD_NOT_ALLOWED
        );
    }

    #[test]
    fn base64_as_in_the_rfc() {
        for (plain, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), text);
        }
    }
}
