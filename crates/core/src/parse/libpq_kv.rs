//! The keyword/value grammar of libpq (`conninfo_parse` in fe-connect.c, libpq 15 to 18), and the checks that libpq
//! makes on values before it connects.

use super::checks::{self, Checks};
use super::{Builder, ErrorKind, Parse, ParseError, TokenKind, Version, keywords, libpq_values};
use crate::model::{Dialect, HostPort, Origin, Param, Piece, Setting, Value};
use crate::text::{Span, rest, slice, until};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What makes a driver's own copy of the grammar differ from libpq's; texts with `{}` quote the keyword.
pub(super) struct Profile {
    /// What separates pairs.
    space: fn(char) -> bool,
    missing_equals: &'static str,
    /// The same where something else stands in its place; `{}` quotes that, and `{at}` is the byte where it stands.
    another_character: Option<&'static str>,
    /// Whether a keyword with nothing in it ends the reading.
    ends_without_keyword: bool,
    unterminated: &'static str,
    /// A backslash with nothing behind it; libpq drops it.
    lone_backslash: Option<&'static str>,
    /// An unquoted value that is empty.
    empty_value: Option<&'static str>,
    /// A keyword that the driver does not know; some send it to the server as a setting.
    unknown: Option<&'static str>,
    /// Whether a comma is a part of the host's name.
    one_host: bool,
    /// Whether a keyword that is given again adds to the hosts and ports before it.
    appends: bool,
    keyword: fn(&str) -> Param,
    /// What the driver checks of the values; `None` for libpq, which has its own order.
    checks: Option<&'static Checks>,
}

const LIBPQ: Profile = Profile {
    space: is_space,
    missing_equals: "missing \"=\" after \"{}\" in connection info string",
    another_character: None,
    ends_without_keyword: false,
    unterminated: "unterminated quoted string in connection info string",
    lone_backslash: None,
    empty_value: None,
    unknown: Some("invalid connection option \"{}\""),
    one_host: false,
    appends: false,
    keyword: known_to_libpq,
    checks: None,
};

/// lib/pq (`parseOpts` in conn.go, 1.10): any Unicode blank separates, unknown keywords go to the server.
const LIB_PQ: Profile = Profile {
    space: char::is_whitespace,
    unterminated: "unterminated quoted string literal in connection string",
    lone_backslash: Some("missing character after backslash"),
    unknown: None,
    keyword: known_to_lib_pq,
    checks: Some(&checks::LIB_PQ),
    ..LIBPQ
};

/// The quote at the end of the first text is its own.
const LIB_PQ_1_10: Profile = Profile {
    missing_equals: "missing \"=\" after \"{}\" in connection info string\"",
    one_host: true,
    keyword: known_to_libpq,
    checks: Some(&checks::LIB_PQ_1_10),
    ..LIB_PQ
};

/// tokio-postgres 0.7 (`Parser` in config.rs).
pub(super) const TOKIO_POSTGRES: Profile = Profile {
    space: char::is_whitespace,
    missing_equals: "invalid connection string: unexpected EOF",
    another_character: Some(
        "invalid connection string: unexpected character at byte {at}: expected `=` but got `{}`",
    ),
    ends_without_keyword: true,
    unterminated: "invalid connection string: unterminated quoted connection parameter value",
    empty_value: Some("invalid connection string: unexpected EOF"),
    unknown: Some("invalid connection string: unknown option `{}`"),
    appends: true,
    keyword: checks::known_to_tokio_postgres,
    checks: Some(&checks::TOKIO_POSTGRES),
    ..LIBPQ
};

pub(super) const fn lib_pq(version: Version) -> &'static Profile {
    if version.before(1, 11) {
        &LIB_PQ_1_10
    } else {
        &LIB_PQ
    }
}

pub(super) fn known_to_libpq(name: &str) -> Param {
    keywords::meaning(keywords::libpq(name), name)
}

/// lib/pq from 1.11 on has another name for the database.
fn known_to_lib_pq(name: &str) -> Param {
    match name {
        "database" => Param::Database,
        name => known_to_libpq(name),
    }
}

pub(super) fn parse(text: &str, version: Version) -> Parse {
    parse_with(text, &LIBPQ, version)
}

pub(super) fn parse_with(text: &str, profile: &Profile, version: Version) -> Parse {
    let mut scan = Scan {
        b: Builder::new(Dialect::LibpqKv),
        text,
        profile,
        version,
    };
    scan.run();
    scan.finish()
}

