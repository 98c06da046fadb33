//! Finds everything in a text that could be a piece of a secret, under any plausible reading.
//!
//! A string that is wrong often splits its password: the piece after a raw `@` becomes a host, the one after a raw `;` a
//! keyword. So the password is taken as wide as a person could have meant it.

use super::{Parse, keywords};
use crate::model::Dialect;
use crate::text::{Span, slice};
use alloc::vec::Vec;

pub(super) fn find(text: &str, parse: &Parse) -> Vec<Span> {
    let mut out = Vec::new();
    if matches!(parse.dialect, Dialect::LibpqUri | Dialect::JdbcUrl) {
        out.extend(widest_userinfo_password(text));
    }
    let all = &parse.settings.all;
    for (index, setting) in all.iter().enumerate() {
        if !setting.param.is_secret() {
            continue;
        }
        if setting.key_span.is_none() {
            out.push(setting.value.span);
            continue;
        }
        // Up to the next keyword that anybody knows: what lies between may be the rest of the secret.
        let next = all
            .iter()
            .skip(index + 1)
            .filter_map(|later| Some((later.key_span?, later)))
            .find(|(_, later)| keywords::known_anywhere(&later.key))
            .map(|(key, _)| key.start);
        let end = next.unwrap_or(text.len()).max(setting.value.span.end);
        let between = slice(text, Span::new(setting.value.span.end, end));
        let kept = between
            .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '\'' | '"'))
            .len();
        out.push(Span::new(
            setting.value.span.start,
            setting.value.span.end + kept,
        ));
    }
    out.retain(|span| !span.is_empty());
    out
}

/// From the first `:` after the scheme to the last `@` that can belong to the userinfo.
fn widest_userinfo_password(text: &str) -> Option<Span> {
    let start = text.find("//").map_or(0, |at| at + 2);
    let tail = text.get(start..)?;
    let colon = tail.find(':')?;
    let after = tail.get(colon + 1..)?;
    // `host:5432/…?user=me@srv`: a port, and the `@` belongs to the query.
    let digits = after
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(after.len());
    let is_port = after
        .get(digits..)
        .is_some_and(|rest| rest.starts_with(['/', '?', ',']) || rest.is_empty());
    let searched = match after.split_once('?') {
        Some((before, query)) if is_port && query_like(query) => before,
        _ => after,
    };
    let at = searched.rfind('@')?;
    Some(Span::new(start + colon + 1, start + colon + 1 + at))
}

/// Whether what follows a `?` begins with a keyword.
fn query_like(query: &str) -> bool {
    query
        .split_once('=')
        .is_some_and(|(key, _)| keywords::known_anywhere(key))
}

#[cfg(test)]
mod tests {
    use crate::model::{Dialect, Driver};
    use crate::text::slice;
    use std::vec::Vec;

    fn secrets(text: &str, dialect: Dialect) -> Vec<&str> {
        let parse = super::super::parse(text, dialect, Driver::Libpq);
        let mut found: Vec<&str> = parse.secrets.iter().map(|s| slice(text, *s)).collect();
        found.dedup();
        found
    }

    #[test]
    fn a_split_password_is_covered_whole() {
        for (text, dialect, expected) in [
            ("postgresql://u:p@ss@h/db", Dialect::LibpqUri, "p@ss"),
            ("postgresql://u:p/ss@h/db", Dialect::LibpqUri, "p/ss"),
            ("postgresql://u:1/ss@h/db", Dialect::LibpqUri, "1/ss"),
            ("postgresql://u:p?s=s@h/db", Dialect::LibpqUri, "p?s=s"),
            ("postgresql://me@srv:pw@h/db", Dialect::LibpqUri, "pw"),
            ("jdbc:postgresql://u:pw@h/db", Dialect::JdbcUrl, "pw"),
            (
                "jdbc:postgresql://h/db?password=p&ss=1&sslmode=require",
                Dialect::JdbcUrl,
                "p&ss=1",
            ),
            ("Password=p;ss;Host=h", Dialect::AdoNet, "p;ss;Host=h"),
            ("Password=p;ss=1;Host=h", Dialect::AdoNet, "p;ss=1"),
            (
                "host=h password=my secret pw user=u",
                Dialect::LibpqKv,
                "my secret pw",
            ),
            ("host=h password='a b'", Dialect::LibpqKv, "a b"),
        ] {
            assert!(
                secrets(text, dialect).contains(&expected),
                "{text}: {:?}",
                secrets(text, dialect)
            );
        }
    }

    #[test]
    fn what_is_no_secret_stays_visible() {
        assert!(secrets("postgresql://h:5432/db?user=me@srv", Dialect::LibpqUri).is_empty());
        assert_eq!(
            secrets(
                "Password=p;MultipleActiveResultSets=true;Host=h",
                Dialect::AdoNet
            ),
            ["p"]
        );
    }
}
