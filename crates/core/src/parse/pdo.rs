//! PDO's DSN: `pgsql:` and libpq's pairs, with `;` between them.
//!
//! The driver turns every `;` into a blank before libpq sees the text, also inside quotes (`pgsql_driver.c`, PHP 8.2).

use super::{ErrorKind, Parse, ParseError, Version, libpq_kv};
use crate::model::Dialect;
use crate::text::Span;
use alloc::string::String;

/// What a DSN begins with.
pub(crate) const PREFIX: &str = "pgsql:";

pub(super) fn parse(text: &str, version: Version) -> Parse {
    let known = text
        .get(..PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX));
    let pairs = if known {
        text.get(PREFIX.len()..).unwrap_or("")
    } else {
        text
    };
    let mut seen = String::with_capacity(text.len());
    // Blanks in the prefix's place keep every offset as it is.
    seen.extend(core::iter::repeat_n(' ', text.len() - pairs.len()));
    seen.extend(pairs.chars().map(|c| if c == ';' { ' ' } else { c }));
    let mut parse = Parse {
        dialect: Dialect::PdoDsn,
        ..libpq_kv::parse(&seen, version)
    };
    if !text.starts_with(PREFIX) {
        let (end, said) = match text.find(':') {
            Some(colon) => (colon + 1, "could not find driver"),
            None => (
                text.len(),
                "PDO::__construct(): Argument #1 ($dsn) must be a valid data source name",
            ),
        };
        let error = ParseError::new(ErrorKind::WrongDialect, Span::new(0, end), said);
        parse.errors.insert(0, error);
    }
    parse
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Param;

    #[test]
    fn a_semicolon_is_a_blank_wherever_it_stands() {
        let parse = parse("pgsql:host=h;port=5432;password='a;b'", Version::NEWEST);
        let get = |param| parse.settings.get(param).map(|s| s.value.expose());
        assert_eq!(get(Param::Host), Some("h"));
        assert_eq!(get(Param::Password), Some("a b"));
        assert!(parse.errors.is_empty());
    }
}
