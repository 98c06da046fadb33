//! Asks connlint probes elsewhere, over HTTP. They get what [`ProbeRequest`] has, in which there is no place for a
//! password, and nothing is sent to an address that the user has not named.

use connlint_probe_api::{
    CAPABILITIES_PATH, Capabilities, ErrorBody, Line, NDJSON, PROBE_PATH, ProbeRequest, Vantage,
};
use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use ureq::http::Uri;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig};

/// A line of a probe is no longer than this.
const MAX_LINE: u64 = 256 * 1024;
/// Its capabilities are no longer than this.
const MAX_CAPABILITIES: u64 = 64 * 1024;
/// How long the connection to a probe may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long a probe may take, beyond the time that it is told to watch.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// The environment variable with the token.
pub(crate) const TOKEN_VARIABLE: &str = "CONNLINT_TOKEN";

/// Where to look from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// This computer.
    Local,
    /// A connlint probe at this address.
    Remote(Address),
}

/// The address of a connlint probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// Scheme, authority and path, without the slash at the end.
    base: String,
    /// Whether what is sent there can be read on the way.
    in_clear: bool,
    loopback: bool,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

/// Reads the value of `--via`.
pub(crate) fn place(text: &str) -> Result<Place, String> {
    if text == "local" {
        return Ok(Place::Local);
    }
    let uri: Uri = text
        .parse()
        .map_err(|_| "this is neither an http(s) address nor the word local".to_owned())?;
    let (scheme, host) = match (uri.scheme_str(), uri.host()) {
        (Some(scheme @ ("http" | "https")), Some(host)) => (scheme, host),
        _ => {
            return Err(
                "give the probe's address as https://host[:port], or the word local".to_owned(),
            );
        }
    };
    if uri
        .authority()
        .is_some_and(|all| all.as_str().contains('@'))
    {
        return Err(format!(
            "leave user and password out of the address; a token comes from --via-token-file or {TOKEN_VARIABLE}"
        ));
    }
    if uri.query().is_some() {
        return Err("leave out what stands behind the question mark".to_owned());
    }
    let bare = host.trim_matches(['[', ']']);
    let loopback = bare.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback());
    Ok(Place::Remote(Address {
        base: text.trim_end_matches('/').to_owned(),
        in_clear: scheme == "http" && !loopback,
        loopback,
    }))
}

/// How to talk to the probes elsewhere.
#[derive(Clone)]
pub(crate) struct Client {
    tokens: Vec<(Option<String>, String)>,
    roots: Option<Arc<Vec<Certificate<'static>>>>,
}

impl Client {
    /// Reads the token and the roots that the user names.
    pub(crate) fn new(token_file: Option<&Path>, roots: Option<&PathBuf>) -> Result<Self, String> {
        let cannot = |path: &Path, error: &dyn fmt::Display| {
            format!("{} cannot be read: {error}", path.display())
        };
        let text = match token_file {
            Some(path) => Some(fs::read_to_string(path).map_err(|error| cannot(path, &error))?),
            None => std::env::var(TOKEN_VARIABLE).ok(),
        };
        let roots = match roots {
            None => None,
            Some(path) => {
                let pem = fs::read(path).map_err(|error| cannot(path, &error))?;
                let certificates: Vec<Certificate<'static>> = ureq::tls::parse_pem(&pem)
                    .filter_map(|item| match item {
                        Ok(PemItem::Certificate(certificate)) => Some(certificate),
                        _ => None,
                    })
                    .collect();
                if certificates.is_empty() {
                    return Err(format!("{} has no certificate in it", path.display()));
                }
                Some(Arc::new(certificates))
            }
        };
        Ok(Self {
            tokens: tokens(text.as_deref().unwrap_or_default()),
            roots,
        })
    }

    /// The token for this address.
    fn token(&self, address: &Address) -> Option<&str> {
        self.tokens
            .iter()
            .find(|(base, _)| base.as_ref().is_none_or(|base| *base == address.base))
            .map(|(_, token)| token.as_str())
    }

    fn agent(&self, address: &Address, watch: Duration) -> ureq::Agent {
        let roots = self
            .roots
            .clone()
            .map_or(RootCerts::WebPki, RootCerts::Specific);
        let mut config = ureq::Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .timeout_connect(Some(CONNECT_WITHIN))
            .timeout_global(Some(ANSWER_WITHIN + watch))
            // Another address is not what the user named.
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(concat!("connlint/", env!("CARGO_PKG_VERSION")));
        if address.loopback {
            config = config.proxy(None);
        }
        config.build().into()
    }

