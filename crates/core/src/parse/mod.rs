//! Reads a string in its dialect: lossless tokens, settings with spans, and errors in the driver's own words.
//!
//! Parsing never fails. Every grammar gives back tokens that cover the whole text, the settings that could be read,
//! and a list of errors; the first error is the one with which the driver refuses the text.

mod ado_net;
mod checks;
pub(crate) mod command;
pub(crate) mod entries;
mod jdbc;
pub mod keywords;
pub(crate) mod kinds;
mod libpq_kv;
mod libpq_uri;
mod libpq_values;
mod meant;
mod odbc;
pub(crate) mod pdo;
pub mod percent;
pub(crate) mod pgpass;
mod pgx_kv;
pub mod reserved;
pub(crate) mod scheme;
mod secrets;
mod service_file;
mod spring;
mod token;
mod url;
mod version;

use crate::model::{Dialect, Driver, Grammar, Param, Settings};
use crate::order::gathered;
use crate::redact::Redactor;
use crate::text::{Span, is_float};
use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::OnceCell;

pub(crate) use ado_net::SSL_MODES as NPGSQL_SSL_MODES;
pub(crate) use checks::TOKIO_POSTGRES_KEYWORDS;
pub(crate) use libpq_values::SSLMODES as LIBPQ_SSL_MODES;
pub use meant::{Userinfo, userinfo_as_meant, userinfo_read_otherwise};
pub use token::{Token, TokenKind, TokenSink};
pub use version::Version;

/// Why a driver refuses a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// What kind of trouble it is.
    pub kind: ErrorKind,
    /// The characters that cause it.
    pub span: Span,
    /// The driver's message; `{}` stands for the text of `quoted`, `{here}` for that of `span`.
    pub template: Cow<'static, str>,
    /// What the message quotes.
    pub quoted: Option<Span>,
    /// How the driver has read what it quotes, where that is not how it stands in the text.
    said: Option<String>,
    /// Whether it writes what it quotes as Go does (`%q`).
    in_go: bool,
}

impl ParseError {
    /// The driver's message, with everything that could be a secret masked.
    #[must_use]
    pub fn driver_text(&self, text: &str, redactor: &Redactor) -> String {
        let template = if self.template.contains("{here}") {
            let here = redactor.show(text, self.span);
            Cow::Owned(self.template.replace("{here}", &here))
        } else {
            Cow::Borrowed(&*self.template)
        };
        let Some(span) = self.quoted else {
            return template.into_owned();
        };
        let quoted = match &self.said {
            // What could be a secret is shown as it stands, masked: its other spelling has no places to mask.
            Some(said) if !redactor.hides(span) => Cow::Borrowed(said.as_str()),
            _ => Cow::Owned(redactor.show(text, span)),
        };
        if self.in_go {
            template.replace("{}", &percent::go_quoted(&quoted))
        } else {
            template.replace("{}", &quoted)
        }
    }

    fn new(kind: ErrorKind, span: Span, template: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            span,
            template: template.into(),
            quoted: None,
            said: None,
            in_go: false,
        }
    }

    fn quoting(self, quoted: Span) -> Self {
        Self {
            quoted: Some(quoted),
            ..self
        }
    }

    fn saying(self, said: String) -> Self {
        Self {
            said: Some(said),
            ..self
        }
    }
}

/// The kinds of trouble that rules tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The grammar does not allow it; the driver's text says how.
    Syntax,
    /// A percent sign without two hexadecimal digits, or one that the driver forbids.
    Percent,
    /// A raw blank where the grammar wants it encoded.
    Blank,
    /// A keyword that the driver does not know.
    UnknownKeyword,
    /// A port that is not a number.
    PortNotANumber,
    /// A port outside 1 to 65535.
    PortOutOfRange,
    /// A value that the keyword does not allow.
    BadValue,
    /// More ports than hosts, or the reverse.
    HostPortCount,
    /// A keyword that must be there is missing.
    Missing,
    /// The driver takes the text for another dialect or refuses it whole.
    WrongDialect,
}

