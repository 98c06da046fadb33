//! Recognises files that projects share, by what stands in them.

use crate::text::{Sought, Wanted, exactly};

const CONNECTION_STRINGS: &str = "\"ConnectionStrings\"";
const SERVICES: &str = "services:";
const IMAGE: &str = "image:";
const CONFIG_MAP: &str = "kind: ConfigMap";
const ALEMBIC: &str = "[alembic]";

/// What to look for in a text that may be such a file.
pub(crate) const WORDS: &[Wanted] =
    &exactly::<5>(&[CONNECTION_STRINGS, SERVICES, IMAGE, CONFIG_MAP, ALEMBIC]);

/// A file that is mostly kept in version control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedFile {
    /// `appsettings.json` of .NET.
    Appsettings,
    /// A Compose file.
    Compose,
    /// A ConfigMap of Kubernetes.
    ConfigMap,
    /// `alembic.ini`.
    Alembic,
}

impl SharedFile {
    /// The file that `source` looks like.
    pub(crate) fn of(source: &str, sought: &Sought) -> Option<Self> {
        let begins_line = |word: &'static str| {
            sought.exactly(word).iter().any(|at| {
                source
                    .get(..*at)
                    .is_some_and(|b| b.is_empty() || b.ends_with('\n'))
            })
        };
        if sought.has(CONNECTION_STRINGS) {
            Some(Self::Appsettings)
        } else if begins_line(SERVICES) && sought.has(IMAGE) {
            Some(Self::Compose)
        } else if begins_line(CONFIG_MAP) {
            Some(Self::ConfigMap)
        } else if begins_line(ALEMBIC) {
            Some(Self::Alembic)
        } else {
            None
        }
    }

    /// How it is called in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Appsettings => "appsettings.json",
            Self::Compose => "a Compose file",
            Self::ConfigMap => "a ConfigMap",
            Self::Alembic => "alembic.ini",
        }
    }

    /// Where a password goes instead.
    #[must_use]
    pub const fn instead(self) -> &'static str {
        match self {
            Self::Appsettings => {
                "Use `dotnet user-secrets` on your machine, and a variable such as `ConnectionStrings__Name` or a vault elsewhere."
            }
            Self::Compose => {
                "Write `${NAME}` in its place and keep the value in a `.env` file that is not committed, or use a secret."
            }
            Self::ConfigMap => {
                "A Secret is made for it, best one that an operator fills from a vault."
            }
            Self::Alembic => "Set `sqlalchemy.url` in `env.py`, from a variable.",
        }
    }
}
