//! Finds everything in a text that could be a piece of a secret, under any plausible reading.
//!
//! A string that is wrong often splits its password: the piece after a raw `@` becomes a host, the one after a raw `;` a
//! keyword. So the password is taken as wide as a person could have meant it.

use super::command::begins_flag;
use super::{Parse, keywords, scheme};
use crate::model::{Grammar, Setting};
use crate::placeholder;
use crate::text::{Span, last, slice};
use crate::token;
use alloc::vec::Vec;

pub(super) fn find(text: &str, parse: &Parse) -> Vec<Span> {
    let mut out = Vec::new();
    // A URI that came to stand in another dialect's string keeps its userinfo.
    let uri_inside = || {
        text.split_once("://")
            .is_some_and(|(_, rest)| rest.contains('@'))
    };
    let is_url = parse.dialect.grammar().is_url();
    if is_url || uri_inside() {
        let rest = || is_url.then(|| rest_before_at(text)).flatten();
        out.extend(widest_userinfo_password(text).or_else(rest));
        out.extend(behind_hash(text, parse));
        in_query(text, &mut out);
    }
    // Where names and values stand apart from each other, a value ends where it ends.
    let apart = matches!(
        parse.dialect.grammar(),
        Grammar::Entries | Grammar::Command | Grammar::Pgpass
    );
    // Up to the next keyword that anybody knows: what lies between may be the rest of the secret.
    let mut next_known = text.len();
    for setting in parse.settings.all.iter().rev() {
        let value = setting.value.span;
        if setting.param.is_secret() {
            let end = if apart {
                let option = setting.key_span.is_some_and(|key| {
                    slice(text, Span::new(0, key.start)).ends_with(begins_flag)
                        || slice(text, key).starts_with(begins_flag)
                });
                if option && parse.dialect.grammar() == Grammar::Command {
                    end_of_option(text, value)
                } else {
                    end_apart(text, parse.dialect.grammar(), value)
                }
            } else if setting.key_span.is_none() {
                value.end
            } else {
                next_known.max(value.end)
            };
            let kept = slice(text, Span::new(value.end, end))
                .trim_end_matches(|c: char| {
                    c.is_whitespace() || matches!(c, ';' | '&' | '\'' | '"')
                })
                .len();
            out.push(Span::new(value.start, value.end + kept));
        }
        if let Some(key) = setting.key_span
            && keywords::known_anywhere(&setting.key)
        {
            next_known = key.start;
        }
    }
    if !apart {
        behind_secret_keywords(text, &mut out);
    }
    // `-pTr0ub4dor`, as MySQL's programs take it.
    if parse.dialect.grammar() == Grammar::Command {
        let glued = |s: &&Setting| {
            let raw = slice(text, s.value.span);
            let behind = s.key_span.is_some_and(|key| key.end == s.value.span.start);
            s.key == "p" && behind && !is_port(raw) && !is_slip_of_a_port(raw)
        };
        out.extend(
            parse
                .settings
                .all
                .iter()
                .filter(glued)
                .map(|s| s.value.span),
        );
    }
    // An access token is a secret wherever it came to stand, as in the place of the user's name.
    out.extend(token::find(text));
    out.retain(|span| !span.is_empty());
    out
}

/// Where a secret may end that stands behind an option of a command: a blank that nobody quoted cuts it, and what comes before
/// the next option may be the rest.
fn end_of_option(text: &str, value: Span) -> usize {
    let rest = text.get(value.end..).unwrap_or("");
    if rest.starts_with(['"', '\'']) {
        return end_apart(text, Grammar::Command, value);
    }
    let line = rest.split('\n').next().unwrap_or("");
    let option = line
        .match_indices(' ')
        .find(|(at, _)| slice(line, Span::new(at + 1, line.len())).starts_with(begins_flag));
    let before = option.map_or(line.len(), |(at, _)| at);
    value.end + slice(line, Span::new(0, before)).trim_end().len()
}

/// Where a secret may end that stands apart from the names round it: further on in its line, where the line shows that
/// something cut it short.
fn end_apart(text: &str, grammar: Grammar, value: Span) -> usize {
    let rest = text.get(value.end..).unwrap_or("");
    let line = rest.split('\n').next().unwrap_or("");
    let quotes = line.len() - line.trim_start_matches(['"', '\'', '`']).len();
    // A quote of its own ends the literal, or a blank and a `#` begin what YAML takes for a comment.
    let literal_goes_on = quotes > 0
        && line
            .get(quotes..)
            .and_then(|behind| behind.chars().next())
            .is_some_and(|c| !c.is_whitespace() && !",;:.+)}]>/\\".contains(c));
    let comment = line.trim_start().starts_with('#');
    // A colon ends the password of a .pgpass line, whatever stands behind it.
    if grammar == Grammar::Pgpass || literal_goes_on || comment {
        value.end + line.trim_end().len()
    } else {
        value.end
    }
}