struct Scan<'a> {
    b: Builder,
    text: &'a str,
    profile: &'a Profile,
    version: Version,
}

impl Scan<'_> {
    fn run(&mut self) {
        let (text, space) = (self.text, self.profile.space);
        let mut at = 0;
        loop {
            at = self.skip_space(at);
            if at >= text.len() {
                break;
            }
            // The name runs to the `=` or to a blank, and an `=` must follow.
            let name = Span::new(at, until(text, at, |c| c == '=' || space(c)));
            if name.is_empty() && self.profile.ends_without_keyword {
                break;
            }
            let equals = self.skip_space(name.end);
            if !rest(text, equals).starts_with('=') {
                self.b.tokens.push(TokenKind::Other, name);
                self.missing_equals(name, equals);
                // The driver stops here; the rest is read for the sake of the findings.
                at = name.end;
                continue;
            }
            self.b.tokens.push(TokenKind::Key, name);
            self.b
                .tokens
                .push(TokenKind::Delimiter, Span::new(equals, equals + 1));
            let start = self.skip_space(equals + 1);
            at = if rest(text, start).starts_with('\'') {
                self.quoted(name, start)
            } else {
                self.unquoted(name, start)
            };
        }
    }

    /// No `=` follows the keyword `name`: at byte `at` stands something else, or nothing.
    fn missing_equals(&mut self, name: Span, at: usize) {
        let other = rest(self.text, at).chars().next();
        match (other, self.profile.another_character) {
            (Some(c), Some(template)) => {
                let template = template.replace("{at}", &at.to_string());
                let place = Span::new(at, at + c.len_utf8());
                self.b
                    .error_quoting(ErrorKind::Syntax, name, template, place);
            }
            _ => {
                let template = self.profile.missing_equals;
                self.b
                    .error_quoting(ErrorKind::Syntax, name, template, name);
            }
        }
    }

    fn unquoted(&mut self, name: Span, start: usize) -> usize {
        let mut content = String::new();
        let mut end = start;
        let mut chars = rest(self.text, start).char_indices();
        while let Some((at, c)) = chars.next() {
            if (self.profile.space)(c) {
                break;
            }
            let here = start + at;
            end = here + c.len_utf8();
            if c != '\\' {
                content.push(c);
                continue;
            }
            // Takes the next character as it is; libpq drops a lone one at the end.
            if let Some((at, c)) = chars.next() {
                content.push(c);
                end = start + at + c.len_utf8();
            } else if let Some(template) = self.profile.lone_backslash {
                self.b
                    .error(ErrorKind::Syntax, Span::new(here, here + 1), template);
            }
        }
        if content.is_empty()
            && let Some(template) = self.profile.empty_value
        {
            self.b.error(ErrorKind::Syntax, name, template);
        }
        self.store(name, Span::new(start, end), None, content);
        end
    }

    fn quoted(&mut self, name: Span, start: usize) -> usize {
        let inside = start + 1;
        let mut content = String::new();
        let mut close = None;
        let mut chars = rest(self.text, inside).char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\'' => {
                    close = Some(inside + at);
                    break;
                }
                '\\' => content.extend(chars.next().map(|(_, c)| c)),
                c => content.push(c),
            }
        }
        let quote = Span::new(start, inside);
        self.b.tokens.push(TokenKind::Quote, quote);
        let end = close.unwrap_or(self.text.len());
        self.store(name, Span::new(inside, end), Some('\''), content);
        let Some(close) = close else {
            self.b
                .error(ErrorKind::Syntax, quote, self.profile.unterminated);
            return self.text.len();
        };
        self.b
            .tokens
            .push(TokenKind::Quote, Span::new(close, close + 1));
        close + 1
    }

    fn store(&mut self, key: Span, span: Span, quote: Option<char>, mut content: String) {
        let name = slice(self.text, key);
        let mut param = (self.profile.keyword)(name);
        let too_new =
            self.profile.checks.is_none() && self.version.before(keywords::libpq_since(name), 0);
        if let Some(template) = self.profile.unknown
            && (too_new || is_unknown(self.profile.keyword, name))
        {
            self.b
                .error_quoting(ErrorKind::UnknownKeyword, key, template, key);
        } else if name == "requiressl" {
            (param, content) = requiressl(&content);
        }
        self.b.tokens.push(
            if param.is_secret() {
                TokenKind::Password
            } else {
                value_kind(param)
            },
            span,
        );
        self.b.settings.all.push(Setting {
            param,
            key: name.into(),
            key_span: Some(key),
            value: Value::of(param, span, quote, content),
            origin: Origin::Pair,
        });
    }

    fn skip_space(&mut self, at: usize) -> usize {
        let space = self.profile.space;
        let end = until(self.text, at, |c| !space(c));
        self.b.tokens.push(TokenKind::Space, Span::new(at, end));
        end
    }

    fn finish(mut self) -> Parse {
        if self.profile.appends {
            hosts_of_all_pairs(&mut self.b, self.text);
        } else if self.profile.one_host {
            let piece = |param| {
                let setting = self.b.settings.get(param)?;
                Some(Piece {
                    span: setting.value.span,
                    text: setting.value.expose().into(),
                })
            };
            let (host, port) = (piece(Param::Host), piece(Param::Port));
            self.b.settings.hosts.push(HostPort { host, port });
        } else {
            hosts_of_pairs(&mut self.b, self.text);
        }
        match self.profile.checks {
            None => libpq_values::check(&mut self.b, self.version),
            Some(checks) => {
                let whole = Span::new(0, self.text.len());
                checks::check(&mut self.b, checks, whole);
            }
        }
        self.b.finish(self.text)
    }
}

