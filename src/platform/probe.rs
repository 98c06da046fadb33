//! Asks a probe: what it is, and what it sees; its answer is read line by line, as it comes.

use super::token;
use crate::state::ndjson::Lines;
use crate::state::probe::Problem;
use connlint_probe_api::{
    CAPABILITIES_PATH, Capabilities, ErrorBody, Line, NDJSON, PROBE_PATH, ProbeRequest,
};
use gloo::utils::window;
use js_sys::{Reflect, Uint8Array};
use url::Url;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache,
    RequestCredentials, RequestInit, RequestRedirect, Response,
};

/// Stops the request that it was given to.
#[derive(Clone, Debug)]
pub struct Stop(AbortController);

impl Stop {
    /// A new one, if the browser has them.
    #[must_use]
    pub fn new() -> Option<Self> {
        AbortController::new().ok().map(Self)
    }

    /// Stops it.
    pub fn now(&self) {
        self.0.abort();
    }
}

/// Sends `request` to the probe at `base` and hands each line of the answer to `line`.
///
/// # Errors
/// [`Problem`] if the probe cannot be asked, does not take the request, or says what makes no sense.
pub async fn ask(
    base: &Url,
    request: &ProbeRequest,
    stop: &Stop,
    mut line: impl FnMut(Line),
) -> Result<(), Problem> {
    let response = send(base, request, stop).await?;
    if !response.ok() {
        return Err(refusal(&response).await);
    }
    let body = response.body().ok_or(Problem::BrokeOff)?;
    let reader: ReadableStreamDefaultReader =
        body.get_reader().dyn_into().map_err(|_| Problem::Garbled)?;
    let mut lines = Lines::default();
    while let Some(chunk) = read(&reader).await? {
        for text in lines.push(&chunk).map_err(|_| Problem::Garbled)? {
            line(parse(&text)?);
        }
    }
    if let Some(text) = lines.finish() {
        line(parse(&text)?);
    }
    Ok(())
}

/// What the probe at `base` says of itself.
///
/// # Errors
/// [`Problem`] if it cannot be asked, or says what makes no sense.
pub async fn about(base: &Url) -> Result<Capabilities, Problem> {
    let response = fetch(&at(base, CAPABILITIES_PATH)?, &plain()).await?;
    if !response.ok() {
        return Err(refusal(&response).await);
    }
    let text = response.text().map_err(|_| Problem::Garbled)?;
    let text = JsFuture::from(text).await.map_err(|_| Problem::BrokeOff)?;
    let text = text.as_string().ok_or(Problem::Garbled)?;
    serde_json::from_str(&text).map_err(|_| Problem::Garbled)
}

fn at(base: &Url, path: &str) -> Result<Url, Problem> {
    base.join(path.trim_start_matches('/'))
        .map_err(|_| Problem::Unreachable)
}

/// A request that takes nothing of the browser with it: no cookie, no referrer, no cache.
fn plain() -> RequestInit {
    let init = RequestInit::new();
    init.set_cache(RequestCache::NoStore);
    init.set_credentials(RequestCredentials::Omit);
    init.set_redirect(RequestRedirect::Error);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init
}

async fn fetch(url: &Url, init: &RequestInit) -> Result<Response, Problem> {
    JsFuture::from(window().fetch_with_str_and_init(url.as_str(), init))
        .await
        .and_then(JsCast::dyn_into)
        .map_err(|_| Problem::Unreachable)
}

async fn send(base: &Url, request: &ProbeRequest, stop: &Stop) -> Result<Response, Problem> {
    let body = serde_json::to_string(request).map_err(|_| Problem::Garbled)?;
    let headers = Headers::new().map_err(|_| Problem::Unreachable)?;
    for (name, value) in [("accept", NDJSON), ("content-type", "application/json")] {
        headers
            .append(name, value)
            .map_err(|_| Problem::Unreachable)?;
    }
    if let Some(token) = token::for_probe(base) {
        headers
            .append("authorization", &format!("Bearer {token}"))
            .map_err(|_| Problem::Unreachable)?;
    }
    let init = plain();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&JsValue::from_str(&body));
    init.set_signal(Some(&stop.0.signal()));
    fetch(&at(base, PROBE_PATH)?, &init).await
}

async fn refusal(response: &Response) -> Problem {
    let body = match response.text() {
        Ok(text) => JsFuture::from(text).await.ok(),
        Err(_) => None,
    };
    let error = body
        .and_then(|body| body.as_string())
        .and_then(|body| serde_json::from_str::<ErrorBody>(&body).ok())
        .map(|body| body.error);
    Problem::Refused {
        status: response.status(),
        error,
    }
}

/// The next bytes, or `None` at the end.
async fn read(reader: &ReadableStreamDefaultReader) -> Result<Option<Vec<u8>>, Problem> {
    let step = JsFuture::from(reader.read())
        .await
        .map_err(|_| Problem::BrokeOff)?;
    let field = |name: &str| Reflect::get(&step, &JsValue::from_str(name)).ok();
    if field("done").is_some_and(|done| done.is_truthy()) {
        return Ok(None);
    }
    let value = field("value").ok_or(Problem::Garbled)?;
    Ok(Some(Uint8Array::new(&value).to_vec()))
}

fn parse(text: &[u8]) -> Result<Line, Problem> {
    serde_json::from_slice(text).map_err(|_| Problem::Garbled)
}
