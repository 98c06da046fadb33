//! What a page that holds widgets has decided about them: its own settings for all, a widget's attributes on top.

use connlint_core::{Driver, Options, Pick, Target};
use serde_json::{Map, Value};
use std::rc::Rc;
use url::Url;

/// A widget's settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Driver and target to begin with, and what the team asks of its strings.
    pub options: Options,
    /// The probes that may be asked; without one, nothing is ever sent.
    pub probes: Vec<Url>,
    /// Where the explanations of the rules are, and the hash that they must have; without, there are none.
    pub documents: Option<(String, String)>,
    /// Where connlint's own page is, which share links lead to.
    pub home: Option<Url>,
    /// The team's own pages about rules.
    pub runbooks: Runbooks,
    /// Whether the text is an example to be looked at.
    pub readonly: bool,
}

/// A team's own pages about rules and failures. Shared, never changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runbooks(Rc<[(Pick, String)]>);

impl Runbooks {
    /// The page about the rule or failure with this code; one for the code comes before one for its group.
    #[must_use]
    pub fn of(&self, code: &str) -> Option<&str> {
        let named = |exact: bool| {
            self.0.iter().find(move |(pick, _)| match pick {
                Pick::Code(each) => exact && *each == code,
                Pick::Group(group) => !exact && is_in(code, group.letters()),
            })
        };
        named(true)
            .or_else(|| named(false))
            .map(|(_, address)| address.as_str())
    }
}

/// Whether a code is one of a group's: its letters, then digits only.
fn is_in(code: &str, letters: &str) -> bool {
    code.strip_prefix(letters)
        .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Reads what the widget's script tells, as JSON: `portal` is the text of the page's own settings, `page` the address of
/// the page, the rest are the element's attributes, `null` where they are absent.
///
/// # Errors
/// What is wrong with them. Settings are read whole or not at all, because some that are silently left out are worse than
/// none.
pub fn read(told: &str) -> Result<Settings, String> {
    let told = object(told, "what the widget was told")?;
    let text = |name: &str| told.get(name).and_then(Value::as_str);
    let mut merged = match text("portal") {
        Some(portal) => object(portal, "connlint-config")?,
        None => Map::new(),
    };
    if let Some(policy) = text("policy") {
        merged.extend(object(policy, "policy")?);
    }
    for name in ["target", "driver"] {
        if let Some(value) = text(name) {
            merged.insert(name.into(), value.into());
        }
    }
    let page = text("page").and_then(|page| Url::parse(page).ok());
    let page = page.as_ref();
    let named = merged.remove("probe");
    let probes = match (text("no-probe"), text("probe"), named) {
        (Some(_), ..) => Vec::new(),
        (None, Some(addresses), _) => probes(page, addresses.split_ascii_whitespace())?,
        (None, None, Some(Value::String(addresses))) => {
            probes(page, addresses.split_ascii_whitespace())?
        }
        (None, None, Some(Value::Array(list))) => {
            let addresses: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
            probes(
                page,
                addresses.ok_or("probe: addresses are strings")?.into_iter(),
            )?
        }
        (None, None, Some(_)) => return Err("probe: an address, or a list of them".into()),
        (None, None, None) => Vec::new(),
    };
    let runbooks = merged
        .remove("runbooks")
        .map_or_else(|| Ok(Runbooks::default()), |value| runbooks(page, &value))?;
    let config: connlint_config::Config =
        serde_json::from_value(Value::Object(merged)).map_err(|error| error.to_string())?;
    // A widget's text has no path.
    let settings = config.effective(|_| false);
    Ok(Settings {
        options: settings.with(Target::Auto, Driver::Auto),
        probes,
        documents: documents(&told),
        home: text("home").and_then(|address| web(None, address)),
        runbooks,
        readonly: text("readonly").is_some(),
    })
}

/// What the widget's script knows from the build.
fn documents(told: &Map<String, Value>) -> Option<(String, String)> {
    let part = told.get("documents")?;
    let text = |name: &str| Some(part.get(name)?.as_str()?.to_owned());
    Some((text("address")?, text("integrity")?))
}

fn object(json: &str, what: &str) -> Result<Map<String, Value>, String> {
    match serde_json::from_str(json) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(format!("{what}: not a JSON object")),
        Err(error) => Err(format!("{what}: {error}")),
    }
}