/// The ancestor of sslmode, rewritten as libpq does (`conninfo_storeval`).
pub(super) fn requiressl(content: &str) -> (Param, String) {
    let strict = content.starts_with('1');
    let mode = if strict { "require" } else { "prefer" };
    (Param::SslMode, mode.into())
}

/// Whether a driver whose keywords mean `keyword` does not know `name`.
pub(super) fn is_unknown(keyword: fn(&str) -> Param, name: &str) -> bool {
    match keyword(name) {
        Param::Unknown => true,
        // Unknown, and kept secret for its name.
        Param::OtherSecret => keywords::libpq(name).is_none(),
        _ => false,
    }
}

/// The hosts and ports of pairs: the last of each counts, the address in the place of a missing name.
pub(super) fn hosts_of_pairs(b: &mut Builder, text: &str) {
    let mut hosts = list(b, text, Param::Host);
    if hosts.is_empty() {
        hosts = list(b, text, Param::HostAddr);
    }
    let ports = list(b, text, Param::Port);
    b.settings.hosts = pair_up(&hosts, &ports);
}

fn list(b: &Builder, text: &str, param: Param) -> Vec<Piece> {
    b.settings
        .get(param)
        .filter(|s| !s.value.expose().is_empty())
        .map(|s| split_list(slice(text, s.value.span), s.value.span, s.value.expose()))
        .unwrap_or_default()
}

/// The same where every pair adds to those before it.
fn hosts_of_all_pairs(b: &mut Builder, text: &str) {
    let every = |param| -> Vec<Piece> {
        b.settings
            .every(param)
            .flat_map(|s| split_list(slice(text, s.value.span), s.value.span, s.value.expose()))
            .collect()
    };
    let (hosts, ports) = (every(Param::Host), every(Param::Port));
    b.settings.hosts = pair_up(&hosts, &ports);
}

/// The token kind of a value, by its meaning.
pub(super) const fn value_kind(param: Param) -> TokenKind {
    match param {
        Param::Host | Param::HostAddr => TokenKind::Host,
        Param::Port => TokenKind::Port,
        Param::User => TokenKind::User,
        Param::Password | Param::OtherSecret => TokenKind::Password,
        Param::Database => TokenKind::Database,
        _ => TokenKind::Value,
    }
}

/// Splits a comma list; the spans of the elements are exact where the raw text is what was decoded, else each is the
/// span of the whole list.
pub(super) fn split_list(raw: &str, span: Span, decoded: &str) -> Vec<Piece> {
    let exact = raw == decoded;
    let mut at = span.start;
    decoded
        .split(',')
        .map(|part| {
            let piece = Piece {
                span: if exact {
                    Span::new(at, at + part.len())
                } else {
                    span
                },
                text: part.into(),
            };
            at += part.len() + 1;
            piece
        })
        .collect()
}

