//! The scheme that a URI begins with, also where it is misspelt, so that what stands behind it is found all the same.

use crate::near::nearest;
use crate::text::is_invisible;
use alloc::borrow::Cow;
use alloc::string::String;

/// How far a scheme can reach, in characters.
const LONGEST: usize = 256;

/// Names of PostgreSQL's that tools give to the scheme of a URI.
const ALIASES: [&str; 5] = ["pg", "pgsql", "psql", "pdo-pgsql", "pdo_pgsql"];

/// Words that are near enough to be taken for a slip, and are none.
const OTHERS: [&str; 2] = ["postgis", "postgrest"];

/// What is shorter is no slip of theirs.
pub(crate) const SHORTEST_SLIP: usize = 6;

/// Where what follows the scheme begins, be the scheme spelt right, misspelt or doubled; 0 where the text begins with none.
#[must_use]
pub(crate) fn end(text: &str) -> usize {
    let mut at = 0;
    while let Some(len) = text.get(at..).and_then(one) {
        at += len;
    }
    at
}

/// The length of the first of them; less than [`end`] where it is doubled.
#[must_use]
pub(crate) fn first(text: &str) -> usize {
    one(text).unwrap_or(0)
}

/// Whether `text` begins with a scheme of PostgreSQL's, right or nearly so, behind which an authority stands.
#[must_use]
pub(crate) fn is_one(text: &str) -> bool {
    one(text).is_some()
}

/// The length of the scheme at the beginning of `text`, with the colon and the slashes behind it.
fn one(text: &str) -> Option<usize> {
    for right in ["postgresql://", "postgres://"] {
        if text.starts_with(right) {
            return Some(right.len());
        }
    }
    // Most texts tell by the character behind their first word that it is no scheme.
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'_');
    let behind = text.bytes().take(LONGEST).find(|b| !is_part(b))?;
    if behind.is_ascii() && !matches!(behind, b':' | b'/') {
        return None;
    }
    let head = plain_head(text);
    let name_len = head
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '_')))
        .filter(|&len| len > 0)?;
    let (name, behind) = head.split_at_checked(name_len)?;
    let colon = behind.starts_with(':');
    let slashes = behind.get(usize::from(colon)..)?;
    let count = slashes.len() - slashes.trim_start_matches('/').len();
    let rest = slashes.get(count..)?;
    let name = name.split('+').next()?;
    let known = match name.len() {
        10 if name.eq_ignore_ascii_case("postgresql") => match (colon, count) {
            (true, 2..) => true,
            (true, _) | (false, 2) => goes_on(rest),
            (false, _) => false,
        },
        8 if name.eq_ignore_ascii_case("postgres") => match (colon, count) {
            (true, 2..) => true,
            // `postgres:16@sha256:…` is an image, `postgres:/var/lib` a volume.
            (true, 1) | (false, 2) => goes_on(rest),
            _ => false,
        },
        _ => colon && count >= 2 && (is_alias(name) || is_slip(name)),
    };
    known.then(|| {
        let len = name_len + usize::from(colon) + count.min(2);
        if text.get(..len).is_some_and(str::is_ascii) {
            return len;
        }
        // In the coordinates of the text, with what cannot be seen in it.
        text.char_indices()
            .filter(|(_, c)| !is_invisible(*c))
            .nth(len)
            .map_or(text.len(), |(at, _)| at)
    })
}

/// Whether `text` is what stands behind the scheme of a URI for PostgreSQL, without the scheme: `user:password@host:5432/db`.
#[must_use]
pub(crate) fn is_missing(text: &str) -> bool {
    let text = text.strip_prefix("//").unwrap_or(text);
    let query_at = text.find('?').unwrap_or(text.len());
    let (before, query) = text.split_at_checked(query_at).unwrap_or((text, ""));
    let keyed = query
        .get(1..)
        .and_then(|query| query.split_once('='))
        .is_some_and(|(key, _)| super::keywords::libpq(key).is_some());
    let (user, tail) = match before.rsplit_once('@') {
        Some((userinfo, tail)) => (userinfo.split(':').next().unwrap_or(""), tail),
        None if keyed => ("", before),
        None => return false,
    };
    let host_len = tail
        .find(|c: char| !(c.is_ascii_alphanumeric() || "-._".contains(c)))
        .unwrap_or(tail.len());
    let (host, behind) = tail.split_at_checked(host_len).unwrap_or((tail, ""));
    let port_len = behind.strip_prefix(':').map_or(0, |port| {
        1 + port.bytes().take_while(u8::is_ascii_digit).count()
    });
    let (port, path) = behind.split_at_checked(port_len).unwrap_or((behind, ""));
    let word = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || "-._%+@".contains(c))
    };
    let looks = !text.contains(char::is_whitespace)
        && !text.contains("://")
        && host.starts_with(|c: char| c.is_ascii_alphanumeric())
        // An image by its digest.
        && host != "sha256"
        && user.starts_with(|c: char| c.is_ascii_alphanumeric()) == before.contains('@')
        && word(user)
        && port != ":"
        && (path.is_empty() || path.starts_with('/'))
        && !(port.is_empty() && path.is_empty() && query.is_empty())
        && !super::pgpass::looks_like_one(text);
    // Without a user, a name alone may be the end of something else.
    let about_postgres = (keyed
        && (before.contains('@') || !port.is_empty() || host.contains('.')))
        || matches!(port, ":5432" | ":6432")
        || host.contains(".postgres.")
        || user == "postgres";
    looks && about_postgres
}

