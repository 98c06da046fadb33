//! URIs as the drivers read them that take a URL library for it: authority up to `/`, `?` or `#`, then userinfo, host, path,
//! query.
//!
//! One scanner serves them all, with the spans; what they do differently stands in [`reader::Reader`], one value for each
//! driver in [`readers`]. Where a driver's library follows the WHATWG standard, the `url` crate has the last word on what is
//! refused and on what the parts are ([`library`]).

mod library;
mod python;
mod reader;
mod readers;
mod sqlalchemy;

use super::checks;
use super::libpq_kv::{pair_up, split_list, value_kind};
use super::percent::{BadPercent, decode_lenient, decode_strict};
use super::{Builder, ErrorKind, Parse, TokenKind, Version, keywords, libpq_values};
use crate::model::{Dialect, Driver, HostPort, Origin, Param, Piece, Setting, Value};
use crate::order::Order as _;
use crate::text::{Span, slice};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use library::Refused;

use reader::{
    Brackets, Controls, HostText, Hosts, Library, Path, PortText, Reader, Trims, UserinfoEnd,
    Values,
};
pub(super) use readers::reader_of;

/// Reads `text` as `driver` does.
pub(super) fn parse(text: &str, reader: &Reader, version: Version) -> Parse {
    let mut b = Builder::new(Dialect::LibpqUri);
    b.version = version;
    Scan {
        b,
        text,
        reader,
        taken: false,
    }
    .run()
}

struct Scan<'a> {
    b: Builder,
    text: &'a str,
    reader: &'a Reader,
    /// Whether the driver's own library has taken the text: then nothing in the authority is refused.
    taken: bool,
}

