//! The url crate, with which Prisma's engines read their connection string: `Url::parse`.
//!
//! What the engine makes of the parts is not asked here, only how the text falls into parts.

use common::{Refused, run, said};
use serde_json::{Map, Value, json};
use url::Url;

/// What the text means between the delimiters that the parser found.
fn decoded(text: &str) -> String {
    // The pairs of a query are decoded by the crate; `+` has to stay what it is.
    let pair = format!("v={}", text.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

fn read(text: &str) -> Result<Value, Refused> {
    let url = Url::parse(text).map_err(|error| Refused(said(&error), Value::Null))?;
    if !matches!(url.scheme(), "postgresql" | "postgres") {
        return Err(Refused(format!("scheme {}", url.scheme()), Value::Null));
    }
    let mut settings = Map::new();
    for (key, value) in url.query_pairs() {
        settings.insert(key.into_owned(), value.into_owned().into());
    }
    if let Some(fragment) = url.fragment() {
        settings.insert("#".into(), fragment.into());
    }
    let database = decoded(url.path().trim_start_matches('/'));
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(json!({
        "hosts": [{"host": url.host_str(), "port": url.port()}],
        "user": some(decoded(url.username())),
        "database": some(database),
        "password": url.password().map(decoded),
        "settings": settings,
    }))
}

fn main() {
    run("url", "Url::parse, parts percent-decoded", read);
}
