//! A team's settings: what `connlint.toml` says, and the same as JSON for the page's and the widget's `policy`.
//!
//! ```toml
//! target = "azure-flexible"
//! ignore = ["RES"]
//!
//! [severity]
//! TLS001 = "error"
//!
//! [policy]
//! hosts = [".postgres.database.azure.com", "localhost"]
//! tls = "verify-full"
//!
//! [[paths]]
//! match = "tests/**"
//! ignore = ["SEC"]
//! ```
//!
//! Nothing is guessed: a key, a code or a name that does not exist is an error that says where it stands.

mod names;

use connlint_core::{Driver, Options, Pick, Policy, Severity, Target, TlsLevel};
use serde::Deserialize;
use std::collections::BTreeMap;

use names::Named;

/// The settings as they were written.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The product that strings are for, where nothing nearer says so.
    target: Option<Named<Target>>,
    /// The driver that strings are for, where nothing nearer says so.
    driver: Option<Named<Driver>>,
    select: Vec<Named<Pick>>,
    ignore: Vec<Named<Pick>>,
    severity: BTreeMap<Named<Pick>, Level>,
    policy: Organisation,
    /// What differs for some files, in order.
    paths: Vec<Paths>,
}

/// What every string has to keep.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Organisation {
    hosts: Vec<String>,
    tls: Option<Named<TlsLevel>>,
    keywords: Vec<String>,
}

/// Settings for the files that a pattern matches.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paths {
    #[serde(rename = "match")]
    pattern: String,
    target: Option<Named<Target>>,
    driver: Option<Named<Driver>>,
    #[serde(default)]
    select: Vec<Named<Pick>>,
    #[serde(default)]
    ignore: Vec<Named<Pick>>,
    #[serde(default)]
    severity: BTreeMap<Named<Pick>, Level>,
}

/// How bad a rule's findings are, or that it does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Error,
    Warning,
    Info,
    Off,
}

impl Level {
    const fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Off => None,
        }
    }
}

/// The settings that count for one text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effective {
    /// The product, if the settings say one.
    pub target: Option<Target>,
    /// The driver, if the settings say one.
    pub driver: Option<Driver>,
    /// The rest.
    pub policy: Policy,
}

impl Effective {
    /// What counts in the end, where an option of the command line goes before the settings unless it is `auto`.
    #[must_use]
    pub fn with(self, target: Target, driver: Driver) -> Options {
        Options {
            target: match target {
                Target::Auto => self.target.unwrap_or(Target::Auto),
                said => said,
            },
            driver: match driver {
                Driver::Auto => self.driver.unwrap_or(Driver::Auto),
                said => said,
            },
            policy: self.policy,
        }
    }
}

impl Config {
    /// Reads the text of a `connlint.toml`.
    ///
    /// # Errors
    /// A message with the line and the column of what is wrong, and what would be right.
    #[cfg(feature = "toml")]
    pub fn from_toml(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())
    }

    /// The patterns of all `[[paths]]`, in order.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(|paths| paths.pattern.as_str())
    }

    /// What counts for a text, where `applies` says which of the [`patterns`](Self::patterns) match its path. What stands
    /// later is stronger.
    #[must_use]
    pub fn effective(&self, applies: impl Fn(usize) -> bool) -> Effective {
        let mut out = Effective {
            target: self.target.map(|t| t.0),
            driver: self.driver.map(|d| d.0),
            policy: Policy {
                hosts: self.policy.hosts.clone(),
                tls: self.policy.tls.map(|level| level.0),
                keywords: self.policy.keywords.clone(),
                ..Policy::default()
            },
        };
        add(&self.select, &self.ignore, &self.severity, &mut out.policy);
        for (_, paths) in self.paths.iter().enumerate().filter(|(i, _)| applies(*i)) {
            out.target = paths.target.map(|t| t.0).or(out.target);
            out.driver = paths.driver.map(|d| d.0).or(out.driver);
            add(
                &paths.select,
                &paths.ignore,
                &paths.severity,
                &mut out.policy,
            );
        }
        out
    }
}

