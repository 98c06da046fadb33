//! URIs as the drivers read them that take a URL library for it: authority up to `/`, `?` or `#`, then userinfo, host, path,
//! query.
//!
//! One scanner serves them all, with the spans; what they do differently stands in [`reader::Reader`], one value for each
//! driver. Where a driver's library follows the WHATWG standard, the `url` crate has the last word on what is refused.

mod reader;

use super::libpq_kv::value_kind;
use super::percent::{decode_lenient, decode_strict};
use super::{Builder, ErrorKind, Parse, TokenKind, keywords};
use crate::model::{Dialect, Driver, HostPort, Origin, Param, Piece, Setting, Value};
use crate::text::{Span, slice};
use alloc::string::String;
use alloc::vec::Vec;

pub(super) use reader::reader_of;
use reader::{Hosts, Path, Reader, UserinfoEnd};

/// Reads `text` as `driver` does.
pub(super) fn parse(text: &str, reader: &Reader) -> Parse {
    Scan {
        b: Builder::new(Dialect::LibpqUri),
        text,
        reader,
    }
    .run()
}

struct Scan<'a> {
    b: Builder,
    text: &'a str,
    reader: &'a Reader,
}

impl Scan<'_> {
    fn run(mut self) -> Parse {
        let text = self.text;
        let body = if self.reader.trims {
            trimmed(text)
        } else {
            Span::new(0, text.len())
        };
        let Some(colon) = slice(text, body).find("://").map(|at| body.start + at) else {
            self.b.error_quoting(
                ErrorKind::WrongDialect,
                body,
                self.reader.wrong_scheme,
                body,
            );
            return self.b.finish(text);
        };
        let scheme = slice(text, Span::new(body.start, colon));
        // SQLAlchemy's `postgresql+psycopg2`: what stands behind the plus names the driver.
        let plain = match scheme.split_once('+') {
            Some((plain, _)) if self.reader.any_driver => plain,
            _ => scheme,
        };
        let known = self.reader.schemes.iter().any(|s| {
            if self.reader.exact_scheme {
                *s == plain
            } else {
                s.eq_ignore_ascii_case(plain)
            }
        });
        if !known {
            let span = Span::new(body.start, colon + 3);
            self.b.error_quoting(
                ErrorKind::WrongDialect,
                span,
                self.reader.wrong_scheme,
                Span::new(body.start, colon),
            );
        }
        let start = colon + 3;
        self.b
            .tokens
            .push(TokenKind::Scheme, Span::new(body.start, start));
        self.refuse_characters(Span::new(start, body.end));

        let userinfo = self.split_userinfo(Span::new(start, body.end));
        let hosts_start = userinfo.map_or(start, |u| u.at + 1);
        let hosts = Span::new(
            hosts_start,
            self.find(hosts_start, body.end, |c| {
                self.reader.authority_ends.contains(c)
            }),
        );
        let authority = Span::new(start, hosts.end);
        if let Some(userinfo) = userinfo {
            self.userinfo(userinfo, authority);
        }
        self.hosts(hosts);

        let mut at = authority.end;
        if self.starts(at, body.end, '/') {
            self.delimiter(at);
            let end = self.find(at + 1, body.end, |c| {
                c == '?' || (c == '#' && self.reader.has_fragment())
            });
            self.database(Span::new(at + 1, end));
            at = end;
        } else {
            self.database(Span::empty(at));
        }
        if self.starts(at, body.end, '?') {
            self.delimiter(at);
            let end = self.find(at, body.end, |c| c == '#' && self.reader.has_fragment());
            self.query(Span::new(at + 1, end));
        }
        self.b.settings.first_wins = self.reader.first_duplicate_wins;
        self.override_hosts();
        self.check_sslmode();
        if self.reader.whatwg && self.b.errors.is_empty() && self.url_refuses() {
            let span = if hosts.is_empty() { authority } else { hosts };
            self.b.error(ErrorKind::Syntax, span, self.reader.refused);
        }
        self.b.finish(text)
    }

    /// Characters that the library does not allow raw.
    fn refuse_characters(&mut self, body: Span) {
        let scope = if self.reader.refuses_everywhere {
            body
        } else {
            let Some(split) = self.split_userinfo(body) else {
                return;
            };
            Span::new(body.start, split.at)
        };
        let raw = slice(self.text, scope);
        let Some((at, c)) = raw.char_indices().find(|(_, c)| (self.reader.refuses)(*c)) else {
            return;
        };
        let span = Span::new(scope.start + at, scope.start + at + c.len_utf8());
        self.b.error(ErrorKind::Syntax, span, self.reader.refused);
    }

    /// Where user, password and the `@` behind them stand, by this reader's rule; `body` is all behind the scheme.
    fn split_userinfo(&self, body: Span) -> Option<Split> {
        let authority_end = self.find(body.start, body.end, |c| "/?#".contains(c));
        let authority = slice(self.text, Span::new(body.start, authority_end));
        let all = slice(self.text, body);
        let at = body.start
            + match self.reader.userinfo_end {
                UserinfoEnd::First => authority.find('@')?,
                UserinfoEnd::Last | UserinfoEnd::Only(_) => authority.rfind('@')?,
                UserinfoEnd::FirstAnywhere => all.find('@')?,
                UserinfoEnd::Sqlalchemy => sqlalchemy_userinfo(all)?,
            };
        let colon = self.find(body.start, at, |c| c == ':');
        Some(Split {
            user: Span::new(body.start, colon),
            password: (colon < at).then(|| Span::new(colon + 1, at)),
            at,
        })
    }

    fn userinfo(&mut self, split: Split, authority: Span) {
        if let UserinfoEnd::Only(template) = self.reader.userinfo_end
            && let Some(first) = slice(self.text, authority).find('@')
            && authority.start + first < split.at
        {
            let first = authority.start + first;
            self.b.error_quoting(
                ErrorKind::Syntax,
                Span::new(first, first + 1),
                template,
                authority,
            );
        }
        self.positional(Param::User, split.user);
        if let Some(password) = split.password {
            self.delimiter(split.user.end);
            self.positional(Param::Password, password);
        }
        self.delimiter(split.at);
    }

    fn hosts(&mut self, span: Span) {
        let many = !matches!(self.reader.hosts, Hosts::One | Hosts::OneOrQueryList);
        let mut at = span.start;
        loop {
            let end = if many {
                self.find(at, span.end, |c| c == ',')
            } else {
                span.end
            };
            self.host(Span::new(at, end));
            if end >= span.end {
                break;
            }
            self.delimiter(end);
            at = end + 1;
        }
        // A port behind the last host is for all of them.
        if matches!(self.reader.hosts, Hosts::ListWithLastPort)
            && let Some(last) = self.b.settings.hosts.last().and_then(|h| h.port.clone())
        {
            for host in &mut self.b.settings.hosts {
                host.port = host.port.take().or_else(|| Some(last.clone()));
            }
        }
        if span.is_empty()
            && let Some(template) = self.reader.empty_host
        {
            self.b.error(
                ErrorKind::Missing,
                Span::new(span.start.saturating_sub(1), span.start),
                template,
            );
        }
    }

    /// `host[:port]`, `[address][:port]`.
    fn host(&mut self, span: Span) {
        let raw = slice(self.text, span);
        // The colons of a bracketed address do not count.
        let bracket = raw.rfind(']').map_or(0, |at| at + 1);
        let behind = raw.get(bracket..).unwrap_or("");
        let colon = if self.reader.last_colon {
            behind.rfind(':')
        } else {
            behind.find(':')
        };
        let colon = colon.map_or(span.end, |colon| span.start + bracket + colon);
        let mut host = Span::new(span.start, colon);
        let inside = slice(self.text, host);
        if inside.len() > 2 && inside.starts_with('[') && inside.ends_with(']') {
            host = Span::new(host.start + 1, host.end - 1);
        }
        let port = Span::new((colon + 1).min(span.end), span.end);
        self.check_host(host);
        self.positional(Param::Host, host);
        if colon < span.end {
            self.delimiter(colon);
        }
        self.positional(Param::Port, port);
        self.check_port(port, colon < span.end);
        let piece = |span| {
            (!Span::is_empty(span)).then(|| Piece {
                span,
                text: decode_lenient(slice(self.text, span)),
            })
        };
        let kept = |span| {
            (!Span::is_empty(span)).then(|| Piece {
                span,
                text: slice(self.text, span).into(),
            })
        };
        let entry = HostPort {
            host: if self.reader.host_kept {
                kept(host)
            } else {
                piece(host)
            },
            port: piece(port),
        };
        self.b.settings.hosts.push(entry);
    }

    fn check_host(&mut self, host: Span) {
        let raw = slice(self.text, host);
        if let Some((refuses, template)) = self.reader.bad_host
            && let Some((at, c)) = raw.char_indices().find(|(_, c)| refuses(*c))
        {
            let at = host.start + at;
            self.b.error(
                ErrorKind::Syntax,
                Span::new(at, at + c.len_utf8()),
                template,
            );
        }
        // Go decodes a percent sequence in a host only within the zone of an IPv6 address.
        if let Some(template) = self.reader.host_percent
            && !raw.contains(':')
            && let Some(at) = raw.find('%')
        {
            let end = raw
                .char_indices()
                .map(|(i, _)| i)
                .find(|i| *i >= at + 3)
                .unwrap_or(raw.len());
            let span = Span::new(host.start + at, host.start + end);
            self.b
                .error_quoting(ErrorKind::Percent, span, template, span);
        }
    }

    fn check_port(&mut self, port: Span, colon: bool) {
        let raw = slice(self.text, port);
        if raw.is_empty() {
            if colon && let Some(template) = self.reader.empty_port {
                let span = Span::new(port.start.saturating_sub(1), port.end);
                self.b
                    .error_quoting(ErrorKind::PortNotANumber, span, template, port);
            }
            return;
        }
        if !raw.bytes().all(|b| b.is_ascii_digit()) {
            if let Some(template) = self.reader.bad_port {
                self.b
                    .error_quoting(ErrorKind::PortNotANumber, port, template, port);
            }
        } else if raw.parse::<u32>().map_or(true, |n| n > 65535)
            && let Some(template) = self.reader.port_out_of_range
        {
            self.b
                .error_quoting(ErrorKind::PortOutOfRange, port, template, port);
        }
    }

    fn database(&mut self, span: Span) {
        let raw = slice(self.text, span);
        if let Path::OneSegment(template) = self.reader.path
            && (raw.is_empty() || raw.contains('/'))
        {
            let place = raw
                .find('/')
                .map_or(span, |at| Span::new(span.start + at, span.start + at + 1));
            self.b.error(ErrorKind::Syntax, place, template);
        }
        self.positional(Param::Database, span);
    }

    fn query(&mut self, span: Span) {
        let mut at = span.start;
        for pair in slice(self.text, span).split('&') {
            let this = Span::new(at, at + pair.len());
            if this.end < span.end {
                self.delimiter(this.end);
            }
            at = this.end + 1;
            self.pair(this, this.end >= span.end);
        }
    }

    fn pair(&mut self, span: Span, last: bool) {
        let raw = slice(self.text, span);
        if let Some(template) = self.reader.bad_query_field
            && !raw.contains('=')
        {
            let place = if span.is_empty() {
                Span::new(span.start.saturating_sub(1), span.start)
            } else {
                span
            };
            self.b
                .error_quoting(ErrorKind::Syntax, place, template, span);
            return;
        }
        if raw.is_empty() {
            if let Some(template) = self.reader.empty_pair.filter(|_| !last) {
                self.b
                    .error(ErrorKind::Syntax, Span::empty(span.start), template);
            }
            return;
        }
        let equals = raw.find('=').map_or(span.end, |at| span.start + at);
        let key = Span::new(span.start, equals);
        let value = Span::new((equals + 1).min(span.end), span.end);
        self.b.tokens.push(TokenKind::Key, key);
        self.b
            .tokens
            .push(TokenKind::Delimiter, Span::new(equals, value.start));
        let name = self.form(key);
        let content = self.form(value);
        if let Some(template) = self.reader.unknown_keyword
            && matches!((self.reader.keyword)(&name), Param::Unknown | Param::Ssl)
        {
            self.b
                .error_quoting(ErrorKind::UnknownKeyword, key, template, key);
        }
        // Go's url.Query leaves out a pair that holds a raw `;` or a bad sequence, without a word.
        let dropped =
            self.reader.drops_bad_pairs && (raw.contains(';') || decode_strict(raw).is_err());
        let param = match self.meaning(&name) {
            param if dropped && param.is_secret() => Param::OtherSecret,
            _ if dropped => Param::Known,
            param => param,
        };
        self.b.tokens.push(value_kind(param), value);
        if content.is_empty() && self.reader.drops_empty_values {
            return;
        }
        self.b.settings.all.push(Setting {
            param,
            key: name,
            key_span: Some(key),
            value: Value::of(param, value, None, content),
            origin: Origin::Query,
        });
    }

    /// What a key of the query means to this driver: where it cannot override the authority, nothing.
    fn meaning(&self, name: &str) -> Param {
        let param = (self.reader.keyword)(name);
        let positional = matches!(
            param,
            Param::Host | Param::Port | Param::User | Param::Password | Param::Database
        );
        if !positional {
            return param;
        }
        let given = || {
            self.b
                .settings
                .all
                .iter()
                .any(|s| s.param == param && s.key_span.is_none())
        };
        let counts =
            self.reader.overrides.contains(&param) && !(self.reader.authority_wins && given());
        match (counts, param) {
            (true, param) => param,
            (false, Param::Password) => Param::OtherSecret,
            (false, _) => Param::Known,
        }
    }

    fn form(&self, span: Span) -> String {
        let raw = slice(self.text, span);
        if self.reader.plus_is_blank {
            decode_lenient(&raw.replace('+', " "))
        } else {
            decode_lenient(raw)
        }
    }

    /// A host or port in the query takes the place of the authority's, where it counts.
    fn override_hosts(&mut self) {
        let list = |b: &Builder, param| -> Option<Vec<Piece>> {
            let setting = b
                .settings
                .get(param)
                .filter(|s| s.origin == Origin::Query)?;
            let text = setting.value.shown()?;
            Some(if matches!(self.reader.hosts, Hosts::One) {
                alloc::vec![Piece {
                    span: setting.value.span,
                    text: text.into()
                }]
            } else {
                super::libpq_kv::split_list(
                    slice(self.text, setting.value.span),
                    setting.value.span,
                    text,
                )
            })
        };
        let (hosts, ports) = (list(&self.b, Param::Host), list(&self.b, Param::Port));
        if hosts.is_none() && ports.is_none() {
            return;
        }
        let old = core::mem::take(&mut self.b.settings.hosts);
        let hosts = hosts.unwrap_or_else(|| old.iter().filter_map(|h| h.host.clone()).collect());
        let ports = ports.unwrap_or_else(|| old.iter().filter_map(|h| h.port.clone()).collect());
        self.b.settings.hosts = super::libpq_kv::pair_up(&hosts, &ports);
    }

    fn check_sslmode(&mut self) {
        let Some((modes, any_case, template)) = self.reader.sslmodes else {
            return;
        };
        let Some(setting) = self.b.settings.get(Param::SslMode) else {
            return;
        };
        let value = setting.value.expose();
        if value.is_empty() && self.reader.empty_sslmode {
            return;
        }
        let known = modes
            .iter()
            .any(|mode| *mode == value || (any_case && mode.eq_ignore_ascii_case(value)));
        if !known {
            let span = setting.value.span;
            let place = if span.is_empty() {
                setting.span()
            } else {
                span
            };
            self.b
                .error_quoting(ErrorKind::BadValue, place, template, span);
        }
    }

    /// Whether the standard refuses the text; a host that is missing is for the driver to mind.
    fn url_refuses(&self) -> bool {
        !matches!(
            url::Url::parse(self.text),
            Ok(_) | Err(url::ParseError::EmptyHost)
        )
    }

    fn positional(&mut self, param: Param, span: Span) {
        self.b.tokens.push(value_kind(param), span);
        if span.is_empty() {
            return;
        }
        let raw = slice(self.text, span);
        let in_authority = !matches!(param, Param::Database);
        if let Err(bad) = decode_strict(raw)
            && let Some(template) = self.reader.bad_percent
        {
            let super::percent::BadPercent::Invalid(at) = bad else {
                return self.push(param, span, decode_lenient(raw));
            };
            let end = raw
                .char_indices()
                .map(|(i, _)| i)
                .find(|i| *i >= at + 3)
                .unwrap_or(raw.len());
            let (at, end) = (span.start + at, span.start + end);
            self.b.error_quoting(
                ErrorKind::Percent,
                Span::new(at, at + 1),
                template,
                Span::new(at, end),
            );
        }
        if in_authority
            && let Some(template) = self.reader.bad_utf8
            && decode_lenient(raw).contains('\u{fffd}')
            && !raw.contains('\u{fffd}')
        {
            self.b.error(ErrorKind::Percent, span, template);
        }
        let content = match self.reader.path {
            Path::Kept if param == Param::Database => raw.into(),
            Path::DecodedUri if param == Param::Database => decode_uri(raw),
            _ => decode_lenient(raw),
        };
        self.push(param, span, content);
    }

    fn push(&mut self, param: Param, span: Span, content: String) {
        self.b.settings.all.push(Setting {
            param,
            key: String::new(),
            key_span: None,
            value: Value::of(param, span, None, content),
            origin: Origin::Authority,
        });
    }

    fn delimiter(&mut self, at: usize) {
        self.b
            .tokens
            .push(TokenKind::Delimiter, Span::new(at, at + 1));
    }

    fn starts(&self, at: usize, end: usize, c: char) -> bool {
        slice(self.text, Span::new(at, end)).starts_with(c)
    }

    fn find(&self, start: usize, end: usize, stop: impl Fn(char) -> bool) -> usize {
        slice(self.text, Span::new(start, end))
            .find(stop)
            .map_or(end.max(start), |at| start + at)
    }
}

