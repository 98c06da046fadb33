//! The examples in a rule's documentation: the tests run them, the gallery shows them.

use super::Rule;
use crate::lint::Options;
use crate::model::{Driver, Target};
use crate::policy::TlsLevel;
use alloc::string::String;
use alloc::vec::Vec;

/// A fenced example.
#[derive(Clone, Debug)]
pub struct Example {
    /// `bad`, `good` or `fixed`.
    pub kind: String,
    /// What it is linted with.
    pub options: Options,
    /// The text.
    pub text: String,
}

impl Rule {
    /// The examples in its documentation, in order.
    ///
    /// # Errors
    ///
    /// The word after ```` ```conn, ```` that means nothing.
    pub fn examples(&self) -> Result<Vec<Example>, &'static str> {
        Example::all_in(self.docs)
    }
}

impl Example {
    /// The ```` ```conn,… ```` blocks of a document, in order. `driver=` and `target=` say for what, `hosts=`, `tls=` and
    /// `keywords=` under which policy.
    ///
    /// # Errors
    ///
    /// The word after ```` ```conn, ```` that means nothing.
    pub fn all_in(docs: &str) -> Result<Vec<Self>, &str> {
        let mut out = Vec::new();
        let mut lines = docs.lines();
        while let Some(line) = lines.next() {
            let Some(info) = line.strip_prefix("```conn,") else {
                continue;
            };
            let mut example = Self {
                kind: String::new(),
                options: Options::default(),
                text: String::new(),
            };
            for part in info.split(',') {
                example.option(part).ok_or(part)?;
            }
            let body: Vec<&str> = lines
                .by_ref()
                .take_while(|l| !l.starts_with("```"))
                .collect();
            example.text = body.join("\n");
            out.push(example);
        }
        Ok(out)
    }

    fn option(&mut self, part: &str) -> Option<()> {
        let options = &mut self.options;
        match part.split_once('=') {
            None => self.kind = part.into(),
            Some(("driver", name)) => options.driver = Driver::from_name(name)?,
            Some(("target", name)) => options.target = Target::from_name(name)?,
            Some(("hosts", name)) => options.policy.hosts.push(name.into()),
            Some(("tls", name)) => options.policy.tls = Some(TlsLevel::from_name(name)?),
            Some(("keywords", name)) => options.policy.keywords.push(name.into()),
            Some(_) => return None,
        }
        Some(())
    }
}