/// A text, read.
#[derive(Clone, Debug)]
pub struct Parse {
    /// The grammar that read it.
    pub dialect: Dialect,
    /// Tokens that, put together, are the text.
    pub tokens: Vec<Token>,
    /// What the driver objects to, in the order in which it meets it.
    pub errors: Vec<ParseError>,
    /// What was read.
    pub settings: Settings,
    /// What [`Parse::secrets`] has found, where somebody has asked.
    secrets: OnceCell<Vec<Span>>,
}

impl Parse {
    /// What somebody else has read: settings without a text of their own.
    pub(crate) fn of_settings(dialect: Dialect, settings: Settings) -> Self {
        Self {
            dialect,
            tokens: Vec::new(),
            errors: Vec::new(),
            settings,
            secrets: OnceCell::new(),
        }
    }

    /// Everything that could be a piece of a secret, under any plausible reading; `text` is the one that was read.
    ///
    /// Looked for when first asked: it takes as long as the reading, and not everyone shows a piece of the text.
    #[must_use]
    pub fn secrets(&self, text: &str) -> &[Span] {
        self.secrets.get_or_init(|| secrets::find(text, self))
    }
}

/// Reads `text` in `dialect` as the newest version of `driver` does.
#[must_use]
pub fn parse(text: &str, dialect: Dialect, driver: Driver) -> Parse {
    parse_as(text, dialect, driver, Version::NEWEST)
}

/// Reads `text` in `dialect` as that version of `driver` does; for drivers built on libpq, it is libpq's version.
///
/// Versions older than those that connlint knows are read as the oldest that it knows.
#[must_use]
pub fn parse_as(text: &str, dialect: Dialect, driver: Driver, version: Version) -> Parse {
    let mut parse = match dialect.grammar() {
        Grammar::Uri => uri_or_pairs(text, dialect, driver, version),
        Grammar::KeyValue => pairs(text, driver, version),
        Grammar::AdoNet => ado_net::parse(text),
        Grammar::Jdbc => jdbc::parse(text),
        Grammar::Odbc => odbc::parse(text),
        Grammar::Pdo => pdo::parse(text, version),
        Grammar::Command => command::parse(text),
        Grammar::Pgpass => pgpass::parse(text),
        Grammar::Entries => match dialect {
            Dialect::ServiceFile => service_file::parse(text),
            Dialect::SpringProperties => spring::parse(text),
            _ => entries::parse(text, dialect),
        },
    };
    if driver == Driver::Psycopg {
        refuse_bytes(text, &mut parse);
    }
    refuse_timeout(&mut parse, driver);
    kinds::refuse(&mut parse, driver);
    quote_as_read(text, &mut parse, driver);
    parse.dialect = dialect;
    parse
}

/// Python's strings hold no bytes that are not UTF-8, which percent sequences can stand for; libpq itself passes them on.
fn refuse_bytes(text: &str, parse: &mut Parse) {
    let in_uri = |s: &&crate::model::Setting| s.origin != crate::model::Origin::Pair;
    let complaint = parse
        .settings
        .all
        .iter()
        .filter(in_uri)
        .find_map(|setting| {
            let span = setting.value.span;
            let said = percent::not_utf8(crate::text::slice(text, span))?;
            // Which byte it is would be a piece of a secret.
            let said = if setting.param.is_secret() {
                "'utf-8' codec can't decode byte ***".into()
            } else {
                said
            };
            Some((span, said))
        });
    if let Some((span, template)) = complaint {
        let error = ParseError::new(ErrorKind::Percent, span, template);
        parse.errors.push(error);
    }
}

