//! Checks every dependency's licence against the list in `deny.toml`, without a tool to install.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};

/// The licences that `deny.toml` accepts.
#[derive(Debug)]
pub(crate) struct Policy(Vec<Licensee>);

impl Policy {
    /// Reads `[licenses] allow` of the workspace's `deny.toml`.
    ///
    /// # Errors
    /// When the file is missing, or an entry is not an SPDX identifier.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let text = fs::read_to_string(root.join("deny.toml")).context("cannot read deny.toml")?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self> {
        let file: toml::Table = text.parse().context("deny.toml")?;
        let allow = file
            .get("licenses")
            .and_then(|licences| licences.get("allow")?.as_array())
            .context("deny.toml has no [licenses] allow list")?;
        let licences = allow
            .iter()
            .map(|entry| {
                let name = entry.as_str().context("an entry of the list is not text")?;
                Licensee::parse(name).map_err(|error| anyhow::anyhow!("{error}"))
            })
            .collect::<Result<_>>()
            .context("deny.toml: [licenses] allow")?;
        Ok(Self(licences))
    }

    /// Every package whose licence the list does not accept, one sentence each.
    pub(crate) fn violations<'a>(&self, packages: impl Iterator<Item = &'a Value>) -> Vec<String> {
        packages
            .filter_map(|package| {
                let name = package["name"].as_str().unwrap_or_default();
                let version = package["version"].as_str().unwrap_or_default();
                let reason = match package["license"].as_str() {
                    None => "names no licence".to_owned(),
                    Some(text) => match Expression::parse_mode(text, ParseMode::LAX) {
                        Err(error) => format!("has a licence that cannot be read: {text}: {error}"),
                        Ok(expression) if self.accepts(&expression) => return None,
                        Ok(_) => format!("is under {text}, which deny.toml does not allow"),
                    },
                };
                Some(format!("{name} {version} {reason}"))
            })
            .collect()
    }

    fn accepts(&self, expression: &Expression) -> bool {
        expression.evaluate(|asked| self.0.iter().any(|licence| licence.satisfies(asked)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn judge(licence: &Value) -> Vec<String> {
        let policy = Policy::parse(r#"licenses.allow = ["MIT", "Apache-2.0"]"#).unwrap();
        let package = json!({ "name": "a", "version": "1.0.0", "license": licence });
        policy.violations([&package].into_iter())
    }

    #[test]
    fn one_allowed_choice_is_enough() {
        assert!(judge(&json!("MIT OR GPL-3.0-only")).is_empty());
        // How older packages write a choice.
        assert!(judge(&json!("GPL-3.0-only/MIT")).is_empty());
    }

    #[test]
    fn what_is_not_allowed_is_named() {
        assert_eq!(
            judge(&json!("MIT AND GPL-3.0-only")),
            ["a 1.0.0 is under MIT AND GPL-3.0-only, which deny.toml does not allow"]
        );
        assert_eq!(judge(&Value::Null), ["a 1.0.0 names no licence"]);
        assert!(judge(&json!("Not a licence"))[0].contains("cannot be read"));
    }
}