impl Scan<'_> {
    fn run(mut self) -> Parse {
        let text = self.text;
        let body = self.trimmed();
        let library = self.reader.library.map(|l| library::read(l, text));
        self.taken = matches!(library, Some(Ok(_)));
        let Some((scheme, start)) = self.scheme(body) else {
            match library {
                // Without a scheme all is a path to some, and no text says nothing.
                Some(Ok(read)) => {
                    self.settle(read, body);
                    self.b.tokens.push(value_kind(Param::Database), body);
                }
                _ if text.is_empty() && self.reader.takes_nothing => {}
                _ => self.wrong_scheme(body, Span::empty(body.start), body),
            }
            return self.b.finish(text);
        };
        let with_authority = slice(text, Span::new(scheme.end, start)).ends_with("//");
        self.check_scheme(scheme, start);
        self.b
            .tokens
            .push(TokenKind::Scheme, Span::new(body.start, start));
        self.refuse_characters(Span::new(start, body.end));

        let hosts_end = if with_authority {
            self.authority(Span::new(start, body.end))
        } else {
            start
        };
        let at = self.path(hosts_end, body.end, with_authority);
        let authority = Span::new(start, hosts_end);
        match library {
            Some(Ok(read)) => self.settle(read, Span::new(start, at.max(start))),
            Some(Err(refused)) => self.refused(&refused, authority),
            _ => {}
        }
        if self.starts(at, body.end, '?') {
            self.delimiter(at);
            let ends = self.reader.query.ends;
            let end = self.find(at + 1, body.end, |c| {
                (c == '#' && self.reader.has_fragment()) || ends.contains(&c)
            });
            self.query(Span::new(at + 1, end));
        }
        self.b.settings.first_wins = self.reader.query.first_wins;
        self.override_hosts();
        self.check_values(scheme, Span::new(body.start, body.end));
        self.b.finish(text)
    }

    fn trimmed(&self) -> Span {
        let blank = |c: char| c <= ' ';
        let start = match self.reader.trims {
            Trims::Nothing => 0,
            Trims::Start | Trims::Both => {
                self.text.len() - self.text.trim_start_matches(blank).len()
            }
        };
        let end = match self.reader.trims {
            Trims::Both => self.text.trim_end_matches(blank).len(),
            Trims::Nothing | Trims::Start => self.text.len(),
        };
        Span::new(start, end.max(start))
    }

    /// The scheme, and where what comes behind it begins: behind `://`, or behind the colon where that is enough.
    fn scheme(&self, body: Span) -> Option<(Span, usize)> {
        let raw = slice(self.text, body);
        let colon = raw.find(':')?;
        let slashes = raw.find("://");
        // `r2dbc:pool:postgresql://` has more than one colon.
        let end = if self.reader.slashes_optional && is_scheme(raw.get(..colon)?) {
            colon
        } else {
            slashes?
        };
        let behind = if slashes == Some(end) { 3 } else { 1 };
        Some((
            Span::new(body.start, body.start + end),
            body.start + end + behind,
        ))
    }

    fn check_scheme(&mut self, scheme: Span, end: usize) {
        let raw = slice(self.text, scheme);
        // SQLAlchemy's `postgresql+psycopg2`: what stands behind the plus names the driver.
        let (plain, driver) = match raw.split_once('+') {
            Some((plain, driver)) if self.reader.any_driver => (plain, Some(driver)),
            _ => (raw, None),
        };
        let known = self.reader.schemes.iter().any(|s| {
            if self.reader.exact_scheme {
                *s == plain
            } else {
                s.eq_ignore_ascii_case(plain)
            }
        });
        let refused = !known && !self.reader.any_scheme
            || driver.is_some_and(|driver| sqlalchemy::plugin(driver, self.b.version).is_none());
        // A scheme that the library itself refuses is no wrong one.
        if refused && !self.taken_whatever_the_scheme() {
            let whole = Span::new(0, self.text.len());
            self.wrong_scheme(Span::new(scheme.start, end), scheme, whole);
        }
    }

    /// A scheme that the driver does not know, or none.
    fn wrong_scheme(&mut self, place: Span, scheme: Span, whole: Span) {
        let kind = ErrorKind::WrongDialect;
        let raw = slice(self.text, scheme);
        if let Some(template) = self.reader.no_scheme {
            // SQLAlchemy's expression: a word, or several with a plus between them, which it writes as dots.
            let is_name = |c: char| c.is_alphanumeric() || "_+".contains(c);
            if raw.is_empty() || !raw.chars().all(is_name) {
                return self.b.error_quoting(kind, place, template, whole);
            }
            let said = raw.replace('+', ".");
            let template = self.reader.wrong_scheme;
            return self.b.error_saying(kind, place, template, scheme, said);
        }
        let template = self.reader.wrong_scheme;
        if self.reader.brackets == Brackets::Python {
            // What cannot be a scheme is none to Python.
            let said = if is_scheme(raw) {
                raw.to_ascii_lowercase()
            } else {
                String::new()
            };
            return self.b.error_saying(kind, place, template, scheme, said);
        }
        let quoted = if scheme.is_empty() { whole } else { scheme };
        self.b.error_quoting(kind, place, template, quoted);
    }

    const fn taken_whatever_the_scheme(&self) -> bool {
        self.taken && self.reader.any_scheme
    }

    /// Characters that the library does not allow raw.
    fn refuse_characters(&mut self, body: Span) {
        if let Controls::Refused(template) = self.reader.controls {
            let raw = slice(self.text, body);
            if let Some((at, c)) = raw.char_indices().find(|(_, c)| c.is_ascii_control()) {
                let at = body.start + at;
                let span = Span::new(at, at + c.len_utf8());
                self.b.error(ErrorKind::Syntax, span, template);
                return;
            }
        }
        let scope = if self.reader.refuses_everywhere {
            body
        } else {
            let Some(split) = self.split_userinfo(body) else {
                return;
            };
            Span::new(body.start, split.at)
        };
        let raw = slice(self.text, scope);
        // Brackets enclose an address in the authority and stand for themselves in a query; elsewhere they are refused as well.
        let query = raw.find('?').unwrap_or(raw.len());
        let hosts = self
            .split_userinfo(body)
            .map_or(0, |split| split.at - scope.start);
        let end = self.find(body.start, body.end, |c| "/?#".contains(c)) - scope.start;
        let bracket = |at: usize, c: char| {
            self.reader.refuses_everywhere
                && at < query
                && matches!(c, '[' | ']')
                && !(hosts..end).contains(&at)
        };
        let Some((at, c)) = raw
            .char_indices()
            .find(|(at, c)| (self.reader.refuses)(*c) || bracket(*at, *c))
        else {
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
                UserinfoEnd::Sqlalchemy => sqlalchemy::userinfo(all)?,
                UserinfoEnd::Sqlalchemy13 => sqlalchemy::userinfo_1_3(all)?,
            };
        let colon = self.find(body.start, at, |c| c == ':');
        Some(Split {
            user: Span::new(body.start, colon),
            password: (colon < at).then(|| Span::new(colon + 1, at)),
            at,
        })
    }

    /// Reads what stands behind `://`; returns where the hosts end.
    fn authority(&mut self, body: Span) -> usize {
        let userinfo = self.split_userinfo(body);
        let start = userinfo.map_or(body.start, |u| u.at + 1);
        let ends = self.reader.authority_ends;
        let hosts = Span::new(start, self.find(start, body.end, |c| ends.contains(c)));
        let authority = Span::new(body.start, hosts.end);
        if self.reader.brackets == Brackets::Python
            && let Some((said, quoted)) = python::refused_netloc(slice(self.text, authority))
        {
            // Python's own words, but where the driver has its own for all of them.
            let own = self.reader.refused != python::INVALID;
            let quoted = quoted.filter(|_| !own).map_or(authority, |span| {
                Span::new(authority.start + span.start, authority.start + span.end)
            });
            let template = if own { self.reader.refused } else { said };
            self.b
                .error_quoting(ErrorKind::Syntax, authority, template, quoted);
        }
        if let Some(userinfo) = userinfo {
            self.userinfo(userinfo, authority);
        }
        self.hosts(hosts);
        if self.reader.hosts == Hosts::Go
            || matches!(self.reader.brackets, Brackets::OffWithPort(..))
        {
            // Go looks at the hosts before the userinfo, but at control characters before both.
            let (refused, template) = (self.reader.refused, self.reader.bad_percent);
            self.b.errors.order_by_key(|error| {
                let said = &*error.template;
                error.span.start < hosts.start && (said == refused || template == Some(said))
            });
        }
        self.check_emptiness(userinfo, hosts, body.end);
        hosts.end
    }

    /// What must not be missing.
    fn check_emptiness(&mut self, userinfo: Option<Split>, hosts: Span, end: usize) {
        let place = self.before(hosts.start);
        let first = self.b.settings.hosts.first();
        let named = first.is_some_and(|h| h.host.is_some());
        let given = userinfo.is_some() || !hosts.is_empty();
        if !named
            && given
            && let Some(template) = self.reader.empty_host
        {
            self.b
                .error_quoting(ErrorKind::Missing, place, template, hosts);
        }
        if !given {
            let nothing = self.reader.nothing;
            let template = self.reader.no_authority;
            let path = self.starts(hosts.end, end, '/');
            if let Some(template) = template.or(nothing.filter(|_| !path)) {
                self.b.error(ErrorKind::Missing, place, template);
            }
        }
    }

    /// The character before byte `at`.
    fn before(&self, at: usize) -> Span {
        let before = self.text.get(..at).unwrap_or("");
        let len = before.chars().next_back().map_or(0, char::len_utf8);
        Span::new(at - len, at)
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
        self.check_whole_host(span);
        let many = matches!(self.reader.hosts, Hosts::List | Hosts::Go | Hosts::Appended);
        let mut at = span.start;
        loop {
            let end = if many {
                self.find(at, span.end, |c| c == ',')
            } else {
                span.end
            };
            let element = Span::new(at, end);
            if element.is_empty()
                && !span.is_empty()
                && let Some(template) = self.reader.empty_element
            {
                let comma = if end < span.end { end } else { at - 1 };
                let place = Span::new(comma, comma + 1);
                self.b.error(ErrorKind::Missing, place, template);
            }
            self.host(element);
            if end >= span.end {
                break;
            }
            self.delimiter(end);
            at = end + 1;
        }
        match self.reader.hosts {
            Hosts::Joined => self.split_joined(),
            // Every host of the authority has a port, if only the default one.
            Hosts::Appended if !span.is_empty() => {
                self.b.authority_hosts = self.b.settings.hosts.len();
            }
            Hosts::Go => self.pair_as_go(),
            Hosts::One | Hosts::List | Hosts::Appended => {}
        }
    }

    /// Go looks at the host list as a whole: at its brackets, its characters and what stands behind its last colon.
    fn check_whole_host(&mut self, span: Span) {
        let (Brackets::Go(unclosed, no_port) | Brackets::OffWithPort(unclosed, no_port)) =
            self.reader.brackets
        else {
            return;
        };
        let raw = slice(self.text, span);
        let parts: Vec<&str> = if self.reader.hosts == Hosts::Appended {
            raw.split(',').collect()
        } else {
            [raw].into()
        };
        let mut start = span.start;
        for part in parts {
            let whole = Span::new(start, start + part.len());
            start = whole.end + 1;
            if !part.starts_with('[') {
                continue;
            }
            let Some(close) = part.rfind(']') else {
                let open = Span::new(whole.start, whole.start + 1);
                self.b.error(ErrorKind::Syntax, open, unclosed);
                continue;
            };
            if part
                .get(close + 1..)
                .is_some_and(|rest| !rest.is_empty() && !rest.starts_with(':'))
            {
                let behind = Span::new(whole.start + close + 1, whole.end);
                self.b
                    .error_quoting(ErrorKind::Syntax, behind, no_port, behind);
            }
        }
        if self.reader.hosts == Hosts::Go && !raw.starts_with('[') {
            self.check_last_port(span);
        }
    }

    /// A colon in a list leads to a port where it is the last one, whatever host it is of.
    fn check_last_port(&mut self, span: Span) {
        let raw = slice(self.text, span);
        let Some(colon) = raw.rfind(':') else { return };
        let port = Span::new(span.start + colon + 1, span.end);
        if slice(self.text, port).contains(',')
            && let Some(template) = self.reader.bad_port
        {
            self.b
                .error_quoting(ErrorKind::PortNotANumber, port, template, port);
        }
    }

    /// `host[:port]`, `[address][:port]`.
    fn host(&mut self, span: Span) {
        let raw = slice(self.text, span);
        let reads_brackets = match self.reader.brackets {
            Brackets::Go(..) | Brackets::Python => raw.starts_with('['),
            // The expression wants something between them.
            Brackets::Ends => raw.starts_with('[') && !raw.starts_with("[]"),
            Brackets::Off | Brackets::Stay | Brackets::Ruby(_) | Brackets::OffWithPort(..) => true,
        };
        // The colons of a bracketed address do not count.
        let close = match self.reader.brackets {
            Brackets::Python => raw.find(']'),
            _ => raw.rfind(']'),
        };
        let bracket = close.filter(|_| reads_brackets).map_or(0, |at| at + 1);
        let behind = raw.get(bracket..).unwrap_or("");
        let colon = if self.reader.last_colon {
            behind.rfind(':')
        } else {
            behind.find(':')
        };
        let mut colon = colon.map_or(span.end, |colon| span.start + bracket + colon);
        let mut host = Span::new(span.start, colon);
        let inside = slice(self.text, host);
        let bare = inside.starts_with('[') && bracket > 0;
        match self.reader.brackets {
            Brackets::Stay => {}
            Brackets::OffWithPort(..) if colon == span.end => {}
            // What stands between the bracket and the colon is skipped; SQLAlchemy's expression ends there.
            Brackets::Python | Brackets::Ends if bare => {
                host = Span::new(host.start + 1, host.start + bracket - 1);
                if self.reader.brackets == Brackets::Ends
                    && !behind.is_empty()
                    && !behind.starts_with(':')
                {
                    colon = span.end;
                }
            }
            _ if bare && inside.ends_with(']') => {
                host = Span::new(host.start + 1, host.end - 1);
            }
            _ => {}
        }
        if self.reader.hosts == Hosts::Go
            || matches!(self.reader.brackets, Brackets::OffWithPort(..))
        {
            self.check_colons(span, host, &mut colon);
            if colon == span.end && (!bare || !whole_address(slice(self.text, span))) {
                host = span;
            }
        }
        if let Brackets::Ruby(template) = self.reader.brackets
            && inside.contains(['[', ']'])
            && slice(self.text, host)
                .parse::<core::net::Ipv6Addr>()
                .is_err()
        {
            self.b.error(ErrorKind::Syntax, span, template);
        }
        let mut port = Span::new((colon + 1).min(span.end), span.end);
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if self.reader.port_text == PortText::Java && !digits(slice(self.text, port)) {
            (host, colon, port) = (span, span.end, Span::empty(span.end));
        }
        self.check_host(host);
        self.positional(Param::Host, host);
        if colon < span.end {
            self.delimiter(colon);
        }
        self.positional(Param::Port, port);
        self.check_port(port, colon < span.end);
        let entry = HostPort {
            host: self.host_piece(host),
            port: self.port_piece(port),
        };
        self.b.settings.hosts.push(entry);
    }

    /// Go splits a host from its port only where there is one colon, or brackets.
    fn check_colons(&mut self, span: Span, host: Span, colon: &mut usize) {
        let inside = slice(self.text, Span::new(span.start, *colon));
        let name = slice(self.text, host);
        let address = inside.starts_with('[') && inside.find(']') == Some(inside.len() - 1);
        let whole = slice(self.text, span);
        let is_ip = whole
            .trim_matches(['[', ']'])
            .parse::<core::net::IpAddr>()
            .is_ok();
        if is_ip {
            *colon = span.end;
            return;
        }
        if address || !whole.contains(':') {
            return;
        }
        let doubtful = name.contains([':', '[', ']']);
        if !doubtful {
            return;
        }
        if self.reader.hosts == Hosts::Go {
            // `net.SplitHostPort`.
            let why = match name.chars().next() {
                Some('[') if !name.contains(']') => "missing ']' in address",
                _ if name.contains(':') => "too many colons in address",
                _ if name.contains('[') => "unexpected '[' in address",
                _ => "unexpected ']' in address",
            };
            let template = alloc::format!(
                "failed to parse as URL (failed to split host:port in '{{}}', err: address {{}}: {why})"
            );
            self.b
                .error_quoting(ErrorKind::Syntax, span, template, span);
        } else {
            // lib/pq takes all of it for the host then.
            *colon = span.end;
        }
    }

    fn host_piece(&self, host: Span) -> Option<Piece> {
        let raw = self.clean(slice(self.text, host));
        let text = match self.reader.host_text {
            HostText::Kept => raw.into_owned(),
            HostText::Decoded => decode_lenient(&raw),
            // Python's `hostname`; a socket's directory keeps its case.
            HostText::Lower if raw.contains('%') => decode_lenient(&raw),
            HostText::Lower => raw.to_lowercase(),
        };
        (!text.is_empty()).then_some(Piece { span: host, text })
    }

    fn port_piece(&self, port: Span) -> Option<Piece> {
        let raw = self.clean(slice(self.text, port));
        let text = match self.reader.port_text {
            PortText::PythonDecoded | PortText::Rust => decode_lenient(&raw),
            PortText::Php => {
                let sign = usize::from(raw.starts_with(['+', '-']));
                let digits = raw
                    .bytes()
                    .skip(sign)
                    .take_while(u8::is_ascii_digit)
                    .count();
                raw.get(..sign + digits).unwrap_or("").into()
            }
            PortText::Elixir => raw.chars().take_while(char::is_ascii_digit).collect(),
            PortText::Digits | PortText::Python | PortText::Java => raw.into_owned(),
        };
        if text.is_empty() {
            return None;
        }
        let number = text.trim().parse::<i64>();
        if self.reader.zero_port_is_none && number == Ok(0) {
            return None;
        }
        Some(Piece { span: port, text })
    }

    fn check_host(&mut self, host: Span) {
        if self.taken {
            return;
        }
        let raw = slice(self.text, host);
        if let Some((refuses, template)) = self.reader.bad_host
            && let Some((at, c)) = raw.char_indices().find(|(_, c)| refuses(*c))
        {
            let place = Span::new(host.start + at, host.start + at + c.len_utf8());
            // Go quotes the character, Ruby all of it.
            let go = self.reader.host_percent.is_some();
            let quoted = if go { place } else { host };
            self.b
                .error_quoting(ErrorKind::Syntax, place, template, quoted);
        }
        // Go decodes a percent sequence in a host only where it is no ASCII, and in the zone of an IPv6 address.
        let Some(template) = self.reader.host_percent else {
            return;
        };
        if raw.contains(':') {
            return;
        }
        let ascii = raw.match_indices('%').map(|(at, _)| at).find(|at| {
            raw.as_bytes()
                .get(at + 1)
                .is_none_or(|digit| !(b'8'..=b'9').contains(digit) && !digit.is_ascii_alphabetic())
        });
        if let Some(at) = ascii {
            let span = self.sequence(host, at);
            self.b
                .error_quoting(ErrorKind::Percent, span, template, span);
        }
    }

    /// The three characters of the percent sequence at byte `at` of `span`, or what is left of them.
    fn sequence(&self, span: Span, at: usize) -> Span {
        let raw = slice(self.text, span);
        let end = raw
            .char_indices()
            .map(|(i, _)| i)
            .find(|i| *i >= at + 3)
            .unwrap_or(raw.len());
        Span::new(span.start + at, span.start + end)
    }

    fn check_port(&mut self, port: Span, colon: bool) {
        if self.taken {
            return;
        }
        let raw = self.clean(slice(self.text, port)).into_owned();
        if raw.is_empty() {
            if colon && let Some(template) = self.reader.empty_port {
                let span = Span::new(port.start.saturating_sub(1), port.end);
                self.b
                    .error_quoting(ErrorKind::PortNotANumber, span, template, port);
            }
            return;
        }
        let text = match self.reader.port_text {
            PortText::PythonDecoded | PortText::Rust => decode_lenient(&raw),
            _ => raw,
        };
        let number = match self.reader.port_text {
            PortText::Digits | PortText::Elixir | PortText::Java => text.as_str(),
            PortText::Python | PortText::PythonDecoded => {
                let text = text.trim();
                text.strip_prefix(['+', '-']).unwrap_or(text)
            }
            PortText::Rust => text.strip_prefix('+').unwrap_or(&text),
            // Five characters at most; what follows the digits is skipped.
            PortText::Php => {
                let digits = text.strip_prefix('+').unwrap_or(&text);
                let count = digits.bytes().take_while(u8::is_ascii_digit).count();
                if text.len() > 5 {
                    ""
                } else {
                    digits.get(..count).unwrap_or("")
                }
            }
        };
        if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
            if let Some(template) = self.reader.bad_port {
                self.b
                    .error_quoting(ErrorKind::PortNotANumber, port, template, port);
            }
        } else if number.parse::<u32>().map_or(true, |n| n > 65535)
            && let Some(template) = self.reader.port_out_of_range
        {
            self.b
                .error_quoting(ErrorKind::PortOutOfRange, port, template, port);
        }
    }

    /// A name with commas is a list to libpq.
    fn split_joined(&mut self) {
        let Some(entry) = self.b.settings.hosts.pop() else {
            return;
        };
        let hosts = entry.host.map_or_else(Vec::new, |host| {
            split_list(slice(self.text, host.span), host.span, &host.text)
        });
        let ports: Vec<Piece> = entry.port.into_iter().collect();
        self.b.authority_hosts = hosts.len();
        self.b.settings.hosts = pair_up(&hosts, &ports);
    }

    fn pair_as_go(&mut self) {
        let old = core::mem::take(&mut self.b.settings.hosts);
        let ports: Vec<Piece> = old.iter().filter_map(|h| h.port.clone()).collect();
        let mut hosts: Vec<HostPort> = old.into_iter().filter(|h| h.host.is_some()).collect();
        if hosts.is_empty() {
            hosts.push(HostPort::default());
        }
        for (index, host) in hosts.iter_mut().enumerate() {
            host.port = ports.get(index).or_else(|| ports.first()).cloned();
        }
        self.b.settings.hosts = hosts;
    }

    /// Reads the path; returns where it ends.
    fn path(&mut self, start: usize, end: usize, with_authority: bool) -> usize {
        let slash = self.starts(start, end, '/');
        if slash {
            self.delimiter(start);
        }
        if !slash && with_authority {
            // Behind a bracket and more, SQLAlchemy's expression has ended.
            self.database(Span::empty(start));
            return start;
        }
        if !with_authority
            && start == end
            && let Some(template) = self.reader.nothing
        {
            self.b
                .error(ErrorKind::Missing, self.before(start), template);
        }
        let fragment = self.reader.has_fragment();
        let from = start + usize::from(slash);
        let stop = self.find(from, end, |c| c == '?' || (c == '#' && fragment));
        let line = matches!(self.reader.path, Path::Line);
        let name_end = self.find(from, stop, |c| line && c == '\n');
        let ended = self.reader.brackets == Brackets::Ends && self.ends_in_hosts();
        self.database(if ended {
            Span::empty(stop)
        } else {
            Span::new(from, name_end)
        });
        if ended { end } else { stop }
    }

    /// Whether something stands between an address in brackets and its port, where SQLAlchemy's expression ends.
    fn ends_in_hosts(&self) -> bool {
        let hosts = &self.b.settings.hosts;
        hosts.iter().filter_map(|h| h.host.as_ref()).any(|host| {
            let behind = self.text.get(host.span.end..).unwrap_or("");
            behind
                .strip_prefix(']')
                .is_some_and(|rest| !rest.is_empty() && !rest.starts_with([':', '/', '?']))
        })
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
        let slashes = match self.reader.path {
            Path::AllSlashesOff => raw.len() - raw.trim_start_matches('/').len(),
            _ => 0,
        };
        if raw.is_empty()
            && let Some(template) = self.reader.empty_database
        {
            let place = self.before(span.start);
            self.b.error(ErrorKind::Missing, place, template);
        }
        self.positional(Param::Database, Span::new(span.start + slashes, span.end));
    }

    /// Puts what the driver's own library has read in the place of what the scanner found. The spans stay where both mean the
    /// same; else the text comes from somewhere in `all`.
    fn settle(&mut self, read: library::Read, all: Span) {
        for (param, text) in [
            (Param::User, read.user),
            (Param::Password, read.password),
            (Param::Database, read.database),
        ] {
            let settings = &mut self.b.settings.all;
            let found = settings.iter().position(|s| s.param == param);
            let old = found.map(|at| settings.remove(at).value.span);
            if let Some(text) = text {
                self.push(param, self.place_of(&text, old, all), text);
            }
        }
        let old = core::mem::take(&mut self.b.settings.hosts);
        self.b
            .settings
            .all
            .retain(|s| !matches!(s.param, Param::Host | Param::Port));
        let bare = self.reader.library == Some(Library::NodePostgres)
            && self.reader.brackets == Brackets::Off;
        for (index, (host, port)) in read.hosts.into_iter().enumerate() {
            let host = host.map(|host| {
                let inside = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
                inside.filter(|_| bare).map_or(host.clone(), Into::into)
            });
            let piece = |text: Option<String>, old: Option<&Piece>| {
                text.map(|text| Piece {
                    span: self.place_of(&text, old.map(|old| old.span), all),
                    text,
                })
            };
            let old = old.get(index);
            let entry = HostPort {
                host: piece(host, old.and_then(|h| h.host.as_ref())),
                port: piece(port, old.and_then(|h| h.port.as_ref())),
            };
            for (param, piece) in [(Param::Host, &entry.host), (Param::Port, &entry.port)] {
                if let Some(piece) = piece {
                    self.push(param, piece.span, piece.text.clone());
                }
            }
            self.b.settings.hosts.push(entry);
        }
    }

    /// Where `text` stands: at `old`, if that is what it says, else somewhere in `all`.
    fn place_of(&self, text: &str, old: Option<Span>, all: Span) -> Span {
        let plain = |text: &str| {
            let text = decode_lenient(text).to_lowercase();
            text.trim_matches(['[', ']', '/'])
                .trim_start_matches('0')
                .replace(['\t', '\n', '\r'], "")
        };
        old.filter(|old| plain(slice(self.text, *old)) == plain(text))
            .unwrap_or(all)
    }

    /// The library refuses the text. Where the scanner has seen what is wrong, that is the place; the words are the library's.
    fn refused(&mut self, refused: &Refused, authority: Span) {
        let seen = self.b.errors.first_mut();
        match (refused, seen) {
            (Refused::Url(_), Some(seen)) if seen.kind == ErrorKind::WrongDialect => {}
            (Refused::Url(said), Some(seen)) => {
                seen.template = self.reader.refused.replace("{}", said).into();
                seen.quoted = None;
            }
            (Refused::Encoding, Some(_)) => {}
            (Refused::Url(said), None) => {
                let template = self.reader.refused.replace("{}", said);
                self.b.error(ErrorKind::Syntax, authority, template);
            }
            (Refused::Encoding, None) => {
                let bad = self
                    .b
                    .settings
                    .all
                    .iter()
                    .map(|s| s.value.span)
                    .find(|span| super::percent::decode_utf8(slice(self.text, *span)).is_none())
                    .unwrap_or(authority);
                match self.reader.library {
                    Some(Library::Sqlx) => {
                        let at_bad = |s: &&Setting| s.value.span.overlaps(bad);
                        let setting = self.b.settings.all.iter().find(at_bad);
                        let param = setting.map_or(Param::Known, |s| s.param);
                        self.not_utf8(param, bad, "error with configuration: {}");
                    }
                    _ => self.b.error(ErrorKind::Percent, bad, "URI malformed"),
                }
            }
        }
    }

    /// Bytes that are no UTF-8, in Rust's words; in a secret, without their place in it.
    fn not_utf8(&mut self, param: Param, span: Span, template: &'static str) {
        let raw = slice(self.text, span);
        let said = match super::percent::not_utf8_in_rust(raw) {
            Some(said) if !param.is_secret() => said,
            _ => "invalid utf-8 sequence of ***".into(),
        };
        let template = template.replace("{}", &said);
        self.b.error(ErrorKind::Percent, span, template);
    }

    fn query(&mut self, span: Span) {
        if span.is_empty() {
            return;
        }
        let mut at = span.start;
        while at <= span.end {
            let mut end = self.find(at, span.end, |c| c == '&');
            if self.reader.query.keeps_empty {
                // The keyword runs to its `=`, whatever stands between.
                let equals = self.find(at, span.end, |c| c == '=');
                end = self.find(equals, span.end, |c| c == '&');
            }
            if end < span.end {
                self.delimiter(end);
            }
            self.pair(Span::new(at, end), end >= span.end);
            at = end + 1;
        }
    }

    fn pair(&mut self, span: Span, last: bool) {
        let query = self.reader.query;
        let raw = slice(self.text, span);
        if let Some(template) = query.bad_field
            && !raw.contains('=')
            && !(raw.is_empty() && query.keeps_empty)
        {
            let place = if span.is_empty() {
                Span::new(span.start.saturating_sub(1), span.start)
            } else {
                span
            };
            self.b
                .error_quoting(ErrorKind::Syntax, place, template, span);
            if query.before_hosts {
                // The list of errors is in the order in which the driver meets them.
                let at = self
                    .b
                    .errors
                    .iter()
                    .position(|e| e.span.start < place.start);
                let error = self.b.errors.pop();
                let at = at.unwrap_or(self.b.errors.len());
                error.into_iter().for_each(|e| self.b.errors.insert(at, e));
            }
            return;
        }
        if raw.is_empty() {
            if let Some(template) = query.empty_pair.filter(|_| !last) {
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
        let mut name = self.form(key);
        let mut content = self.form(value);
        if matches!(self.reader.values, Values::Psycopg) {
            // dj-database-url makes them Python's truth values, which are written otherwise.
            for (word, truth) in [("true", "True"), ("false", "False")] {
                if content.eq_ignore_ascii_case(word) {
                    content = truth.into();
                }
            }
        }
        let sequences = self.reader.bad_percent_in_query;
        self.check_encoding(Param::Known, key, sequences);
        self.check_encoding((query.keyword)(&name), value, sequences);
        if content.is_empty() && query.drops_empty_values {
            self.b.tokens.push(TokenKind::Value, value);
            return;
        }
        if !matches!(self.reader.values, Values::Own(_)) {
            // Handed on in a string of pairs, where blanks round a keyword do not count.
            name = name.trim().into();
        }
        self.check_keyword(&name, key);
        // Go's url.Query leaves out a pair that holds a raw `;` or a bad sequence, without a word.
        let dropped = query.drops_bad_pairs && (raw.contains(';') || !has_whole_sequences(raw));
        let param = match self.meaning(&name, &content) {
            param if dropped && param.is_secret() => Param::OtherSecret,
            _ if dropped => Param::Known,
            param => param,
        };
        self.b.tokens.push(value_kind(param), value);
        self.b.settings.all.push(Setting {
            param,
            key: if dropped { String::new() } else { name },
            key_span: Some(key),
            value: Value::of(param, value, None, content),
            origin: Origin::Query,
        });
    }

    fn check_keyword(&mut self, name: &str, key: Span) {
        if let Some(template) = self.reader.query.unknown
            && super::libpq_kv::is_unknown(self.reader.query.keyword, name)
        {
            let place = if key.is_empty() {
                Span::new(key.start, key.start + 1)
            } else {
                key
            };
            self.b
                .error_quoting(ErrorKind::UnknownKeyword, place, template, key);
        }
    }

    /// What a key of the query means to this driver: where it cannot override the authority, nothing.
    fn meaning(&self, name: &str, content: &str) -> Param {
        let query = self.reader.query;
        let param = (query.keyword)(name);
        let positional = matches!(
            param,
            Param::Host | Param::Port | Param::User | Param::Password | Param::Database
        );
        if !positional {
            return param;
        }
        // A list of hosts comes with ports, if only the default ones.
        let given = |param| {
            // What positions say comes before all pairs.
            let all = self.b.settings.all.iter();
            all.take_while(|s| s.key_span.is_none())
                .any(|s| s.param == param && !s.value.expose().is_empty())
        };
        let with_hosts = param == Param::Port && self.reader.hosts == Hosts::List;
        let silent = !(given(param) || with_hosts && given(Param::Host));
        let counts = query.overrides.contains(&param)
            && (silent || !query.authority_wins.contains(&param))
            && (query.empty_overrides || !content.is_empty());
        match (counts, param) {
            (true, param) => param,
            (false, Param::Password) => Param::OtherSecret,
            (false, _) => Param::Known,
        }
    }

    fn form(&self, span: Span) -> String {
        let raw = self.clean(slice(self.text, span));
        if self.reader.query.plus_is_blank {
            decode_lenient(&raw.replace('+', " "))
        } else {
            decode_lenient(&raw)
        }
    }

    /// A host or port in the query takes the place of the authority's, where it counts.
    fn override_hosts(&mut self) {
        if self.reader.hosts == Hosts::Appended {
            return self.append_hosts();
        }
        if matches!(self.reader.values, Values::Sqlalchemy) && self.sqlalchemy_hosts() {
            return;
        }
        let one = self.reader.hosts == Hosts::One;
        let list = |b: &Builder, param| -> Option<Vec<Piece>> {
            let setting = b
                .settings
                .get(param)
                .filter(|s| s.origin == Origin::Query)?;
            let text = setting.value.shown()?;
            let span = setting.value.span;
            Some(if one {
                alloc::vec![Piece {
                    span,
                    text: text.into()
                }]
            } else {
                split_list(slice(self.text, span), span, text)
            })
        };
        let (hosts, ports) = (list(&self.b, Param::Host), list(&self.b, Param::Port));
        if hosts.is_none() && ports.is_none() {
            return;
        }
        let old = core::mem::take(&mut self.b.settings.hosts);
        // In a list each may bring its port along.
        let own_ports = hosts.is_some() && self.reader.hosts == Hosts::List;
        let hosts = hosts.unwrap_or_else(|| old.iter().filter_map(|h| h.host.clone()).collect());
        let ports = ports.unwrap_or_else(|| old.iter().filter_map(|h| h.port.clone()).collect());
        self.b.settings.hosts = pair_up(&hosts, &ports);
        if own_ports {
            self.b
                .settings
                .hosts
                .iter_mut()
                .for_each(HostPort::split_port);
        }
        if self.reader.hosts == Hosts::Go {
            for host in &mut self.b.settings.hosts {
                host.port = host.port.take().or_else(|| ports.first().cloned());
            }
        }
    }

    /// tokio-postgres adds every host and port of the query to those of the authority.
    fn append_hosts(&mut self) {
        let every = |param| {
            self.b
                .settings
                .every(param)
                .filter(|s| s.origin == Origin::Query)
        };
        // A comma in a host of the query is a part of its name.
        let hosts: Vec<Piece> = every(Param::Host)
            .map(|s| Piece {
                span: s.value.span,
                text: s.value.expose().into(),
            })
            .collect();
        let ports: Vec<Piece> = every(Param::Port)
            .flat_map(|s| {
                let span = s.value.span;
                split_list(slice(self.text, span), span, s.value.expose())
            })
            .collect();
        if self.b.authority_hosts == 0 {
            self.b.settings.hosts.clear();
        }
        if !hosts.is_empty() {
            self.b.settings.hosts.extend(pair_up(&hosts, &ports));
        }
    }

    fn check_values(&mut self, scheme: Span, whole: Span) {
        let version = self.b.version;
        match self.reader.values {
            Values::Own(table) => checks::check(&mut self.b, table, whole),
            Values::Psycopg => {
                sqlalchemy::check_keywords(&mut self.b, &[]);
                sqlalchemy::one_value_each(&mut self.b, ["[", "]"]);
                checks::check_psycopg(&mut self.b);
                libpq_values::check(&mut self.b, Version::NEWEST);
            }
            Values::Sqlalchemy => {
                let driver = slice(self.text, scheme).split_once('+').map(|(_, d)| d);
                sqlalchemy::check(&mut self.b, driver, version);
            }
        }
    }

    fn positional(&mut self, param: Param, span: Span) {
        self.b.tokens.push(value_kind(param), span);
        if span.is_empty() {
            return;
        }
        let raw = slice(self.text, span);
        self.check_encoding(param, span, true);
        let mut cleaned = self.clean(raw);
        if self.reader.plus_is_blank && cleaned.contains('+') {
            cleaned = Cow::Owned(cleaned.replace('+', " "));
        }
        let content = match (param, self.reader.path) {
            (Param::Database, Path::Kept | Path::Line) => cleaned.into_owned(),
            (Param::Host, _) if self.reader.host_text == HostText::Kept => cleaned.into_owned(),
            _ => decode_lenient(&cleaned),
        };
        self.push(param, span, content);
    }

    /// Refuses bad percent sequences and bytes that are no UTF-8, where the driver does.
    fn check_encoding(&mut self, param: Param, span: Span, sequences: bool) {
        if self.taken {
            return;
        }
        let raw = slice(self.text, span);
        if sequences
            && let Err(BadPercent::Invalid(at)) = decode_strict(raw)
            && let Some(template) = self.reader.bad_percent
        {
            let sequence = self.sequence(span, at);
            let place = Span::new(sequence.start, sequence.start + 1);
            self.b
                .error_quoting(ErrorKind::Percent, place, template, sequence);
        }
        if let Some(template) = self.reader.bad_utf8
            && !(param == Param::Password && self.reader.password_of_bytes)
            && super::percent::decode_utf8(raw).is_none()
        {
            self.not_utf8(param, span, template);
        }
    }

    /// What the library makes of control characters.
    fn clean<'t>(&self, raw: &'t str) -> Cow<'t, str> {
        let is_break = |c: char| matches!(c, '\t' | '\n' | '\r');
        match self.reader.controls {
            Controls::Vanish if raw.contains(is_break) => raw.replace(is_break, "").into(),
            Controls::Underscore if raw.contains(|c: char| c.is_ascii_control()) => {
                raw.replace(|c: char| c.is_ascii_control(), "_").into()
            }
            _ => raw.into(),
        }
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

/// Whether a text can be a scheme (RFC 3986, 3.1).
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// Whether a host is an address in brackets and nothing else.
fn whole_address(host: &str) -> bool {
    host.find(']') == Some(host.len() - 1)
}

/// Whether every `%` begins a sequence; `%00` is one.
fn has_whole_sequences(raw: &str) -> bool {
    !matches!(decode_strict(raw), Err(BadPercent::Invalid(_)))
}

/// The keywords that drivers share in a URI's query, in libpq's spelling.
fn libpq_keyword(name: &str) -> Param {
    match name {
        "ssl" => Param::Ssl,
        "database" => Param::Known,
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
            | Driver::Sqlalchemy
            | Driver::Django
            | Driver::TokioPostgres
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
            let kinds: Vec<_> = parse(text, Driver::Prisma)
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
                prop_assert_eq!(part(&p, Param::Host), url.host_str().unwrap_or(""));
                prop_assert_eq!(
                    p.settings.hosts.first().and_then(HostPort::port_number),
                    url.port()
                );
            }
        }
    }
}