/// The secrets of the query as it stands, whatever the reader made of it: Go drops a pair with a raw `;` or a bad percent
/// sign in it, and a pair that is not read would not be masked.
fn in_query(text: &str, out: &mut Vec<Span>) {
    let Some(query) = text.find('?') else {
        return;
    };
    // From the back, so that each secret knows where the next keyword begins.
    let mut end = text.len();
    for (equals, _) in text.rmatch_indices('=').take_while(|(at, _)| *at > query) {
        let near = near_before(text, equals);
        let start = text
            .get(near..equals)
            .and_then(|before| before.rfind(['?', '&', ';']))
            .map_or(near, |at| near + at + 1);
        let key = slice(text, Span::new(start, equals));
        if keywords::sounds_secret(key) {
            let value = slice(text, Span::new(equals + 1, end));
            let kept = value.trim_end_matches(['&', ';', ' ']).len();
            out.push(Span::new(equals + 1, equals + 1 + kept));
        }
        if keywords::known_anywhere(key) {
            end = start;
        }
    }
}

/// What stands behind a `#` that comes after a secret of the query: some readers end the query there, wherever the rest of
/// the secret is.
fn behind_hash(text: &str, parse: &Parse) -> Option<Span> {
    let secret = parse
        .settings
        .all
        .iter()
        .find(|s| s.param.is_secret() && s.key_span.is_some())?;
    let hash = text.get(secret.value.span.start..)?.find('#')?;
    Some(Span::new(secret.value.span.start + hash + 1, text.len()))
}