/// How long to wait must be a number: one of C's to libpq, which looks at it when it connects (`connectDBComplete`), any to
/// psycopg 3, which looks first.
fn refuse_timeout(parse: &mut Parse, driver: Driver) {
    let psycopg = driver == Driver::Psycopg;
    let on_libpq = match parse.dialect.grammar() {
        Grammar::Uri | Grammar::KeyValue => {
            psycopg || matches!(driver, Driver::Libpq | Driver::PhpPgsql)
        }
        Grammar::Pdo => true,
        _ => false,
    };
    let all = &parse.settings.all;
    let Some(setting) = all.iter().rfind(|s| s.key == "connect_timeout") else {
        return;
    };
    let value = setting.value.expose().trim_matches(libpq_kv::is_space);
    let fits = if psycopg {
        is_float(value)
    } else {
        value.parse::<i32>().is_ok()
    };
    if !on_libpq || fits {
        return;
    }
    let span = setting.value.span;
    let template = if psycopg {
        "bad value for connect_timeout: '{}'"
    } else {
        "invalid integer value \"{}\" for connection option \"connect_timeout\""
    };
    let place = if span.is_empty() {
        setting.span()
    } else {
        span
    };
    let error = ParseError::new(ErrorKind::BadValue, place, template).quoting(span);
    parse.errors.push(error);
}

/// Keyword/value pairs, as `driver` reads them.
fn pairs(text: &str, driver: Driver, version: Version) -> Parse {
    match driver {
        Driver::Pgx => pgx_kv::parse(text, version),
        Driver::LibPq => libpq_kv::parse_with(text, libpq_kv::lib_pq(version), version),
        Driver::TokioPostgres => libpq_kv::parse_with(text, &libpq_kv::TOKIO_POSTGRES, version),
        _ => libpq_kv::parse(text, version),
    }
}

/// Drivers that take both forms tell them apart by the scheme: what begins with none is pairs, if it can be read as such.
/// Where it cannot, and where it looks like a URI all the same, it is read as a URI for the sake of the findings; what the
/// driver says is what it says of pairs.
fn uri_or_pairs(text: &str, dialect: Dialect, driver: Driver, version: Version) -> Parse {
    let both = matches!(
        driver,
        Driver::Libpq
            | Driver::Psycopg
            | Driver::PhpPgsql
            | Driver::Pgx
            | Driver::LibPq
            | Driver::TokioPostgres
    );
    let is_uri = ["postgresql://", "postgres://"];
    let mut refused = None;
    if both && !is_uri.iter().any(|scheme| text.starts_with(scheme)) {
        let mut pairs = pairs(text, driver, version);
        if pairs.errors.is_empty() {
            if !text.contains("://") {
                return pairs;
            }
        } else {
            refused = Some(pairs.errors.remove(0));
        }
    }
    let mut uri = match url::reader_of(driver, dialect, version) {
        Some(reader) => url::parse(text, reader, version),
        None => libpq_uri::parse(text, version),
    };
    if let (Some(refused), Some(first)) = (refused, uri.errors.first_mut())
        && first.kind == ErrorKind::WrongDialect
    {
        (first.template, first.quoted, first.said) = (
            refused.template,
            // `{here}` would be another place.
            refused.quoted.or(Some(refused.span)),
            refused.said,
        );
    }
    uri
}

/// A driver quotes a keyword or a value as it has read it, not as it stands in the text; Go's drivers put what they quote in
/// Go's quotes.
fn quote_as_read(text: &str, parse: &mut Parse, driver: Driver) {
    if parse.errors.is_empty() {
        return;
    }
    let settings = &parse.settings;
    // Looked up once for each error: a text can have as many of them as keywords. The first of several at one place counts.
    let all = || settings.all.iter().rev();
    let keys: BTreeMap<Span, &str> = gathered(all().filter_map(|s| Some((s.key_span?, &*s.key))));
    let values: BTreeMap<Span, Option<&str>> =
        gathered(all().map(|s| (s.value.span, s.value.shown())));
    let ports = settings.hosts.iter().rev().filter_map(|h| h.port.as_ref());
    let ports: BTreeMap<Span, &str> = gathered(ports.map(|p| (p.span, &*p.text)));
    for error in &mut parse.errors {
        error.in_go = matches!(driver, Driver::Pgx | Driver::LibPq);
        let Some(quoted) = error.quoted.filter(|_| error.said.is_none()) else {
            continue;
        };
        let read = match error.kind {
            ErrorKind::UnknownKeyword => keys.get(&quoted).copied(),
            ErrorKind::PortNotANumber | ErrorKind::PortOutOfRange => ports.get(&quoted).copied(),
            ErrorKind::BadValue => values.get(&quoted).copied().flatten(),
            _ => None,
        };
        let raw = crate::text::slice(text, quoted);
        error.said = read.filter(|read| *read != raw).map(Into::into);
    }
}