/// The probes' addresses, relative to the page, each once.
fn probes<'a>(
    page: Option<&Url>,
    addresses: impl Iterator<Item = &'a str>,
) -> Result<Vec<Url>, String> {
    let mut urls = Vec::new();
    for address in addresses {
        let url = web(page, address).ok_or_else(|| format!("probe: `{address}` is no address"))?;
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    Ok(urls)
}

fn runbooks(page: Option<&Url>, value: &Value) -> Result<Runbooks, String> {
    let pages = value
        .as_object()
        .ok_or("runbooks: an object with a code or group for each address")?;
    let entries: Result<Vec<(Pick, String)>, String> = pages
        .iter()
        .map(|(name, address)| {
            let pick = Pick::parse(name)
                .ok_or_else(|| format!("runbooks: there is no rule or group `{name}`"))?;
            let url = address
                .as_str()
                .and_then(|address| web(page, address))
                .ok_or_else(|| format!("runbooks: `{name}` needs an address of a page"))?;
            Ok((pick, url.into()))
        })
        .collect();
    Ok(Runbooks(entries?.into()))
}

/// An address of the web, without a password in it; no script and no file.
fn web(page: Option<&Url>, address: &str) -> Option<Url> {
    let url = match page {
        Some(page) => page.join(address).ok()?,
        None => Url::parse(address).ok()?,
    };
    let plain = url.username().is_empty() && url.password().is_none();
    (matches!(url.scheme(), "http" | "https") && plain).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::TlsLevel;
    use serde_json::json;

    const PAGE: &str = "https://docs.example/runbooks/db/";

    fn settings(mut told: Value) -> Result<Settings, String> {
        told["page"] = PAGE.into();
        read(&told.to_string())
    }

    #[test]
    fn a_page_without_settings_has_the_defaults() {
        let read = settings(json!({ "portal": null, "readonly": null, "target": null })).unwrap();
        assert_eq!(read, Settings::default());
    }

    #[test]
    fn an_attribute_is_stronger_than_the_policy_and_the_policy_than_the_page() {
        let portal = r#"{"target": "azure-flexible", "driver": "pgx", "ignore": ["RES"],
            "policy": {"tls": "verify-full", "hosts": [".example"]}, "probe": "/probe/"}"#;
        let read = settings(json!({
            "portal": portal, "policy": r#"{"policy": {"tls": "verify-ca"}}"#, "driver": "npgsql", "readonly": ""
        }))
        .unwrap();
        assert_eq!(read.options.target, Target::AzureFlexible);
        assert_eq!(read.options.driver, Driver::Npgsql);
        assert_eq!(read.options.policy.tls, Some(TlsLevel::VerifyCa));
        assert!(
            read.options.policy.hosts.is_empty(),
            "a key is replaced whole"
        );
        assert_eq!(read.options.policy.ignore.len(), 1);
        assert!(read.readonly);
    }

    #[test]
    fn probes_are_addresses_of_the_web() {
        let asked = |told: Value| -> Vec<String> {
            let read = settings(told).unwrap();
            read.probes.into_iter().map(String::from).collect()
        };
        let portal = r#"{"probe": ["/probe/", "https://eu.example/", "/probe/"]}"#;
        assert_eq!(
            asked(json!({ "portal": portal })),
            ["https://docs.example/probe/", "https://eu.example/"]
        );
        assert_eq!(
            asked(json!({ "portal": portal, "probe": "p/ https://us.example/" })),
            ["https://docs.example/runbooks/db/p/", "https://us.example/"]
        );
        assert!(asked(json!({ "portal": portal, "no-probe": "" })).is_empty());
        for bad in [
            "javascript:alert(1)",
            "https://user:pw@p.example/",
            "file:///x",
        ] {
            assert!(settings(json!({ "probe": bad })).is_err(), "{bad}");
        }
    }

    #[test]
    fn share_links_lead_to_connlints_own_page_and_not_to_the_portal() {
        let home = |told| settings(told).unwrap().home.map(String::from);
        let told = json!({ "home": "https://connlint.example/1.0/" });
        assert_eq!(home(told).as_deref(), Some("https://connlint.example/1.0/"));
        assert_eq!(home(json!({ "home": "file:///tmp/" })), None);
    }

    #[test]
    fn a_runbook_for_a_code_comes_before_one_for_its_group() {
        let portal = r#"{"runbooks": {"TLS": "tls.html", "TLS001": "https://wiki.example/tls-1", "syn003": "/at"}}"#;
        let runbooks = settings(json!({ "portal": portal })).unwrap().runbooks;
        assert_eq!(runbooks.of("TLS001"), Some("https://wiki.example/tls-1"));
        assert_eq!(
            runbooks.of("TLS002"),
            Some("https://docs.example/runbooks/db/tls.html")
        );
        assert_eq!(runbooks.of("SYN003"), Some("https://docs.example/at"));
        assert_eq!(runbooks.of("SYN001"), None);
        assert_eq!(runbooks.of("tls-required"), None, "a category is no code");
    }

    #[test]
    fn what_is_wrong_is_said_and_names_where() {
        for (told, expected) in [
            (json!({ "portal": "{" }), "connlint-config: "),
            (json!({ "policy": "[]" }), "policy: not a JSON object"),
            (json!({ "target": "azure" }), "there is no target `azure`"),
            (json!({ "policy": r#"{"ignores": []}"# }), "ignores"),
            (
                json!({ "policy": r#"{"runbooks": {"TLX": "/"}}"# }),
                "there is no rule or group `TLX`",
            ),
            (
                json!({ "policy": r#"{"runbooks": {"TLS": "javascript:x"}}"# }),
                "`TLS` needs an address",
            ),
            (json!({ "policy": r#"{"probe": 1}"# }), "probe: an address"),
        ] {
            let error = settings(told).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}