/// Where the parts of a userinfo stand.
#[derive(Clone, Copy)]
struct Split {
    user: Span,
    password: Option<Span>,
    at: usize,
}

/// JavaScript's `decodeURI`: what stands for one of its reserved characters stays as it is.
fn decode_uri(raw: &str) -> String {
    let mut kept = String::with_capacity(raw.len());
    for (index, piece) in raw.split('%').enumerate() {
        if index > 0 {
            let reserved = piece
                .get(..2)
                .and_then(|hex| u8::from_str_radix(hex, 16).ok())
                .is_some_and(|byte| b";/?:@&=+$,#".contains(&byte));
            kept.push_str(if reserved { "%25" } else { "%" });
        }
        kept.push_str(piece);
    }
    decode_lenient(&kept)
}

/// `(?:([^:/]*)(?::([^@]*))?@)?`, the regular expression of SQLAlchemy's `make_url`: with a password, the first `@` behind the
/// first colon; without one, the last `@` before a colon or slash.
fn sqlalchemy_userinfo(body: &str) -> Option<usize> {
    let end = body.find([':', '/']).unwrap_or(body.len());
    let user = body.get(..end)?;
    body.get(end..)
        .filter(|rest| rest.starts_with(':'))
        .and_then(|rest| rest.find('@'))
        .map(|at| end + at)
        .or_else(|| user.rfind('@'))
}

