//! Reads and changes HTML documents by their start tags, which are told apart as a browser does.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use anyhow::{Context, Result, ensure};
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

/// A start tag; a script's goes to the end of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    /// What the element is called.
    pub(crate) name: String,
    attributes: BTreeMap<String, String>,
    place: Range<usize>,
}

impl Tag {
    /// Whether it is `<name attribute="value">`.
    pub(crate) fn is(&self, name: &str, attribute: &str, value: &str) -> bool {
        self.name == name && self.get(attribute) == Some(value)
    }

    /// The value of an attribute.
    pub(crate) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }

    /// The file beside the document that an attribute names.
    ///
    /// # Errors
    /// When it names none.
    pub(crate) fn file(&self, attribute: &str) -> Result<&str> {
        let named = self
            .get(attribute)
            .and_then(|value| value.strip_prefix("./"));
        named.with_context(|| format!("no file in `{attribute}` of {self}"))
    }

    /// The files beside the document that its attributes name, each with the attribute's name.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.strip_prefix("./")?)))
    }

    /// The same with another value of an attribute.
    pub(crate) fn with(mut self, attribute: &str, value: impl Into<String>) -> Self {
        self.attributes.insert(attribute.to_owned(), value.into());
        self
    }

    /// The document that it is from, with it as it is now.
    pub(crate) fn put_into(&self, html: &str) -> String {
        let mut html = html.to_owned();
        html.replace_range(self.place.clone(), &self.to_string());
        html
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}", self.name)?;
        for (name, value) in &self.attributes {
            let value = value.replace('&', "&amp;").replace('"', "&quot;");
            write!(f, " {name}=\"{value}\"")?;
        }
        f.write_str(">")
    }
}

/// All start tags of a document, in order.
pub(crate) fn tags(html: &str) -> Vec<Tag> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    // What stands in a script is no tag.
    emitter.naively_switch_states(true);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut tags: Vec<Tag> = Vec::new();
    for token in Tokenizer::new_with_emitter(html, emitter).flatten() {
        match token {
            Token::StartTag(tag) => {
                let attributes = tag.attributes.iter();
                tags.push(Tag {
                    name: text(&tag.name),
                    attributes: attributes
                        .map(|(name, value)| (text(name), text(value)))
                        .collect(),
                    place: tag.span.start..tag.span.end,
                });
            }
            Token::EndTag(tag) => {
                if let Some(last) = tags.last_mut().filter(|last| {
                    last.name == "script" && last.name.as_bytes() == tag.name.as_slice()
                }) {
                    last.place.end = tag.span.end;
                }
            }
            _ => {}
        }
    }
    tags
}

/// The one tag that is `<name attribute="value">`.
///
/// # Errors
/// When there is none, or more than one.
pub(crate) fn one(html: &str, name: &str, attribute: &str, value: &str) -> Result<Tag> {
    let mut found = tags(html);
    found.retain(|tag| tag.is(name, attribute, value));
    ensure!(
        found.len() == 1,
        "there should be one <{name} {attribute}=\"{value}\"> and not {}",
        found.len()
    );
    found.pop().context("the one")
}

/// The document with another text in place of each tag for which `change` gives one.
pub(crate) fn changed(html: &str, mut change: impl FnMut(Tag) -> Option<String>) -> String {
    let mut out = html.to_owned();
    for tag in tags(html).into_iter().rev() {
        let place = tag.place.clone();
        if let Some(text) = change(tag) {
            out.replace_range(place, &text);
        }
    }
    out
}

/// A content security policy: its directives, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Policy(Vec<(String, String)>);

impl Policy {
    /// The attribute that tells a policy from what else a document says of itself, with its value.
    pub(crate) const TAG: (&str, &str) = ("http-equiv", "Content-Security-Policy");

    /// What a policy's text says.
    pub(crate) fn read(text: &str) -> Self {
        let directives = text.split(';').map(str::trim);
        let named = |directive: &str| {
            let (name, value) = directive.split_once(' ').unwrap_or((directive, ""));
            (name.to_owned(), value.trim().to_owned())
        };
        Self(directives.filter(|d| !d.is_empty()).map(named).collect())
    }

    /// The same with another value of a directive that it has.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        for directive in self.0.iter_mut().filter(|directive| directive.0 == name) {
            value.clone_into(&mut directive.1);
        }
        self
    }

    /// The same without a directive.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|directive| directive.0 != name);
        self
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let directives = self.0.iter();
        let all: Vec<_> = directives
            .map(|(name, value)| format!("{name} {value}").trim_end().to_owned())
            .collect();
        f.write_str(&all.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = "<!doctype html><html><head><meta charset=utf-8 />\
        <meta name='m' data-a='./a-1.js' data-b=\"./b.css\" data-c=\"&amp;&quot;\">\
        <script type=module src=\"./s.js\">\"<meta name='m'>\"</script></head><body><!-- <p id=x> --><p id=x>Ä</p></body></html>";

    #[test]
    fn tags_are_those_that_a_browser_sees() {
        let names: Vec<_> = tags(HTML).into_iter().map(|tag| tag.name).collect();
        assert_eq!(
            names,
            ["html", "head", "meta", "meta", "script", "body", "p"]
        );
        let tag = one(HTML, "meta", "name", "m").unwrap();
        assert_eq!(tag.get("data-c"), Some("&\""));
        assert_eq!(tag.file("data-a").unwrap(), "a-1.js");
        assert!(tag.file("data-c").is_err() && tag.file("data-d").is_err());
        let files: Vec<_> = tag.files().collect();
        assert_eq!(files, [("data-a", "a-1.js"), ("data-b", "b.css")]);
    }

    #[test]
    fn a_tag_that_is_gone_or_doubled_is_an_error() {
        assert!(one(HTML, "meta", "name", "n").is_err());
        assert!(one(&HTML.repeat(2), "meta", "name", "m").is_err());
    }

    #[test]
    fn what_is_changed_is_written_in_its_place_and_nothing_else() {
        let tag = one(HTML, "meta", "name", "m").unwrap();
        let html = tag.with("data-a", "./a-2.js").put_into(HTML);
        let written =
            "<meta data-a=\"./a-2.js\" data-b=\"./b.css\" data-c=\"&amp;&quot;\" name=\"m\">";
        let before = "<meta name='m' data-a='./a-1.js' data-b=\"./b.css\" data-c=\"&amp;&quot;\">";
        assert_eq!(html, HTML.replacen(before, written, 1));

        let html = changed(HTML, |tag| match tag.name.as_str() {
            "script" => Some(String::new()),
            "p" => Some(tag.with("id", "y").to_string()),
            _ => None,
        });
        let script = "<script type=module src=\"./s.js\">\"<meta name='m'>\"</script>";
        let expected = HTML
            .replace(script, "")
            .replacen("--><p id=x>", "--><p id=\"y\">", 1);
        assert_eq!(html, expected);
    }

    #[test]
    fn a_policy_is_changed_by_its_directives() {
        let policy =
            Policy::read("default-src 'none';  script-src 'self' 'x'; base-uri 'none'; sandbox;");
        assert_eq!(
            policy.clone().with("script-src", "'y'").to_string(),
            "default-src 'none'; script-src 'y'; base-uri 'none'; sandbox"
        );
        assert_eq!(
            policy
                .without("script-src")
                .with("img-src", "x")
                .to_string(),
            "default-src 'none'; base-uri 'none'; sandbox"
        );
    }
}