/// Reads a URI as its author meant it, where a raw reserved character makes the driver see something else.
///
/// `None` where the driver's own reading is the one that was meant.
#[must_use]
pub fn parse_as_meant(text: &str, read: &Parse) -> Option<Parse> {
    if read.dialect.grammar() != Grammar::Uri || read.dialect == Dialect::R2dbcUrl {
        return None;
    }
    let meant = userinfo_as_meant(text)?;
    let same = |param, span: Option<Span>| {
        // What the query says beside it is another setting, whichever of the two counts.
        read.settings
            .every(param)
            .find(|s| s.key_span.is_none())
            .map(|s| s.value.span)
            == span
    };
    if same(Param::User, meant.user) && same(Param::Password, meant.password) {
        return None;
    }
    let mut parse = libpq_uri::parse_as_meant(text, meant.at);
    parse.dialect = read.dialect;
    Some(parse)
}

/// The words that `driver` takes for `keyword` in `dialect`; empty where it takes any text, or connlint does not know.
#[must_use]
pub fn allowed_values(driver: Driver, dialect: Dialect, keyword: &str) -> &'static [&'static str] {
    if dialect.grammar() == Grammar::Jdbc {
        return match keyword {
            "sslmode" => &jdbc::SSLMODES,
            "targetServerType" => &jdbc::TARGETS,
            _ => &[],
        };
    }
    if dialect.grammar() == Grammar::AdoNet {
        return ado_net::allowed(keyword);
    }
    match checks::of(driver) {
        Some(table) => table
            .words
            .iter()
            .find(|words| words.keywords.contains(&keyword))
            .map_or(&[], |words| words.words),
        None => libpq_values::allowed(keyword),
    }
}

/// Whether `driver` takes what follows a `#` in a URI for a fragment and drops it.
#[must_use]
pub fn drops_fragment(driver: Driver) -> bool {
    url::reader_of(driver, Dialect::LibpqUri, Version::NEWEST).is_some_and(url::drops_fragment)
}

/// Whether `driver`'s own parser says 5432 of a host for which the text gives no port; the others leave that open.
#[must_use]
pub const fn fills_in_port(driver: Driver) -> bool {
    matches!(
        driver,
        Driver::Asyncpg
            | Driver::Pgjdbc
            | Driver::PostgresJs
            | Driver::Pgx
            | Driver::LibPq
            | Driver::Sqlx
    )
}

/// Whether connlint knows how `driver` reads `dialect` down to the text of its errors.
#[must_use]
pub const fn is_exact(driver: Driver, dialect: Dialect) -> bool {
    match dialect.grammar() {
        Grammar::Uri => {
            matches!(driver, Driver::Libpq | Driver::Psycopg | Driver::PhpPgsql)
                || url::is_exact(driver)
        }
        Grammar::KeyValue => matches!(
            driver,
            Driver::Libpq
                | Driver::Psycopg
                | Driver::PhpPgsql
                | Driver::RubyPg
                | Driver::Pgx
                | Driver::LibPq
                | Driver::TokioPostgres
        ),
        Grammar::AdoNet => matches!(driver, Driver::Npgsql),
        Grammar::Jdbc => matches!(driver, Driver::Pgjdbc),
        Grammar::Pdo => matches!(driver, Driver::PhpPdo),
        Grammar::Odbc | Grammar::Command | Grammar::Pgpass | Grammar::Entries => false,
    }
}