fn trimmed(text: &str) -> Span {
    let start = text.len() - text.trim_start().len();
    Span::new(start, start + text.trim().len())
}

/// The keywords that drivers share in a URI's query, in libpq's spelling.
fn libpq_keyword(name: &str) -> Param {
    match name {
        "ssl" => Param::Ssl,
        name => keywords::meaning(keywords::libpq(name), name),
    }
}

/// Whether a `#` begins a fragment for this reader.
pub(super) fn drops_fragment(reader: &Reader) -> bool {
    reader.has_fragment()
}

/// Whether connlint knows how `driver` splits a URI down to its error texts.
pub(super) const fn is_exact(driver: Driver) -> bool {
    matches!(
        driver,
        Driver::NodePostgres
            | Driver::PostgresJs
            | Driver::Sqlx
            | Driver::Asyncpg
            | Driver::Pgx
            | Driver::LibPq
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::format;
    use std::vec::Vec;

    fn parse(text: &str, driver: Driver) -> Parse {
        super::super::parse(text, Dialect::LibpqUri, driver)
    }

    fn part(p: &Parse, param: Param) -> String {
        p.settings
            .get(param)
            .map_or("", |v| v.value.expose())
            .into()
    }

    #[test]
    fn reads_like_the_url_standard() {
        for (text, expected) in [
            ("postgresql://u:p@ss@h:5432/db", "u p@ss h 5432 db"),
            (
                "postgresql://me@srv:secret@h:5432/db",
                "me@srv secret h 5432 db",
            ),
            ("postgresql://u:p%ss@h/db", "u p%ss h  db"),
            (
                "postgresql://u:s@h/my%20db?sslmode=require#frag",
                "u s h  my db",
            ),
            ("postgresql://u:s@h/a%2Fb%25%20c", "u s h  a%2Fb% c"),
        ] {
            let p = parse(text, Driver::NodePostgres);
            assert!(p.errors.is_empty(), "{text}: {:?}", p.errors);
            let read: Vec<String> = [
                Param::User,
                Param::Password,
                Param::Host,
                Param::Port,
                Param::Database,
            ]
            .map(|param| part(&p, param))
            .into();
            assert_eq!(read.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn refuses_what_the_url_standard_refuses() {
        for (text, kind) in [
            ("postgresql://u:p#ss@h:5432/db", ErrorKind::PortNotANumber),
            ("postgresql://u:p/ss@h:5432/db", ErrorKind::PortNotANumber),
            ("postgresql://h:99999/db", ErrorKind::PortOutOfRange),
            ("postgresql://a b/db", ErrorKind::Syntax),
            ("host=h", ErrorKind::WrongDialect),
        ] {
            let kinds: Vec<_> = parse(text, Driver::NodePostgres)
                .errors
                .iter()
                .map(|e| e.kind)
                .collect();
            assert_eq!(kinds, [kind], "{text}");
        }
    }

    proptest! {
        /// Whatever the `url` crate accepts, our scanner splits in the same places.
        #[test]
        fn agrees_with_the_url_crate(
            user in "[a-z@%#?/:]{0,6}", password in "[a-z0-9@%:]{0,6}", host in "[a-z.]{1,8}",
            port in 1u16..65535, db in "[a-z0-9/]{0,6}",
        ) {
            let text = format!("postgresql://{user}:{password}@{host}:{port}/{db}");
            if let Ok(url) = url::Url::parse(&text) && url.has_host() {
                let p = parse(&text, Driver::Prisma);
                prop_assert!(p.errors.is_empty());
                prop_assert_eq!(part(&p, Param::User), decode_lenient(url.username()));
                prop_assert_eq!(part(&p, Param::Password), decode_lenient(url.password().unwrap_or("")));
                prop_assert_eq!(part(&p, Param::Host), decode_lenient(url.host_str().unwrap_or("")));
                prop_assert_eq!(
                    p.settings.hosts.first().and_then(HostPort::port_number),
                    url.port()
                );
            }
        }
    }
}