/// Adds to `policy` what one table says of rules.
fn add(
    select: &[Named<Pick>],
    ignore: &[Named<Pick>],
    severity: &BTreeMap<Named<Pick>, Level>,
    policy: &mut Policy,
) {
    if !select.is_empty() {
        policy.select = select.iter().map(|pick| pick.0).collect();
    }
    policy.ignore.extend(ignore.iter().map(|pick| pick.0));
    // Groups come before codes, so that a code's own line counts.
    let (groups, codes): (Vec<_>, Vec<_>) = severity
        .iter()
        .partition(|(pick, _)| matches!(pick.0, Pick::Group(_)));
    for (pick, level) in groups.into_iter().chain(codes) {
        match level.severity() {
            Some(severity) => policy.severity.push((pick.0, severity)),
            None => policy.ignore.push(pick.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::rules::Group;

    fn json(text: &str) -> Result<Config, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn every_table_reaches_the_policy() {
        let config = json(
            r#"{"target": "azure-flexible", "select": ["SYN", "tls"], "ignore": ["syn003"],
                "severity": {"TLS001": "error", "TLS": "info", "SYN002": "off"},
                "policy": {"hosts": [".db.example"], "tls": "verify-ca", "keywords": ["sslmode"]},
                "paths": [{"match": "tests/**", "driver": "pgx", "ignore": ["SEC"]},
                          {"match": "*.yaml", "target": "postgres"}]}"#,
        )
        .unwrap();
        assert_eq!(
            config.patterns().collect::<Vec<_>>(),
            ["tests/**", "*.yaml"]
        );
        let plain = config.effective(|_| false);
        assert_eq!(
            (plain.target, plain.driver),
            (Some(Target::AzureFlexible), None)
        );
        assert_eq!(
            plain.policy.select,
            [Pick::Group(Group::Syntax), Pick::Group(Group::Tls)]
        );
        assert_eq!(
            plain.policy.ignore,
            [Pick::Code("SYN003"), Pick::Code("SYN002")]
        );
        assert_eq!(
            plain.policy.severity,
            [
                (Pick::Group(Group::Tls), Severity::Info),
                (Pick::Code("TLS001"), Severity::Error)
            ]
        );
        assert_eq!(plain.policy.tls, Some(TlsLevel::VerifyCa));
        let both = config.effective(|_| true);
        assert_eq!(
            (both.target, both.driver),
            (Some(Target::Postgres), Some(Driver::Pgx))
        );
        assert!(both.policy.ignore.contains(&Pick::Group(Group::Secrets)));
        let policy = both.policy.clone();
        for (said, counts) in [
            (
                (Target::Auto, Driver::Auto),
                (Target::Postgres, Driver::Pgx),
            ),
            (
                (Target::AzureFlexible, Driver::Libpq),
                (Target::AzureFlexible, Driver::Libpq),
            ),
        ] {
            let options = both.clone().with(said.0, said.1);
            assert_eq!((options.target, options.driver), counts);
            assert_eq!(options.policy, policy);
        }
    }

    #[test]
    fn what_does_not_exist_is_named() {
        for (text, expected) in [
            (r#"{"selct": []}"#, "selct"),
            (
                r#"{"select": ["SYN999"]}"#,
                "there is no rule or group `SYN999`",
            ),
            (r#"{"target": "azure"}"#, "there is no target `azure`"),
            (r#"{"severity": {"TLS001": "fatal"}}"#, "fatal"),
            (
                r#"{"policy": {"tls": "full"}}"#,
                "one of encrypted, verify-ca, verify-full",
            ),
            (r#"{"paths": [{"ignore": []}]}"#, "match"),
        ] {
            let error = json(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[cfg(feature = "toml")]
    #[test]
    fn an_error_in_the_file_says_where() {
        let error =
            Config::from_toml("ignore = [\"RES\"]\nselect = [\"SYN\", \"TLX\"]\n").unwrap_err();
        assert!(error.contains("line 2"), "{error}");
        assert!(error.contains("TLX"), "{error}");
        let error = Config::from_toml("[policy]\nhost = []\n").unwrap_err();
        assert!(
            error.contains("line 2") && error.contains("unknown field `host`"),
            "{error}"
        );
    }
}