/// Collects what a grammar finds, and puts it together at the end.
pub(crate) struct Builder {
    dialect: Dialect,
    /// The version of the driver that is read for.
    version: Version,
    /// How many hosts the authority of a URI names, before its query replaces any.
    authority_hosts: usize,
    pub(crate) tokens: TokenSink,
    pub(crate) errors: Vec<ParseError>,
    pub(crate) settings: Settings,
}

impl Builder {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            version: Version::NEWEST,
            authority_hosts: 0,
            tokens: TokenSink::default(),
            errors: Vec::new(),
            settings: Settings::default(),
        }
    }

    pub(crate) fn error(
        &mut self,
        kind: ErrorKind,
        span: Span,
        template: impl Into<Cow<'static, str>>,
    ) {
        self.errors.push(ParseError::new(kind, span, template));
    }

    /// An error whose text quotes `quoted` in place of `{}`.
    pub(crate) fn error_quoting(
        &mut self,
        kind: ErrorKind,
        span: Span,
        template: impl Into<Cow<'static, str>>,
        quoted: Span,
    ) {
        self.errors
            .push(ParseError::new(kind, span, template).quoting(quoted));
    }

    /// An error whose text quotes `quoted`, which the driver writes as `said`.
    pub(crate) fn error_saying(
        &mut self,
        kind: ErrorKind,
        span: Span,
        template: impl Into<Cow<'static, str>>,
        quoted: Span,
        said: String,
    ) {
        let error = ParseError::new(kind, span, template);
        self.errors.push(error.quoting(quoted).saying(said));
    }

    pub(crate) fn finish(self, text: &str) -> Parse {
        Parse {
            dialect: self.dialect,
            tokens: self.tokens.finish(text.len()),
            errors: self.errors,
            settings: self.settings,
            secrets: OnceCell::new(),
        }
    }
}

#[cfg(test)]
mod properties {
    use super::*;
    use crate::text::slice;
    use proptest::prelude::*;
    use std::string::String;
    use std::vec;

    /// Text made of the pieces that connection strings are made of, so that the grammars get past the first byte.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("postgresql://"),
            Just("postgres://"),
            Just("jdbc:postgresql:"),
            Just("//"),
            Just("/"),
            Just("@"),
            Just(":"),
            Just("?"),
            Just("&"),
            Just("="),
            Just(";"),
            Just("#"),
            Just("%"),
            Just("%40"),
            Just("%zz"),
            Just(" "),
            Just("\n"),
            Just("'"),
            Just("\""),
            Just("\\"),
            Just("["),
            Just("]"),
            Just(","),
            Just("host"),
            Just("port"),
            Just("password"),
            Just("Password"),
            Just("Server"),
            Just("user"),
            Just("sslmode"),
            Just("5432"),
            Just("h.example"),
            Just("é"),
            Just("😀"),
            Just("\u{a0}"),
            Just("\0"),
            Just("{your_password}"),
        ];
        proptest::collection::vec(piece, 0..24).prop_map(|v| v.concat())
    }

    proptest! {
        #[test]
        fn tokens_put_together_are_the_text(text in prop_oneof![pieces(), any::<String>()]) {
            for &dialect in Dialect::ALL {
                for &driver in Driver::ALL {
                    let parse = parse(&text, dialect, driver);
                    let again: String = parse.tokens.iter().map(|t| slice(&text, t.span)).collect();
                    prop_assert_eq!(&again, &text);
                    for error in &parse.errors {
                        prop_assert!(text.get(error.span.start..error.span.end).is_some(), "{:?}", error);
                        prop_assert!(error.quoted.is_none_or(|q| text.get(q.start..q.end).is_some()));
                    }
                    for setting in &parse.settings.all {
                        let span = setting.value.span;
                        prop_assert!(text.get(span.start..span.end).is_some(), "{:?}", setting);
                    }
                    for secret in parse.secrets(&text) {
                        prop_assert!(text.get(secret.start..secret.end).is_some(), "{:?}", secret);
                    }
                }
            }
        }
    }
}