    /// Asks a probe who it is and then for its look, and passes on what it says as it comes.
    pub(crate) fn ask(
        &self,
        address: &Address,
        request: &ProbeRequest,
        mut named: impl FnMut(Vantage),
        mut line: impl FnMut(Line),
    ) -> Result<(), String> {
        if address.in_clear && self.token(address).is_some() {
            return Err("the token would be sent in clear; use https".to_owned());
        }
        let watch = request.watch.map_or(0, |watch| watch.seconds);
        let agent = self.agent(address, Duration::from_secs(watch.into()));
        let authorization = self.token(address).map(|token| format!("Bearer {token}"));

        let mut get = agent.get(format!("{}{CAPABILITIES_PATH}", address.base));
        if let Some(value) = &authorization {
            get = get.header("Authorization", value);
        }
        let answer = get.call().map_err(|error| cause(&error))?;
        let capabilities: Capabilities = read_json(answer)?;
        if watch > 0 && capabilities.watch_seconds.is_none_or(|most| most < watch) {
            return Err(match capabilities.watch_seconds {
                None => "this probe does not watch".to_owned(),
                Some(most) => format!("this probe watches for at most {most} seconds"),
            });
        }
        let mut vantage = capabilities.vantage.unwrap_or_default();
        if vantage.name.is_empty() {
            vantage.name = address.to_string();
        }
        named(vantage);

        let body = serde_json::to_vec(request).map_err(|error| error.to_string())?;
        let mut post = agent
            .post(format!("{}{PROBE_PATH}", address.base))
            .header("Content-Type", "application/json")
            .header("Accept", NDJSON);
        if let Some(value) = &authorization {
            post = post.header("Authorization", value);
        }
        let answer = post.send(&body[..]).map_err(|error| cause(&error))?;
        if answer.status() != 200 {
            return Err(refusal(answer));
        }
        let mut lines = BufReader::new(answer.into_body().into_reader());
        loop {
            let mut text = Vec::new();
            let count = lines
                .by_ref()
                .take(MAX_LINE)
                .read_until(b'\n', &mut text)
                .map_err(|error| format!("its answer broke off: {error}"))?;
            if count == 0 {
                return Err("its answer ended without a conclusion".to_owned());
            }
            // An empty line keeps proxies from cutting a quiet connection.
            if text.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let one: Line = serde_json::from_slice(&text)
                .map_err(|_| "its answer is not a connlint probe's".to_owned())?;
            let last = matches!(one, Line::Verdict(_));
            line(one);
            if last {
                return Ok(());
            }
        }
    }
}

/// One token for all, or lines of an address and its token.
fn tokens(text: &str) -> Vec<(Option<String>, String)> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| match line.split_once(char::is_whitespace) {
            Some((base, token)) => (
                Some(base.trim_end_matches('/').to_owned()),
                token.trim().to_owned(),
            ),
            None => (None, line.to_owned()),
        })
        .collect()
}

fn read_json(answer: ureq::http::Response<ureq::Body>) -> Result<Capabilities, String> {
    if answer.status() != 200 {
        return Err(refusal(answer));
    }
    let reader = answer.into_body().into_reader().take(MAX_CAPABILITIES);
    serde_json::from_reader(reader)
        .map_err(|_| "there is no connlint probe at this address".to_owned())
}

/// Why a probe did not take a request, in its own words.
fn refusal(answer: ureq::http::Response<ureq::Body>) -> String {
    let status = answer.status();
    let reader = answer.into_body().into_reader().take(MAX_CAPABILITIES);
    match serde_json::from_reader::<_, ErrorBody>(reader) {
        Ok(body) => format!("it refuses: {} ({})", body.error.message, body.error.code),
        Err(_) if status.is_redirection() => {
            "it sends us on to another address; name that one instead".to_owned()
        }
        Err(_) => format!("there is no connlint probe at this address (HTTP {status})"),
    }
}

fn cause(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "it did not answer in time".to_owned(),
        ureq::Error::HostNotFound => "its name is not found".to_owned(),
        other => format!("it cannot be asked: {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        match place(text) {
            Ok(Place::Remote(address)) => address,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_place_is_an_http_address_or_this_computer() {
        assert_eq!(place("local"), Ok(Place::Local));
        assert_eq!(
            address("https://probe.example.invalid/").to_string(),
            "https://probe.example.invalid"
        );
        assert_eq!(address("http://[::1]:8080/x/").base, "http://[::1]:8080/x");
        for text in [
            "",
            "here",
            "ftp://h",
            "probe.example.invalid:8080",
            "https://u:p@h",
            "https://h/?x=1",
        ] {
            assert!(place(text).is_err(), "{text}");
        }
        let error = place("https://u:hunter2@h").unwrap_err();
        assert!(!error.contains("hunter2"));
    }

    #[test]
    fn only_an_unencrypted_way_beyond_this_computer_is_in_clear() {
        assert!(address("http://probe.example.invalid").in_clear);
        for text in [
            "https://probe.example.invalid",
            "http://127.0.0.1:8080",
            "http://localhost",
            "http://[::1]",
        ] {
            assert!(!address(text).in_clear, "{text}");
        }
    }

    #[test]
    fn tokens_go_to_the_address_that_they_are_for() {
        let client = |text: &str| Client {
            tokens: tokens(text),
            roots: None,
        };
        let here = address("https://a.example.invalid");
        assert_eq!(client("t1\n").token(&here), Some("t1"));
        let several =
            client("# ours\nhttps://b.example.invalid/ t2\nhttps://a.example.invalid t3\n");
        assert_eq!(several.token(&here), Some("t3"));
        assert_eq!(several.token(&address("https://c.example.invalid")), None);
    }
}