/// What stands behind `password=` and its like anywhere in the text, up to the next keyword that anybody knows: a driver that
/// splits the text elsewhere, or a separator that is missing, may hide the keyword in another value.
fn behind_secret_keywords(text: &str, out: &mut Vec<Span>) {
    let mut next_known = text.len();
    for (at, _) in text.rmatch_indices('=') {
        let near = near_before(text, at);
        let before = text.get(near..at).unwrap_or("").trim_end();
        let begins = |stop: fn(char) -> bool| {
            before.rfind(stop).map_or(0, |p| {
                p + before
                    .get(p..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(1, char::len_utf8)
            })
        };
        let word = begins(|c| !(c.is_ascii_alphanumeric() || c == '_'));
        let phrase = begins(|c| matches!(c, ';' | '&' | '?' | '\n' | ','));
        let name = |start: usize| before.get(start..).unwrap_or("").trim();
        if keywords::sounds_secret(name(word)) {
            let kept = slice(text, Span::new(at + 1, next_known))
                .trim_end_matches(|c: char| {
                    c.is_whitespace() || matches!(c, ';' | '&' | '\'' | '"')
                })
                .len();
            out.push(Span::new(at + 1, at + 1 + kept));
        }
        // The longest name counts: `User Id` begins before `Id`.
        if let Some(start) = [phrase, word].into_iter().find(|start| {
            let name = name(*start);
            name.len() <= 40 && keywords::known_anywhere(name)
        }) {
            next_known = near + start;
        }
    }
}

/// How far before its `=` a keyword is looked for, in bytes.
const LONGEST_KEYWORD: usize = 128;

/// Where to begin to look for the keyword whose `=` stands at `at`: nobody's is that long, and a text full of `=` stays cheap.
fn near_before(text: &str, at: usize) -> usize {
    at - last(slice(text, Span::new(0, at)), LONGEST_KEYWORD).len()
}

/// From the first `:` after the scheme to the last `@` that can belong to the userinfo; in a text that was cut off before
/// its `@`, to the end.
fn widest_userinfo_password(text: &str) -> Option<Span> {
    let mut start = text.find("//").map_or(0, |at| at + 2);
    if text.get(start..)?.starts_with('[') {
        // The colons of an IPv6 address separate nothing.
        start += text.get(start..)?.find(']')?;
    }
    let colon = start + text.get(start..)?.find(':')?;
    let after = text.get(colon + 1..)?;
    let port = after.split(['/', '?', '#', ',']).next().unwrap_or("");
    let query = after
        .match_indices('?')
        .map(|(at, _)| at)
        .find(|at| after.get(at + 1..).is_some_and(query_like));
    // `host:5432/…?user=me@srv`: a port, and the `@` belongs to the query.
    let searched = match query {
        Some(query) if is_port(port) => after.get(..query)?,
        _ => after,
    };
    let end = match searched.rfind('@') {
        Some(at) => at,
        None if is_port(port) || is_slip_of_a_port(port) => return None,
        None => query.unwrap_or(after.len()),
    };
    Some(Span::new(colon + 1, colon + 1 + end))
}

/// What stands before the `@` where there is neither a scheme nor a `:`, as in `wQe@db.example:5432`: the end of a password whose
/// beginning a reader has cut off, as likely as a user name.
fn rest_before_at(text: &str) -> Option<Span> {
    if scheme::end(text) > 0 {
        return None;
    }
    let start = if text.starts_with("//") { 2 } else { 0 };
    let before_query = text.get(start..)?.split('?').next()?;
    Some(Span::new(start, start + before_query.rfind('@')?))
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// `port`, `5432x`, `{port}`: what people write where a port belongs, and no password.
fn is_slip_of_a_port(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text.is_empty()
        || text.eq_ignore_ascii_case("port")
        || (digits >= 3 && text.len() <= digits + 1)
        || !placeholder::find(text).is_empty()
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
        let mut found: Vec<&str> = parse
            .secrets(text)
            .iter()
            .map(|s| slice(text, *s))
            .collect();
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
            ("postgresql://u:secret", Dialect::LibpqUri, "secret"),
            ("postgresql://u:sec/ret", Dialect::LibpqUri, "sec/ret"),
            ("ret@db.example:5432/db", Dialect::LibpqUri, "ret"),
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
    fn what_is_cut_off_a_secret_that_stands_apart_is_covered() {
        for (text, dialect, expected) in [
            ("h.example:5432:db:u:pa:ss", Dialect::Pgpass, "pa:ss"),
            (
                "psql -h h --password=pa ss -p 1",
                Dialect::PsqlCommand,
                "pa ss",
            ),
            (
                "psql -h h \u{2014}password=pa ss \u{2013}p 1",
                Dialect::PsqlCommand,
                "pa ss",
            ),
            (
                "psql -h h --password='pa' -p 1 app",
                Dialect::PsqlCommand,
                "pa",
            ),
            (
                "connect(host='h', password='pa'ss', user='u')",
                Dialect::PythonKwargs,
                "pa'ss', user='u')",
            ),
            (
                "connect(host='h', password='pass', user='u')",
                Dialect::PythonKwargs,
                "pass",
            ),
            (
                "host: h\npassword: pa #ss\n",
                Dialect::ActiverecordYaml,
                "pa #ss",
            ),
        ] {
            let found = secrets(text, dialect);
            assert!(found.contains(&expected), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_pair_that_the_reader_drops_is_covered() {
        for driver in [Driver::Pgx, Driver::LibPq, Driver::Libpq] {
            for password in ["a;b", "a%zz", "a%", "a=b&c"] {
                let text =
                    std::format!("postgresql://h/db?user=u&password={password}&sslmode=require");
                let parse = super::super::parse(&text, Dialect::LibpqUri, driver);
                let secrets = parse.secrets(&text).iter();
                let found: Vec<&str> = secrets.map(|s| slice(&text, *s)).collect();
                assert!(found.contains(&password), "{driver}: {password}: {found:?}");
            }
        }
    }

    #[test]
    fn what_a_hash_cuts_off_a_password_is_covered() {
        for driver in [Driver::Libpq, Driver::NodePostgres] {
            let text = "postgresql://h/db?password=p&sslmode=require#ss";
            let parse = super::super::parse(text, Dialect::LibpqUri, driver);
            let found: Vec<&str> = parse
                .secrets(text)
                .iter()
                .map(|s| slice(text, *s))
                .collect();
            assert!(found.contains(&"p") && found.contains(&"ss"), "{found:?}");
        }
    }

    #[test]
    fn a_token_is_covered_wherever_it_stands() {
        let token = crate::token::made(r#"{"aud":"x","exp":1}"#);
        for text in [
            std::format!("host=h port=5432 user={token} dbname=d"),
            std::format!("host=h port=5432 application_name={token}"),
        ] {
            assert_eq!(secrets(&text, Dialect::LibpqKv), [token.as_str()], "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_stays_visible() {
        for text in [
            "postgresql://h:5432/db?user=me@srv",
            "postgresql://[::1]:5432/db?user=me@srv",
            "postgresql://h1:5432,h2:5433/db",
            "postgresql://h:port/db",
            "postgresql://{host}:{port}/db",
        ] {
            assert!(secrets(text, Dialect::LibpqUri).is_empty(), "{text}");
        }
        assert_eq!(
            secrets(
                "Password=p;MultipleActiveResultSets=true;Host=h",
                Dialect::AdoNet
            ),
            ["p"]
        );
    }
}
