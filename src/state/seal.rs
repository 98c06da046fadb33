//! The seal: the policy that a loaded page takes on for good, and what came of trying to break it.

use url::Url;

/// Whether the page is sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Seal {
    /// Something may still be loaded.
    #[default]
    Open,
    /// Nothing can be sent, except to these addresses.
    Closed(Vec<String>),
}

/// The policy of a sealed page, and the addresses that it allows: the API of each probe, and nothing without one.
///
/// It forbids everything by default, because a list of what is forbidden leaves ways out: the import of a module, a link
/// that is fetched ahead.
#[must_use]
pub fn policy(probes: &[Url]) -> (String, Vec<String>) {
    let allowed: Vec<String> = probes.iter().filter_map(api).collect();
    let mut policy = String::from("default-src 'none'; base-uri 'none'; form-action 'none'");
    if !allowed.is_empty() {
        policy.push_str("; connect-src ");
        policy.push_str(&allowed.join(" "));
    }
    (policy, allowed)
}

/// Where a probe's API is, as a policy names it: what begins like this is allowed.
fn api(probe: &Url) -> Option<String> {
    let mut url = probe.join("api/v1/").ok()?;
    url.set_query(None);
    url.set_fragment(None);
    // The two characters that end an address in a policy.
    Some(url.as_str().replace(';', "%3B").replace(',', "%2C"))
}

/// A way to send something from a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// `fetch`.
    Fetch,
    /// `navigator.sendBeacon`.
    Beacon,
    /// A picture.
    Image,
    /// `WebSocket`.
    WebSocket,
    /// A module of a script.
    Script,
}

impl Attempt {
    /// All that are tried.
    pub const ALL: &'static [Self] = &[
        Self::Fetch,
        Self::Beacon,
        Self::Image,
        Self::WebSocket,
        Self::Script,
    ];

    /// What it is called.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Fetch => "a request (fetch)",
            Self::Beacon => "a beacon",
            Self::Image => "a picture",
            Self::WebSocket => "a WebSocket",
            Self::Script => "a script",
        }
    }

    /// The last part of the address that it asks for, by which the browser's refusal is known.
    #[must_use]
    pub const fn address(self) -> &'static str {
        match self {
            Self::Fetch => "connlint-tries-fetch",
            Self::Beacon => "connlint-tries-beacon",
            Self::Image => "connlint-tries-picture",
            Self::WebSocket => "connlint-tries-websocket",
            Self::Script => "connlint-tries-script",
        }
    }

    /// The attempt that a refused address belongs to.
    #[must_use]
    pub fn of(blocked: &str) -> Option<Self> {
        let attempt = Self::ALL.iter().find(|a| blocked.ends_with(a.address()));
        attempt.copied()
    }
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The browser refused it and named this part of the policy.
    Refused(String),
    /// The browser did not say that it refused it.
    NotRefused,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_a_probe_may_ask_for_nothing() {
        let (policy, allowed) = policy(&[]);
        assert_eq!(
            policy,
            "default-src 'none'; base-uri 'none'; form-action 'none'"
        );
        assert!(allowed.is_empty());
    }

    #[test]
    fn with_a_probe_its_api_is_the_one_thing_allowed() {
        let probe = Url::parse("https://probe.example:8443/a;b,c/?x#y").unwrap();
        let (policy, allowed) = policy(&[probe]);
        assert_eq!(allowed, ["https://probe.example:8443/a%3Bb%2Cc/api/v1/"]);
        assert!(policy.ends_with("; connect-src https://probe.example:8443/a%3Bb%2Cc/api/v1/"));
        assert!(policy.starts_with("default-src 'none';"));
    }

    #[test]
    fn a_refused_address_tells_which_attempt_it_was() {
        for attempt in Attempt::ALL {
            let address = format!("https://page.example/tools/{}", attempt.address());
            assert_eq!(Attempt::of(&address), Some(*attempt));
        }
        assert_eq!(Attempt::of("https://page.example/icon.svg"), None);
    }
}
