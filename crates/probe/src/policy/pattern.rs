//! Host names that may be probed, as a pattern, where their endings do not tell them from others.

use core::fmt;
use core::str::FromStr;
use regex::{Regex, RegexBuilder};

/// How large a pattern may become when it is compiled, in bytes.
const LARGEST: usize = 1 << 20;

/// Names that no list of an operator's servers has in it.
const NOBODYS: [&str; 3] = ["connlint", "connlint.invalid", "db-1.shop.connlint.invalid"];

/// A regular expression that the whole name has to fit, such as `db-[0-9]+\.corp\.example`. Case does
/// not matter, and names have no dot at their end.
#[derive(Clone, Debug)]
pub struct HostPattern {
    text: String,
    whole: Regex,
}

/// Why a pattern cannot be used, in words that its author understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError(String);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for PatternError {}

impl FromStr for HostPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        // By itself first: with the anchors round it, `a)|(b` would be one.
        let build = |text: &str| {
            RegexBuilder::new(text)
                .case_insensitive(true)
                .size_limit(LARGEST)
                .build()
                .map_err(|error| PatternError(error.to_string()))
        };
        build(text)?;
        Ok(Self {
            text: text.to_owned(),
            whole: build(&format!("^(?:{text})$"))?,
        })
    }
}

impl HostPattern {
    /// Whether the whole name fits.
    #[must_use]
    pub fn fits(&self, name: &str) -> bool {
        self.whole.is_match(name)
    }

    /// Whether it lets names through that are certainly not meant.
    pub(super) fn is_wide(&self) -> bool {
        NOBODYS.iter().any(|name| self.fits(name))
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_name_has_to_fit() {
        let pattern: HostPattern = r"db-\d+\.corp\.example|pg\.example".parse().unwrap();
        for name in ["db-1.corp.example", "DB-12.corp.example", "pg.example"] {
            assert!(pattern.fits(name), "{name}");
        }
        for name in [
            "db-1.corp.example.attacker.example",
            "evil-db-1.corp.example",
            "db-1xcorp.example",
            "x.pg.example",
            "pg.example.",
            "pg.example\n",
        ] {
            assert!(!pattern.fits(name), "{name:?}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_the_place() {
        for text in ["db-(", "a)|(b", r"\p{Nonsense}", "(?:a{1000}){1000}"] {
            let error = text.parse::<HostPattern>().unwrap_err();
            assert!(!error.to_string().is_empty(), "{text}");
        }
    }

    #[test]
    fn a_pattern_for_every_name_is_wide() {
        for (text, wide) in [
            (".*", true),
            ("[a-z.-]+", true),
            (r"[a-z0-9-]+\.corp\.example", false),
        ] {
            let pattern: HostPattern = text.parse().unwrap();
            assert_eq!(pattern.is_wide(), wide, "{text}");
        }
    }
}
