//! The share link: the shape of the text in the fragment of an address, which browsers send to nobody.

use connlint_core::shape::{PublicWords, shape};
use connlint_core::{Driver, Options, Target};
use url::{Url, form_urlencoded};

/// How long a link may be, in bytes: chats and trackers cut longer ones.
const MOST: usize = 8_000;

/// What a link carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The shape of a text.
    pub text: String,
    /// The driver that it was checked for.
    pub driver: Driver,
    /// The product.
    pub target: Target,
}

/// Why there is no link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The findings depend on the very names or secrets.
    NoShape,
    /// It would be too long.
    TooLong,
}

impl Obstacle {
    /// What is said.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoShape => {
                "No link: what connlint finds here depends on the very names or secrets in the text, and those do not go into a link."
            }
            Self::TooLong => {
                "No link: the text is too long for one. Take out what does not matter and try again."
            }
        }
    }
}

/// The link for `text`, which opens the page at `page`.
///
/// # Errors
///
/// Why there is none.
pub fn link(
    page: &Url,
    text: &str,
    options: &Options,
    public: &PublicWords,
) -> Result<String, Obstacle> {
    if text.len() > MOST {
        return Err(Obstacle::TooLong);
    }
    // A team's policy is the page's, not the link's: the shape is made without it.
    let options = Options {
        driver: options.driver,
        target: options.target,
        ..Options::default()
    };
    let text = shape(text, &options, public).ok_or(Obstacle::NoShape)?;
    let fragment = form_urlencoded::Serializer::new(String::new())
        .append_pair("driver", options.driver.name())
        .append_pair("target", options.target.name())
        .append_pair("shape", &text)
        .finish();
    let mut link = page.clone();
    link.set_query(None);
    link.set_fragment(Some(&fragment));
    let link = String::from(link);
    if link.len() > MOST {
        return Err(Obstacle::TooLong);
    }
    Ok(link)
}

/// What the fragment of the page's address carries, if it is one of [`link`]'s.
#[must_use]
pub fn read(fragment: &str) -> Option<Shared> {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let mut shared = Shared {
        text: String::new(),
        driver: Driver::Auto,
        target: Target::Auto,
    };
    for (name, value) in form_urlencoded::parse(fragment.as_bytes()) {
        match &*name {
            "driver" => shared.driver = Driver::from_name(&value)?,
            "target" => shared.target = Target::from_name(&value)?,
            "shape" => shared.text = value.into_owned(),
            _ => return None,
        }
    }
    (!shared.text.is_empty()).then_some(shared)
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::rules::documents::joined;
    use connlint_core::{Diagnostic, lint};

    const TEXT: &str = "postgresql://flamingo@heron:Gr33n+Tea@heron.postgres.database.azure.com/orders?sslmode=require";

    fn link_of(text: &str, options: &Options) -> Result<String, Obstacle> {
        let page = Url::parse("https://page.example/tools/?x=1#old").unwrap();
        link(&page, text, options, &PublicWords::of(&joined()))
    }

    #[test]
    fn a_link_carries_the_shape_and_nothing_of_the_text() {
        let options = Options {
            driver: Driver::Pgx,
            ..Options::default()
        };
        let link = link_of(TEXT, &options).unwrap();
        for own in ["flamingo", "heron", "Gr33n", "Tea", "orders", "old", "x=1"] {
            assert!(!link.contains(own), "{own} in {link}");
        }
        let (page, fragment) = link.split_once('#').unwrap();
        assert_eq!(page, "https://page.example/tools/");
        let shared = read(fragment).unwrap();
        assert_eq!(shared.driver, Driver::Pgx);
        let codes = |text: &str| {
            let analysis = lint(text, &options);
            let codes: Vec<&str> = analysis.diagnostics().map(Diagnostic::code).collect();
            codes
        };
        assert_eq!(codes(&shared.text), codes(TEXT));
        assert!(!codes(TEXT).is_empty());
    }

    #[test]
    fn what_cannot_be_shared_is_said() {
        assert_eq!(
            link_of("words", &Options::default()),
            Err(Obstacle::NoShape)
        );
        let long = TEXT.repeat(100);
        assert_eq!(link_of(&long, &Options::default()), Err(Obstacle::TooLong));
    }

    #[test]
    fn other_fragments_are_not_read() {
        for other in [
            "",
            "#",
            "#results",
            "#shape=",
            "#driver=none&shape=x",
            "#a=b&shape=x",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(read("#shape=a+b%26").unwrap().text, "a b&");
    }
}
