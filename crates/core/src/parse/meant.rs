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
    // Of two places for the host, the one counts where a host stands beyond doubt.
    let earlier = before_slash(region, offset).filter(|_| !is_evident_host(region, offset + 1));
    Some(userinfo(region, start, earlier.unwrap_or(offset)))
}

/// The other way to read a URI whose `@`s stand on both sides of a slash: userinfo that ends before the slash, and a path with
/// an `@` in it. `None` where only one of the two ways leads to a host.
///
/// `postgresql://u:p@one.example/x@two.example/db` has a host `two.example`, or a host `one.example` and a database
/// `x@two.example/db`.
#[must_use]
pub fn userinfo_read_otherwise(text: &str) -> Option<Userinfo> {
    let meant = userinfo_as_meant(text)?;
    let start = meant.user.or(meant.password)?.start;
    let start = match meant.user {
        Some(_) => start,
        None => start.checked_sub(1)?,
    };
    let tail = text.get(start..)?;
    let region = tail.get(..query_start(tail).unwrap_or(tail.len()))?;
    let earlier = before_slash(region, meant.at - start)?;
    Some(userinfo(region, start, earlier))
}

/// The last `@` before the first slash of `region`, if `offset` comes behind that slash and a host stands between the two
/// beyond doubt.
fn before_slash(region: &str, offset: usize) -> Option<usize> {
    let slash = region.find('/').filter(|&slash| slash < offset)?;
    let at = region.get(..slash)?.rfind('@')?;
    is_evident_host(region, at + 1).then_some(at)
}

/// Whether a name with a dot, a port, or `localhost` stands at `start` of `region`, up to the next slash or the end.
fn is_evident_host(region: &str, start: usize) -> bool {
    let rest = region.get(start..).unwrap_or("");
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let plain = host
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
    let label = host.rsplit('.').next().unwrap_or("");
    let named = host.contains('.') && label.len() >= 2 && !host.starts_with('.');
    let numbered = port.len() >= 4 && port.bytes().all(|b| b.is_ascii_digit());
    plain
        && !host.is_empty()
        && (host == "localhost" || named || numbered)
        && (port.is_empty() || numbered)
}

/// User and password before the `@` at `offset` of `region`, which begins at `start` of the text.
fn userinfo(region: &str, start: usize, offset: usize) -> Userinfo {
    let before = region.get(..offset).unwrap_or("");
    let colon = before.find(':').map(|at| start + at);
    let at = start + offset;
    let some = |span: Span| (!span.is_empty()).then_some(span);
    Userinfo {
        user: some(Span::new(start, colon.unwrap_or(at))),
        password: colon.and_then(|colon| some(Span::new(colon + 1, at))),
        at,
    }
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
    let mut authority = rest.chars().take_while(|c| !matches!(c, '/' | '?' | '#'));
    authority.all(|c| c.is_alphanumeric() || "-._:,[]%{}<>$ ".contains(c))
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
            (
                "postgresql://u:p@h.example:5432/a@b",
                "u p | h.example:5432/a@b",
            ),
            (
                "postgresql://u:p@s/w@h.example/db",
                "u p@s/w | h.example/db",
            ),
            ("postgresql://u:p@s/w@h/db", "u p@s/w | h/db"),
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

    #[test]
    fn the_other_way_is_known_where_there_is_one() {
        let other = |text: &str| userinfo_read_otherwise(text).map(|u| u.at);
        assert_eq!(
            other("postgresql://u:p@one.example/x@two.example/db"),
            Some(16)
        );
        for text in [
            "postgresql://u:p@h/db",
            "postgresql://u:p@ss@h.example/db",
            "postgresql://u:p@s/w@h.example/db",
            "postgresql://u:p@h.example:5432/a@b",
            "postgresql://u:p/w@h.example/db",
        ] {
            assert_eq!(other(text), None, "{text}");
        }
    }
}
