//! Where the userinfo of a URI ends as its author meant it, whatever a reader makes of raw reserved characters.

use crate::text::Span;

/// User and password as meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Userinfo {
    /// The user name; `None` if it is empty.
    pub user: Option<Span>,
    /// The password; `None` if there is none or it is empty.
    pub password: Option<Span>,
    /// The `@` that ends it.
    pub at: usize,
}

/// The userinfo that ends at the last `@` behind which a host can stand.
///
/// `postgresql://u:p@ss/w@h/db` ends at the second `@`; `postgresql://h/db?user=me@srv` has no userinfo.
#[must_use]
pub fn userinfo_as_meant(text: &str) -> Option<Userinfo> {
    let start = match super::scheme::end(text) {
        0 => text.find("//")? + 2,
        end => end,
    };
    let tail = text.get(start..)?;
    let limit = query_start(tail).unwrap_or(tail.len());
    let region = tail.get(..limit)?;
    let offset = region
        .rmatch_indices('@')
        .map(|(at, _)| at)
        .find(|at| host_follows(tail.get(at + 1..).unwrap_or("")))?;
    // A `/` right behind a host or a `host:port` ends the authority before any `@` that comes later in the path.
    let before = region.get(..offset)?;
    if let Some(slash) = before.find('/')
        && !before.get(..slash)?.contains('@')
        && is_host_port(before.get(..slash)?)
    {
        return None;
    }
    let colon = before.find(':').map(|at| start + at);
    let at = start + offset;
    let some = |span: Span| (!span.is_empty()).then_some(span);
    Some(Userinfo {
        user: some(Span::new(start, colon.unwrap_or(at))),
        password: colon.and_then(|colon| some(Span::new(colon + 1, at))),
        at,
    })
}

/// Where the query begins: at a `?` behind which a keyword stands, with no other `@` before the next `/`.
fn query_start(tail: &str) -> Option<usize> {
    tail.match_indices('?').map(|(at, _)| at).find(|at| {
        tail.get(at + 1..)
            .and_then(|query| query.split_once('='))
            .is_some_and(|(key, _)| super::keywords::known_anywhere(key))
    })
}

/// Whether what follows an `@` can begin with a host.
fn host_follows(rest: &str) -> bool {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or("");
    authority
        .chars()
        .all(|c| c.is_alphanumeric() || "-._:,[]%{}<>$ ".contains(c))
}

/// `host`, or `host:port` with a port of digits: then what stands before a `/` is an authority, not the beginning of a
/// password.
fn is_host_port(authority: &str) -> bool {
    match authority.rsplit_once(':') {
        None => true,
        Some((_, port)) => {
            authority.matches(':').count() == 1
                && port.len() >= 4
                && port.chars().all(|c| c.is_ascii_digit())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::slice;
    use std::format;
    use std::string::String;

    fn meant(text: &str) -> String {
        userinfo_as_meant(text).map_or_else(String::new, |u| {
            let part = |span: Option<Span>| span.map_or("-", |s| slice(text, s));
            format!(
                "{} {} | {}",
                part(u.user),
                part(u.password),
                text.get(u.at + 1..).unwrap_or("")
            )
        })
    }

    #[test]
    fn the_last_at_before_a_host_counts() {
        for (text, expected) in [
            ("postgresql://u:pw@h/db", "u pw | h/db"),
            ("postgresql://u:p@ss@h:5432/db", "u p@ss | h:5432/db"),
            ("postgresql://me@srv:pw@h/db", "me@srv pw | h/db"),
            ("postgresql://u:p/ss@h/db", "u p/ss | h/db"),
            (
                "postgresql://u:p#s?s%@h/db?sslmode=require",
                "u p#s?s% | h/db?sslmode=require",
            ),
            ("postgresql://u@h/db", "u - | h/db"),
            ("postgresql://h/db?user=me@srv", ""),
            ("postgresql://h?user=me@srv", ""),
            ("postgresql://h:5432/db@x", ""),
            ("postgresql://h/a@b", ""),
            ("postgresql://h/db", ""),
            ("postgresql://:@h/db", "- - | h/db"),
            ("", ""),
        ] {
            assert_eq!(meant(text), expected, "{text}");
        }
    }
}
