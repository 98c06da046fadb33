//! The rules' and failures' documents, which come after the first result.

use connlint_core::rules::documents::split;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How the documents stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Documents {
    /// On their way.
    #[default]
    Coming,
    /// All of them, by code.
    Here(Rc<BTreeMap<String, String>>),
    /// They could not be loaded.
    Missing,
}

impl Documents {
    /// Takes apart what was loaded.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let documents = split(text).map(|(code, document)| (code.to_owned(), document.to_owned()));
        Self::Here(Rc::new(documents.collect()))
    }

    /// The document of a rule or failure, in Markdown.
    #[must_use]
    pub fn of(&self, code: &str) -> Option<&str> {
        match self {
            Self::Here(all) => all.get(code).map(String::as_str),
            Self::Coming | Self::Missing => None,
        }
    }

    /// What is said in place of a document that is not here.
    #[must_use]
    pub const fn excuse(&self) -> &'static str {
        match self {
            Self::Coming => "The explanation is being loaded.",
            Self::Here(_) | Self::Missing => {
                "The explanation could not be loaded. Reload the page to try again; `connlint explain` shows it, too."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::rules::documents::joined;

    #[test]
    fn a_document_is_there_once_all_are() {
        assert_eq!(Documents::Coming.of("SYN003"), None);
        let here = Documents::read(&joined());
        assert!(here.of("SYN003").unwrap().starts_with("# SYN003: "));
        assert_ne!(Documents::Coming.excuse(), Documents::Missing.excuse());
    }
}