/// Whether `name` is one that some tools take in the place of `postgresql`.
#[must_use]
pub(crate) fn is_alias(name: &str) -> bool {
    ALIASES.iter().any(|alias| alias.eq_ignore_ascii_case(name))
}

/// Whether `name` is one that somebody writes who means `postgresql` or `postgres`.
#[must_use]
pub(crate) fn is_slip(name: &str) -> bool {
    name.len() >= SHORTEST_SLIP
        && !OTHERS.iter().any(|other| other.eq_ignore_ascii_case(name))
        && nearest(name, ["postgresql", "postgres"], 2).is_some()
}

/// Whether `text` begins with `user@host` or `host:port/`, and not with the name of a database.
#[must_use]
pub(crate) fn is_authority(text: &str) -> bool {
    let end = text.find(['/', '?']).unwrap_or(text.len());
    let Some(authority) = text.get(..end) else {
        return false;
    };
    match authority.rsplit_once('@') {
        Some((user, host)) => {
            !user.is_empty()
                && (user.contains(':') || host.contains(['.', ':']) || end < text.len())
        }
        None => has_port(text),
    }
}

/// Whether what stands where an authority should is one: `user@host`, or `host:5432/`.
fn goes_on(rest: &str) -> bool {
    let word = rest.split(char::is_whitespace).next().unwrap_or("");
    if let Some((_, host)) = word.split_once('@') {
        return !host.starts_with("sha256:");
    }
    has_port(word)
}

/// `host:5432/…`
fn has_port(text: &str) -> bool {
    let (host, behind) = text.split_once(':').unwrap_or((text, ""));
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    !host.is_empty()
        && !host.contains('/')
        && digits >= 4
        && behind.get(digits..).is_some_and(|b| b.starts_with('/'))
}

/// The beginning of `text`, without what cannot be seen.
fn plain_head(text: &str) -> Cow<'_, str> {
    let head = text.get(..LONGEST.min(text.len())).unwrap_or("");
    if !head.is_empty() && head.is_ascii() {
        return Cow::Borrowed(head);
    }
    let end = text
        .char_indices()
        .nth(LONGEST)
        .map_or(text.len(), |(at, _)| at);
    let head = text.get(..end).unwrap_or("");
    if head.chars().any(is_invisible) {
        Cow::Owned(
            head.chars()
                .filter(|c| !is_invisible(*c))
                .collect::<String>(),
        )
    } else {
        Cow::Borrowed(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_seen_through() {
        for (text, rest) in [
            ("postgresql://h/db", "h/db"),
            ("POSTGRES://h/db", "h/db"),
            ("postgresql+psycopg2://h/db", "h/db"),
            ("post\u{200b}gresql://h/db", "h/db"),
            ("postgres:///db", "/db"),
            ("postgress://h/db", "h/db"),
            ("postgre://h/db", "h/db"),
            ("pgsql://h/db", "h/db"),
            ("postgresql//u:p@h/db", "u:p@h/db"),
            ("postgresql:/u:p@h/db", "u:p@h/db"),
            ("postgresql:/h:5432/db", "h:5432/db"),
            ("postgresql:u:p@h/db", "u:p@h/db"),
            ("postgresql://postgresql://h/db", "h/db"),
        ] {
            assert_eq!(text.get(end(text)..), Some(rest), "{text}");
        }
    }

    #[test]
    fn a_scheme_may_be_missing() {
        for text in [
            "u:p@h:5432/db",
            "//u:p@h.example/db?sslmode=require",
            "app:p@s#s@shop.postgres.database.azure.com/db",
            "postgres:postgres@localhost/db",
            "h.example:5432/db?sslmode=require",
        ] {
            assert!(is_missing(text), "{text}");
        }
        for text in [
            "",
            "me@h.example",
            "git@github.com:x/y",
            "u:p@h.example/db",
            "redis:p@h:6379/0",
            "h:5432:db:u:p@h",
            "localhost:5432/db",
            "a b@h:5432/db",
            "https://u:p@h:5432/db",
            "postgres:16@sha256:0123",
            "name=u:p@h:5432/db",
            "db?sslmode=require",
        ] {
            assert!(!is_missing(text), "{text}");
        }
    }

    #[test]
    fn an_authority_is_told_from_a_database() {
        for text in [
            "u:p@h.example:5432/db",
            "h.example:5432/db",
            "u@h.example/db",
        ] {
            assert!(is_authority(text), "{text}");
        }
        for text in ["db?host=@pg", "db", "var/run/postgresql", "my@db", ""] {
            assert!(!is_authority(text), "{text}");
        }
    }

    #[test]
    fn other_words_are_no_scheme() {
        for text in [
            "",
            "postgres",
            "postgres:16-alpine",
            "postgres:16@sha256:0123",
            "postgres:/var/lib/postgresql/data",
            "postgres:postgres@localhost:5432/db",
            "postgresql:16/x",
            "postgis://h/db",
            "mysql://u:p@h/db",
            "https://h/db",
            "://h",
        ] {
            assert_eq!(end(text), 0, "{text}");
        }
    }
}