/// Ports go with hosts by position; one port alone goes with every host.
pub(super) fn pair_up(hosts: &[Piece], ports: &[Piece]) -> Vec<HostPort> {
    let some = |piece: &Piece| (!piece.text.is_empty()).then(|| piece.clone());
    let len = hosts
        .len()
        .max(if hosts.is_empty() { ports.len() } else { 0 });
    (0..len)
        .map(|i| HostPort {
            host: hosts.get(i).and_then(some),
            port: if ports.len() == 1 {
                ports.first()
            } else {
                ports.get(i)
            }
            .and_then(some),
        })
        .collect()
}

/// libpq's `parse_int_param` and the range check on each port.
pub(super) fn check_port(b: &mut Builder) {
    let mut seen = None;
    for port in b.settings.hosts.iter().filter_map(|h| h.port.as_ref()) {
        // One that serves several hosts is looked at once.
        if seen.replace(port) == Some(port) {
            continue;
        }
        let (kind, template) = match port.text.trim_matches(is_space).parse::<i64>() {
            Err(_) => (
                ErrorKind::PortNotANumber,
                "invalid integer value \"{}\" for connection option \"port\"",
            ),
            Ok(n) if !(1..=65535).contains(&n) => {
                (ErrorKind::PortOutOfRange, "invalid port number: \"{}\"")
            }
            Ok(_) => continue,
        };
        let error = ParseError::new(kind, port.span, template);
        b.errors.push(error.quoting(port.span));
    }
}

/// C's `isspace` in the C locale; a no-break space is none.
pub(super) const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Redactor;
    use std::{format, vec};

    fn read(text: &str) -> String {
        parse(text, Version::NEWEST)
            .settings
            .all
            .iter()
            .map(|s| format!("{}={}", s.key, s.value.expose()))
            .collect::<Vec<_>>()
            .join("|")
    }

    fn errors(text: &str) -> Vec<String> {
        let p = super::super::parse(text, Dialect::LibpqKv, crate::model::Driver::Libpq);
        let redactor = Redactor::new(p.secrets(text));
        p.errors
            .iter()
            .map(|e| e.driver_text(text, &redactor))
            .collect()
    }

    #[test]
    fn reads_like_libpq() {
        for (text, expected) in [
            ("host = h  password = secret", "host=h|password=secret"),
            ("host='h' password='se cret'", "host=h|password=se cret"),
            (r"password='it\'s'", "password=it's"),
            ("password=it's host=h", "password=it's|host=h"),
            ("password=\"secret\" host=h", "password=\"secret\"|host=h"),
            ("host= port=5432", "host=port=5432"),
            ("host=h password=", "host=h|password="),
            (r"sslcert=C:\path\cert host=h", "sslcert=C:pathcert|host=h"),
            ("user='a'password='b'", "user=a|password=b"),
            ("host=h;port=5432;dbname=db", "host=h;port=5432;dbname=db"),
            ("host=h password=a%41", "host=h|password=a%41"),
            ("host=h\nport=5432\tuser=u", "host=h|port=5432|user=u"),
            ("", ""),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn objects_in_libpqs_words() {
        for (text, expected) in [
            ("host=h port=5432", vec![]),
            (
                "host h",
                vec![
                    "missing \"=\" after \"host\" in connection info string",
                    "missing \"=\" after \"h\" in connection info string",
                ],
            ),
            ("host=h foo=bar", vec!["invalid connection option \"foo\""]),
            ("HOST=h", vec!["invalid connection option \"HOST\""]),
            (
                "password='abc",
                vec!["unterminated quoted string in connection info string"],
            ),
            (
                "host=h port=x",
                vec!["invalid integer value \"x\" for connection option \"port\""],
            ),
            ("host=h port=0", vec!["invalid port number: \"0\""]),
            (
                "host=h sslmode=Require",
                vec!["invalid sslmode value: \"Require\""],
            ),
            ("host=h requiressl=1", vec![]),
        ] {
            assert_eq!(errors(text), expected, "{text}");
        }
    }

    #[test]
    fn one_port_serves_every_host() {
        let ports = |text| -> Vec<Option<u16>> {
            parse(text, Version::NEWEST)
                .settings
                .hosts
                .iter()
                .map(HostPort::port_number)
                .collect()
        };
        assert_eq!(ports("host=a,b port=5433"), [Some(5433), Some(5433)]);
        assert_eq!(ports("host=a,b port=5432,5433"), [Some(5432), Some(5433)]);
        assert_eq!(ports("host=a,b"), [None, None]);
        assert_eq!(ports("port=' 5432 '"), [Some(5432)]);
    }
}
