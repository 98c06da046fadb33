//! Values that are names of a closed vocabulary, with an error that lists what there is.

use connlint_core::near::nearest;
use connlint_core::rules::{Group, RULES};
use connlint_core::{Driver, Pick, Target, TlsLevel};
use serde::de::{Deserialize, Deserializer, Error};
use std::cmp::Ordering;

/// A value that was written by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Named<T>(pub(crate) T);

/// What can be written by name.
pub(crate) trait Vocabulary: Sized {
    /// What it is called in messages.
    const WHAT: &'static str;
    /// The value of `name`.
    fn find(name: &str) -> Option<Self>;
    /// The names that there are, as far as they help.
    fn help(wrong: &str) -> String;
}

impl<'de, T: Vocabulary> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        T::find(&name).map(Self).ok_or_else(|| {
            D::Error::custom(format!(
                "there is no {} `{name}`{}",
                T::WHAT,
                T::help(&name)
            ))
        })
    }
}

impl PartialOrd for Named<Pick> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As they are listed: groups, then codes.
impl Ord for Named<Pick> {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |pick: Pick| match pick {
            Pick::Group(group) => (0, group.letters()),
            Pick::Code(code) => (1, code),
        };
        key(self.0).cmp(&key(other.0))
    }
}

fn one_of<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> String {
    let names: Vec<&str> = all.iter().map(|&value| name(value)).collect();
    format!("; one of {}", names.join(", "))
}

impl Vocabulary for Target {
    const WHAT: &'static str = "target";
    fn find(name: &str) -> Option<Self> {
        Self::from_name(name)
    }
    fn help(_: &str) -> String {
        one_of(Self::ALL, Self::name)
    }
}

impl Vocabulary for Driver {
    const WHAT: &'static str = "driver";
    fn find(name: &str) -> Option<Self> {
        Self::from_name(name)
    }
    fn help(_: &str) -> String {
        one_of(Self::ALL, Self::name)
    }
}

impl Vocabulary for TlsLevel {
    const WHAT: &'static str = "TLS level";
    fn find(name: &str) -> Option<Self> {
        Self::from_name(name)
    }
    fn help(_: &str) -> String {
        one_of(&Self::ALL, Self::name)
    }
}

impl Vocabulary for Pick {
    const WHAT: &'static str = "rule or group";
    fn find(name: &str) -> Option<Self> {
        Self::parse(name)
    }
    fn help(wrong: &str) -> String {
        let names = RULES
            .iter()
            .flat_map(|rule| [rule.code, rule.name])
            .chain(Group::ALL.iter().map(|group| group.letters()));
        match nearest(wrong, names, 2) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => "; `connlint rules` lists them".into(),
        }
    }
}
