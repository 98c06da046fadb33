//! Writes what a string sets in another dialect.

use super::equivalents::{Family, Kind, Row};
use super::quote::{self, Quote};
use super::source::{Fate, Item, Rest, Source};
use super::tls::{self, TlsPair};
use super::word::{Text, Word};
use super::{ConvertError, Loss, LossKind};
use crate::detect::Clues;
use crate::model::{Dialect, Driver};
use crate::text::Span;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The driver that reads `dialect`, unless someone says otherwise.
pub(super) fn driver_of(dialect: Dialect) -> Driver {
    match dialect {
        Dialect::NodeUrl => Driver::NodePostgres,
        Dialect::PrismaUrl => Driver::Prisma,
        Dialect::GoUrl | Dialect::GoKv => Driver::Pgx,
        Dialect::PhpKv => Driver::PhpPgsql,
        dialect => Clues::of("").driver(dialect),
    }
}

/// A keyword with its value, to be written.
struct Pair {
    name: String,
    value: Word,
    /// What it is called in a report.
    keyword: String,
    span: Option<Span>,
    /// Whether the value is a number.
    number: bool,
}

struct Host {
    host: Option<Word>,
    port: Option<Word>,
    span: Option<Span>,
}

struct Writer<'a> {
    source: &'a Source,
    to: Dialect,
    family: Family,
    hosts: Vec<Host>,
    user: Option<Item>,
    password: Option<Item>,
    database: Option<Item>,
    tls: Vec<TlsPair>,
    pairs: Vec<Pair>,
    losses: Vec<Loss>,
}

/// Writes `source` in the dialect `to`.
pub(super) fn write(source: &Source, to: Dialect) -> Result<(Text, Vec<Loss>), ConvertError> {
    let family = Family::of(to);
    let chosen = tls::choose(source, family, driver_of(to));
    let mut writer = Writer {
        source,
        to,
        family,
        hosts: Vec::new(),
        user: source.user.clone(),
        password: source.password.clone(),
        database: source.database.clone(),
        tls: chosen.pairs,
        pairs: Vec::new(),
        losses: chosen.losses,
    };
    writer.hosts()?;
    writer.database();
    writer.rest();
    writer.mention_variables();
    let text = writer.compose()?;
    Ok((text, writer.losses))
}

impl Writer<'_> {
    fn lose(
        &mut self,
        keyword: impl Into<String>,
        span: Option<Span>,
        kind: LossKind,
        note: impl Into<String>,
    ) {
        self.losses.push(Loss {
            span,
            keyword: keyword.into(),
            kind,
            note: note.into(),
        });
    }

    fn unfit(&self, span: Option<Span>, why: &'static str) -> ConvertError {
        ConvertError::Unfit {
            span,
            to: self.to,
            why,
        }
    }

    fn hosts(&mut self) -> Result<(), ConvertError> {
        self.hosts = self
            .source
            .hosts
            .iter()
            .map(|(host, port)| Host {
                span: host.as_ref().or(port.as_ref()).and_then(|i| i.span),
                host: host.as_ref().map(|i| i.word.clone()),
                port: port.as_ref().map(|i| i.word.clone()),
            })
            .collect();
        let one = matches!(
            self.to,
            Dialect::NodeUrl | Dialect::NodeObject | Dialect::PrismaUrl | Dialect::Pgpass
        );
        if one && self.hosts.len() > 1 {
            let span = self.hosts.get(1).and_then(|h| h.span);
            let note = format!(
                "{} names one server: the first of {} was kept{}",
                self.to,
                self.hosts.len(),
                if self.to == Dialect::Pgpass {
                    "; the others want a line each"
                } else {
                    ""
                }
            );
            self.lose("host", span, LossKind::Dropped, note);
            self.hosts.truncate(1);
        }
        if self.hosts.is_empty() {
            self.hosts.push(Host {
                host: None,
                port: None,
                span: None,
            });
        }
        // Readers differ in what a port behind one of several hosts is for, so each gets its own.
        if self.hosts.len() > 1 && self.hosts.iter().any(|h| h.port.is_some()) {
            for host in &mut self.hosts {
                host.port.get_or_insert_with(|| Word::plain("5432"));
            }
        }
        let needs_host = matches!(
            self.to,
            Dialect::AdoNet | Dialect::R2dbcUrl | Dialect::PrismaUrl | Dialect::NodeUrl
        ) || (self.family == Family::Pgjdbc
            && (self.hosts.len() > 1 || self.hosts.iter().any(|h| h.port.is_some())));
        let mut defaulted = false;
        for host in &mut self.hosts {
            if host.host.is_none() && (needs_host || self.to == Dialect::Pgpass) {
                host.host = Some(Word::plain("localhost"));
                defaulted = needs_host;
            }
        }
        if defaulted {
            let note = format!(
                "the text names no host, and {} has to: `localhost` was written",
                self.to
            );
            self.lose("host", None, LossKind::Changed, note);
        }
        // Both take what stands behind the colon for a port.
        let splits = matches!(self.to, Dialect::AdoNet | Dialect::SqlalchemyUrl);
        let colon = |w: &Word| w.expose().contains(':') && !is_address(w) && !is_socket(w);
        let odd = self
            .hosts
            .iter()
            .find(|h| splits && h.host.as_ref().is_some_and(colon));
        if let Some(host) = odd {
            return Err(self.unfit(host.span, "its host has a colon in it"));
        }
        let no_sockets = matches!(
            self.to,
            Dialect::JdbcUrl | Dialect::SpringProperties | Dialect::R2dbcUrl
        );
        let socket = self
            .hosts
            .iter()
            .find(|h| h.host.as_ref().is_some_and(is_socket));
        if let Some(host) = socket.filter(|_| no_sockets) {
            return Err(self.unfit(
                host.span,
                "it names a socket directory, and Java's drivers connect over the network",
            ));
        }
        Ok(())
    }

    /// Where the default database differs, what the source gets is written out.
    fn database(&mut self) {
        if self.database.is_some() {
            return;
        }
        if self.source.driver == Driver::Prisma && self.to != Dialect::PrismaUrl {
            self.database = Some(Item {
                word: Word::plain("postgres"),
                span: None,
            });
        } else if self.source.driver != Driver::Prisma
            && matches!(self.to, Dialect::PrismaUrl | Dialect::DjangoDict)
        {
            self.database.clone_from(&self.user);
        }
    }

    fn rest(&mut self) {
        let source = self.source;
        let from = Family::of(source.dialect);
        let mut server: Vec<(String, &Rest)> = Vec::new();
        for rest in &source.rest {
            let same = from == self.family;
            let row = rest.row.or_else(|| {
                // What the source's driver does not know may well have been meant for the other.
                matches!(rest.fate, Fate::Ignored | Fate::Refused)
                    .then(|| Row::find(self.family, &rest.key))
                    .flatten()
            });
            let Some(row) = row else {
                match rest.fate {
                    Fate::Known if same && !rest.key.contains('*') => {
                        self.pair(rest.key.clone(), rest.item.word.clone(), rest, false);
                    }
                    Fate::Sent if self.family == Family::Go => {
                        self.pair(rest.key.clone(), rest.item.word.clone(), rest, false);
                    }
                    Fate::Sent => server.push((rest.key.clone(), rest)),
                    fate => self.without_equivalent(rest, fate),
                }
                continue;
            };
            let source_family = if rest.row.is_some() {
                from
            } else {
                self.family
            };
            self.row(row, rest, source_family, &mut server);
        }
        self.server_settings(&server);
    }

    fn pair(&mut self, name: String, value: Word, rest: &Rest, number: bool) {
        self.pairs.push(Pair {
            name,
            value,
            keyword: rest.key.clone(),
            span: rest.item.span,
            number,
        });
    }

    fn without_equivalent(&mut self, rest: &Rest, fate: Fate) {
        let driver = self.source.driver.label();
        let note = match fate {
            Fate::Ignored => format!("{driver} ignores it"),
            Fate::Refused => format!("{driver} does not know it and refuses the text"),
            Fate::Known | Fate::Sent => {
                format!("{} has nothing like it", self.to)
            }
        };
        self.lose(rest.key.clone(), rest.item.span, LossKind::Dropped, note);
    }

    fn row<'r>(
        &mut self,
        row: &'static Row,
        rest: &'r Rest,
        from: Family,
        server: &mut Vec<(String, &'r Rest)>,
    ) {
        let keyword = row.keyword(self.family).or_else(|| {
            (self.family == Family::Odbc)
                .then(|| row.in_pqopt())
                .flatten()
        });
        let Some(keyword) = keyword else {
            if row.server_setting {
                server.push((row.name.into(), rest));
            } else if let Some(code) = in_code(row.name, self.family) {
                self.lose(rest.key.clone(), rest.item.span, LossKind::NeedsCode, code);
            } else {
                self.without_equivalent(rest, Fate::Known);
            }
            return;
        };
        if row.name == "target_session_attrs" && self.to == Dialect::AdoNet && self.hosts.len() == 1
        {
            return self.lose(
                rest.key.clone(),
                rest.item.span,
                LossKind::Dropped,
                "Npgsql takes it with several hosts only",
            );
        }
        let number = row.kind == Kind::Seconds;
        if rest.item.word.kept().next().is_some() {
            return self.pair(keyword.into(), rest.item.word.clone(), rest, false);
        }
        let value = rest.item.word.expose();
        let canonical = row.kind.read(from, &value);
        let written = canonical
            .as_deref()
            .and_then(|value| row.kind.write(self.family, value));
        let Some(written) = written else {
            let note = format!("{} has no word for this value", self.to);
            return self.lose(rest.key.clone(), rest.item.span, LossKind::Dropped, note);
        };
        if row.kind.read(self.family, &written) != canonical {
            let note = format!("`{written}` is the nearest that {} has", self.to);
            self.lose(rest.key.clone(), rest.item.span, LossKind::Changed, note);
        }
        let mut word = Word::plain(written);
        word.secret = rest.item.word.secret;
        self.pair(keyword.into(), word, rest, number);
    }

    /// Settings of the server go into `options`, where there is one.
    fn server_settings(&mut self, settings: &[(String, &Rest)]) {
        let Some(options) = Row::named("options") else {
            return;
        };
        for (name, rest) in settings {
            let keyword = options
                .keyword(self.family)
                .or_else(|| (self.family == Family::Odbc).then_some("options"));
            let escaped = rest.item.word.map(|text| {
                let mut out = String::new();
                for c in text.chars() {
                    if c == '\\' || c.is_ascii_whitespace() {
                        out.push('\\');
                    }
                    out.push(c);
                }
                Some(out)
            });
            let (Some(keyword), Some(escaped)) = (keyword, escaped) else {
                self.without_equivalent(rest, Fate::Known);
                continue;
            };
            let mut value = Word::plain(format!("-c {name}="));
            value.push(&escaped);
            if let Some(pair) = self.pairs.iter_mut().find(|p| p.name == keyword) {
                let old = core::mem::replace(&mut pair.value, Word::new(false));
                pair.value = Word::joined([&old, &value].into_iter(), ' ');
            } else {
                self.pair(keyword.into(), value, rest, false);
            }
        }
    }

    /// A variable that had a place in one notation stands in another now.
    fn mention_variables(&mut self) {
        let is_url = |dialect: Dialect| dialect.grammar().is_url();
        if !is_url(self.to) || is_url(self.source.dialect) {
            return;
        }
        let items = [
            ("user", &self.user),
            ("password", &self.password),
            ("dbname", &self.database),
        ];
        let found: Vec<_> = items
            .into_iter()
            .filter_map(|(keyword, item)| {
                let item = item.as_ref()?;
                item.word.kept().next().map(|_| (keyword, item.span))
            })
            .collect();
        for (keyword, span) in found {
            self.lose(
                keyword,
                span,
                LossKind::Changed,
                "left as it is written: what is filled in there has to be percent-encoded",
            );
        }
    }

    /// The text of a value, or a loss where the dialect cannot carry it.
    fn written(&mut self, keyword: &str, span: Option<Span>, text: Option<Text>) -> Option<Text> {
        if text.is_none() {
            let (kind, note) = match (self.to, keyword) {
                (Dialect::PdoDsn, "user" | "password") => (
                    LossKind::NeedsCode,
                    "a PDO DSN turns every `;` into a blank: give it to `new PDO` as an argument"
                        .into(),
                ),
                (Dialect::SpringProperties, _) => (
                    LossKind::NeedsCode,
                    "Spring takes `${` for a placeholder: set it in the environment or in code"
                        .into(),
                ),
                _ => (
                    LossKind::Dropped,
                    format!("{} cannot carry this value", self.to),
                ),
            };
            self.lose(keyword, span, kind, note);
        }
        text
    }

    fn compose(&mut self) -> Result<Text, ConvertError> {
        Ok(match self.to {
            Dialect::LibpqUri
            | Dialect::SqlalchemyUrl
            | Dialect::PrismaUrl
            | Dialect::NodeUrl
            | Dialect::GoUrl
            | Dialect::R2dbcUrl => self.uri()?,
            Dialect::JdbcUrl => self.jdbc(true)?,
            Dialect::SpringProperties => self.spring()?,
            Dialect::LibpqKv | Dialect::GoKv | Dialect::PhpKv => {
                self.joined("", " ", "=", quote::keyword_value)?
            }
            Dialect::PdoDsn => self.joined("pgsql:", ";", "=", quote::pdo)?,
            Dialect::AdoNet => self.joined("", ";", "=", quote::ado_net)?,
            Dialect::Odbc => self.odbc()?,
            Dialect::ServiceFile => {
                let name = self.service_name();
                self.joined(&format!("[{name}]\n"), "\n", "=", quote::service_file)?
            }
            Dialect::PgEnv => self.joined("", "\n", "=", quote::dotenv)?,
            Dialect::PsqlCommand => self.command()?,
            Dialect::Pgpass => self.pgpass()?,
            Dialect::NodeObject => {
                let mut out = self.joined("new pg.Client({\n  ", ",\n  ", ": ", quote::code)?;
                out.push(",\n});");
                out
            }
            Dialect::PythonKwargs => {
                let mut out = self.joined("psycopg.connect(\n    ", ",\n    ", "=", quote::code)?;
                out.push(",\n)");
                out
            }
            Dialect::RubyHash => {
                let mut out = self.joined("PG.connect(\n  ", ",\n  ", ": ", quote::ruby)?;
                out.push("\n)");
                out
            }
            Dialect::ActiverecordYaml => self.joined(
                "production:\n  adapter: postgresql\n  ",
                "\n  ",
                ": ",
                quote::yaml_erb,
            )?,
            Dialect::DjangoDict => self.django()?,
            Dialect::Webapp => {
                return Err(ConvertError::NoTarget { to: self.to });
            }
        })
    }

    /// Host and port as lists, then database, user and password, then all else.
    fn flat(&mut self) -> Result<Vec<Pair>, ConvertError> {
        let mut out = Vec::new();
        let named = |name: &str, family| {
            Row::named(name)
                .and_then(|row| row.keyword(family))
                .unwrap_or("")
                .to_owned()
        };
        let mut add = |name: &'static str, value: Word, span, number| {
            out.push(Pair {
                name: named(name, self.family),
                value,
                keyword: name.into(),
                span,
                number,
            });
        };
        let span = self.hosts.first().and_then(|h| h.span);
        let ports: Vec<&Word> = self.hosts.iter().filter_map(|h| h.port.as_ref()).collect();
        let same = ports
            .iter()
            .all(|p| ports.first().is_some_and(|f| f.expose() == p.expose()));
        // Npgsql has one Port for all; others stand behind their hosts.
        let beside = self.to == Dialect::AdoNet && !same;
        if self.hosts.iter().any(|h| h.host.is_some()) {
            let empty = Word::new(false);
            let hosts: Vec<Word> = self
                .hosts
                .iter()
                .map(|h| {
                    let host = h.host.as_ref().unwrap_or(&empty);
                    match h.port.as_ref().filter(|_| beside) {
                        Some(port) => {
                            let mut both = bracketed(host);
                            both.push_plain(':');
                            both.push(port);
                            both
                        }
                        None => host.clone(),
                    }
                })
                .collect();
            add("host", Word::joined(hosts.iter(), ','), span, false);
        }
        if !beside && let Some(first) = ports.first() {
            let number = |word: &Word| word.expose().bytes().all(|b| b.is_ascii_digit());
            if same {
                add("port", (*first).clone(), span, number(first));
            } else {
                add("port", Word::joined(ports.into_iter(), ','), span, false);
            }
        }
        for (name, item) in [
            ("dbname", &self.database),
            ("user", &self.user),
            ("password", &self.password),
        ] {
            if let Some(item) = item {
                add(name, item.word.clone(), item.span, false);
            }
        }
        let tls_span = self.source.tls.span;
        for pair in self.tls.drain(..) {
            let name = match Row::named(pair.key).filter(|_| !pair.own) {
                // In ODBC's pqopt it goes by its own name.
                Some(row) => row.keyword(self.family).unwrap_or(row.name).to_owned(),
                None => pair.key.into(),
            };
            out.push(Pair {
                name,
                keyword: pair.key.into(),
                value: pair.value,
                span: tls_span,
                number: false,
            });
        }
        out.append(&mut self.pairs);
        Ok(out)
    }

    /// Pairs one after the other.
    fn joined(
        &mut self,
        open: &str,
        between: &str,
        equals: &str,
        quote: Quote,
    ) -> Result<Text, ConvertError> {
        let mut out = Text::from(open);
        let mut first = true;
        for pair in self.flat()? {
            let bare = pair.number && self.has_numbers();
            let text = if bare {
                pair.value.bare(|text| Some(text.into()))
            } else if self.to == Dialect::NodeObject && pair.name == "ssl" {
                tls::node_object(&TlsPair {
                    key: "ssl",
                    own: true,
                    value: pair.value.clone(),
                })
            } else if self.to == Dialect::NodeObject && pair.name == "keepAlive" {
                pair.value.bare(|text| Some(text.into()))
            } else {
                quote(&pair.value)
            };
            if text.is_none() && pair.keyword == "host" {
                return Err(self.unfit(pair.span, "its host name cannot be written there"));
            }
            let Some(text) = self.written(&pair.keyword, pair.span, text) else {
                continue;
            };
            if !first {
                out.push(between);
            }
            first = false;
            out.push(&pair.name);
            out.push(equals);
            out.append(&text);
        }
        Ok(out)
    }

    /// Whether the notation writes numbers without quotes.
    const fn has_numbers(&self) -> bool {
        matches!(
            self.to,
            Dialect::NodeObject
                | Dialect::PythonKwargs
                | Dialect::RubyHash
                | Dialect::ActiverecordYaml
        )
    }

    fn odbc(&mut self) -> Result<Text, ConvertError> {
        let mut out = Text::from("Driver={PostgreSQL Unicode}");
        let mut libpqs = Text::default();
        for pair in self.flat()? {
            let nested = Row::named(&pair.name).is_some();
            let text = if nested {
                quote::keyword_value(&pair.value)
            } else if pair.keyword == "password" {
                quote::odbc_braces(&pair.value)
            } else {
                quote::odbc(&pair.value)
            };
            if text.is_none() && pair.keyword == "host" {
                return Err(self.unfit(pair.span, "its host name cannot be written there"));
            }
            let Some(text) = self.written(&pair.keyword, pair.span, text) else {
                continue;
            };
            if nested && !libpqs.is_empty() {
                libpqs.push(" ");
            }
            let into = if nested { &mut libpqs } else { &mut out };
            if !nested {
                into.push(";");
            }
            into.push(&pair.name);
            into.push("=");
            into.append(&text);
        }
        if !libpqs.is_empty() {
            out.push(";pqopt={");
            out.full.push_str(&libpqs.full.replace('}', "}}"));
            out.masked.push_str(&libpqs.masked.replace('}', "}}"));
            out.push("}");
        }
        Ok(out)
    }

    fn command(&mut self) -> Result<Text, ConvertError> {
        let mut before = Text::default();
        let mut flags = Text::from("psql");
        for pair in self.flat()? {
            // psql takes a database name that has a `=` or looks like a URI for a connection string.
            let name = pair.value.expose();
            let plain = !name.contains('=') && !name.contains("://");
            let flag = match pair.keyword.as_str() {
                "host" => Some("--host="),
                "port" => Some("--port="),
                "user" => Some("--username="),
                "dbname" if plain => Some("--dbname="),
                _ => None,
            };
            let text = quote::shell(&pair.value);
            if text.is_none() && pair.keyword == "host" {
                return Err(self.unfit(pair.span, "its host name cannot be written there"));
            }
            let Some(text) = self.written(&pair.keyword, pair.span, text) else {
                continue;
            };
            if let Some(flag) = flag {
                flags.push(" ");
                flags.push(flag);
                flags.append(&text);
            } else {
                before.push(&pair.name);
                before.push("=");
                before.append(&text);
                before.push(" ");
            }
        }
        before.append(&flags);
        Ok(before)
    }

    fn pgpass(&mut self) -> Result<Text, ConvertError> {
        let pairs = self.flat()?;
        let find = |keyword: &str| pairs.iter().find(|p| p.keyword == keyword);
        let password = find("password").and_then(|p| quote::pgpass(&p.value));
        let Some(password) = password else {
            return Err(self.unfit(
                self.password.as_ref().and_then(|p| p.span),
                "such a line is there for the password, and the text has none that it can carry",
            ));
        };
        let mut out = Text::default();
        for keyword in ["host", "port", "dbname", "user"] {
            let text = match find(keyword) {
                Some(pair) => {
                    let text = quote::pgpass(&pair.value);
                    let Some(text) = text else {
                        return Err(self.unfit(pair.span, "one of its names has a line break"));
                    };
                    text
                }
                None if keyword == "port" => "5432".into(),
                None => "*".into(),
            };
            out.append(&text);
            out.push(":");
        }
        out.append(&password);
        Ok(out)
    }

    fn django(&mut self) -> Result<Text, ConvertError> {
        let mut out = Text::from(
            "DATABASES = {\n    \"default\": {\n        \"ENGINE\": \"django.db.backends.postgresql\",\n",
        );
        let mut options = Text::default();
        for pair in self.flat()? {
            let Some(text) = self.written(&pair.keyword, pair.span, quote::code(&pair.value))
            else {
                continue;
            };
            let own = pair.name.bytes().all(|b| b.is_ascii_uppercase());
            let into = if own { &mut out } else { &mut options };
            into.push(if own { "        \"" } else { "            \"" });
            into.push(&pair.name);
            into.push("\": ");
            into.append(&text);
            into.push(",\n");
        }
        if !options.is_empty() {
            out.push("        \"OPTIONS\": {\n");
            out.append(&options);
            out.push("        },\n");
        }
        out.push("    }\n}");
        Ok(out)
    }

    /// A name for the service: the database's, if it can be one.
    fn service_name(&self) -> String {
        self.database
            .as_ref()
            .map(|d| d.word.expose())
            .filter(|name| {
                name.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
            })
            .unwrap_or_else(|| "postgres".into())
    }

    fn spring(&mut self) -> Result<Text, ConvertError> {
        let (user, password) = (self.user.take(), self.password.take());
        let mut out = Text::from("spring.datasource.url=");
        // Nothing in a URL that is percent-encoded needs escaping in a properties file, but for a host beyond ASCII.
        let url = self.jdbc(false)?;
        out.append(&url);
        for (keyword, name, item) in [
            ("user", "username", user),
            ("password", "password", password),
        ] {
            let Some(item) = item else { continue };
            let text = quote::properties(&item.word);
            if let Some(text) = self.written(keyword, item.span, text) {
                out.push(&format!("\nspring.datasource.{name}="));
                out.append(&text);
            }
        }
        Ok(out)
    }

    /// `jdbc:postgresql://host:port/database?key=value`: user and password are properties.
    fn jdbc(&mut self, with_user: bool) -> Result<Text, ConvertError> {
        let mut out = Text::from("jdbc:postgresql://");
        self.authority(&mut out)?;
        out.push("/");
        if let Some(item) = self.database.take()
            && let Some(text) = self.written("dbname", item.span, quote::uri(&item.word))
        {
            out.append(&text);
        }
        let mut query = Vec::new();
        if with_user {
            for (keyword, item) in [
                ("user", self.user.take()),
                ("password", self.password.take()),
            ] {
                if let Some(item) = item {
                    query.push(Pair {
                        name: keyword.into(),
                        keyword: keyword.into(),
                        value: item.word,
                        span: item.span,
                        number: false,
                    });
                }
            }
        }
        self.query(&mut out, query)?;
        Ok(out)
    }

    fn uri(&mut self) -> Result<Text, ConvertError> {
        let scheme = match self.to {
            Dialect::SqlalchemyUrl => "postgresql+psycopg://",
            Dialect::R2dbcUrl if self.hosts.len() > 1 => "r2dbc:postgresql:failover://",
            Dialect::R2dbcUrl => "r2dbc:postgresql://",
            _ => "postgresql://",
        };
        let mut out = Text::from(scheme);
        let user = self
            .user
            .take()
            .and_then(|item| self.written("user", item.span, quote::uri(&item.word)));
        let password = self
            .password
            .take()
            .and_then(|item| self.written("password", item.span, quote::uri(&item.word)));
        if let Some(user) = &user {
            out.append(user);
        }
        if let Some(password) = &password {
            out.push(":");
            out.append(password);
        }
        if user.is_some() || password.is_some() {
            out.push("@");
        }
        let mut query = Vec::new();
        if self.hosts_in_query() {
            if self.to == Dialect::PrismaUrl {
                out.push("localhost");
            }
            for pair in self.host_pairs() {
                query.push(pair);
            }
        } else {
            self.authority(&mut out)?;
        }
        out.push("/");
        if let Some(item) = self.database.take() {
            // SQLAlchemy up to 2.0 does not decode the path, 2.1 does; the query all of them decode.
            if self.to == Dialect::SqlalchemyUrl && !is_plain_path(&item.word) {
                query.push(Pair {
                    name: "dbname".into(),
                    keyword: "dbname".into(),
                    value: item.word,
                    span: item.span,
                    number: false,
                });
                self.query(&mut out, query)?;
                return Ok(out);
            }
            let text = if self.to == Dialect::SqlalchemyUrl {
                item.word.bare(|text| Some(text.to_string()))
            } else if self.to == Dialect::NodeUrl {
                quote::node_path(&item.word)
            } else {
                quote::uri(&item.word)
            };
            if let Some(text) = self.written("dbname", item.span, text) {
                out.append(&text);
            }
        }
        self.query(&mut out, query)?;
        Ok(out)
    }

    /// Whether the hosts cannot stand in the authority, and the query can take them.
    fn hosts_in_query(&self) -> bool {
        let plain = |h: &Host| h.host.as_ref().is_none_or(|w| is_name(w) || is_address(w));
        match self.to {
            Dialect::SqlalchemyUrl => self.hosts.len() > 1 || !self.hosts.iter().all(plain),
            Dialect::GoUrl => {
                let six = |h: &Host| h.host.as_ref().is_some_and(is_address);
                (self.hosts.len() > 1 && self.hosts.iter().any(six))
                    || !self.hosts.iter().all(plain)
            }
            Dialect::PrismaUrl => self
                .hosts
                .iter()
                .any(|h| h.host.as_ref().is_some_and(is_socket)),
            _ => false,
        }
    }

    fn host_pairs(&self) -> Vec<Pair> {
        let empty = Word::new(false);
        let list = |part: fn(&Host) -> Option<&Word>| {
            let words = self.hosts.iter().map(|h| part(h).unwrap_or(&empty));
            Word::joined(words, ',')
        };
        let mut out = Vec::new();
        let span = self.hosts.first().and_then(|h| h.span);
        for (name, value) in [
            ("host", list(|h| h.host.as_ref())),
            ("port", list(|h| h.port.as_ref())),
        ] {
            let given = !value.expose().trim_matches(',').is_empty();
            // Prisma has the port in the authority, where a socket has none.
            if given && !(name == "port" && self.to == Dialect::PrismaUrl) {
                out.push(Pair {
                    name: name.into(),
                    keyword: name.into(),
                    value,
                    span,
                    number: false,
                });
            }
        }
        out
    }

    fn authority(&mut self, out: &mut Text) -> Result<(), ConvertError> {
        let hosts = core::mem::take(&mut self.hosts);
        for (index, entry) in hosts.iter().enumerate() {
            if index > 0 {
                out.push(",");
            }
            if let Some(host) = &entry.host {
                let Some(text) = self.authority_host(host) else {
                    return Err(self.unfit(entry.span, "its host cannot be written in such a URL"));
                };
                out.append(&text);
            }
            if let Some(port) = &entry.port {
                out.push(":");
                if let Some(text) = port.bare(|text| Some(text.into())) {
                    out.append(&text);
                }
            }
        }
        Ok(())
    }

    fn authority_host(&self, host: &Word) -> Option<Text> {
        let kept = |text: &str| Some(text.to_string());
        if is_address(host) {
            let zoned = host.expose().contains('%');
            return match (zoned, self.to) {
                (true, Dialect::LibpqUri | Dialect::GoUrl) => {
                    bracketed(host).bare(|text| Some(text.replace('%', "%25")))
                }
                (true, Dialect::JdbcUrl) | (false, _) => bracketed(host).bare(kept),
                (true, _) => None,
            };
        }
        if is_name(host) {
            if self.to == Dialect::SpringProperties {
                return quote::properties(host);
            }
            return host.bare(kept);
        }
        // These decode a host.
        matches!(self.to, Dialect::LibpqUri | Dialect::NodeUrl)
            .then(|| quote::uri(host))
            .flatten()
    }

    fn query(&mut self, out: &mut Text, first: Vec<Pair>) -> Result<(), ConvertError> {
        let mut separator = "?";
        self.hosts.clear();
        let mut pairs = first;
        pairs.extend(self.flat()?);
        for pair in pairs {
            let text = quote::uri(&pair.value);
            let Some(text) = self.written(&pair.keyword, pair.span, text) else {
                continue;
            };
            out.push(separator);
            separator = "&";
            out.push(&pair.name);
            out.push("=");
            out.append(&text);
        }
        Ok(())
    }
}

fn is_socket(host: &Word) -> bool {
    host.expose().starts_with(['/', '@'])
}

/// An IPv6 address.
fn is_address(host: &Word) -> bool {
    let text = host.expose();
    let (address, zone) = text.split_once('%').unwrap_or((&text, ""));
    address.parse::<core::net::Ipv6Addr>().is_ok()
        && zone
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// What stands in a URL as it is.
fn is_name(host: &Word) -> bool {
    !host.any_plain(|text| {
        text.contains(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_')))
    })
}

/// What stands in a path as it is, and reads the same decoded or not.
fn is_plain_path(word: &Word) -> bool {
    !word.any_plain(|text| {
        text.contains(|c: char| !(c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:/".contains(c)))
    })
}

fn bracketed(host: &Word) -> Word {
    if !is_address(host) {
        return host.clone();
    }
    let mut out = Word::plain("[");
    out.push(host);
    out.push_plain(']');
    out
}

/// How a driver's own code does what its string cannot say.
fn in_code(row: &str, family: Family) -> Option<&'static str> {
    Some(match (row, family) {
        ("connect_timeout", Family::Node) => {
            "set `connectionTimeoutMillis` beside the connection string"
        }
        ("channel_binding", Family::Node | Family::Object) => {
            "set `enableChannelBinding` in the client's options"
        }
        ("keepalives", Family::Node) => "set `keepAlive` in the client's options",
        ("sslcert" | "sslkey", Family::Object) => {
            "give the file's content as `cert` or `key` of the `ssl` object"
        }
        ("maximum pool size", Family::Node) => "set `max` in the pool's options",
        ("maximum pool size", Family::Pgjdbc) => "set it in the connection pool, such as HikariCP",
        ("maximum pool size" | "minimum pool size", Family::Libpq | Family::Django) => {
            "a pool is made in code"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialect_has_a_driver_that_takes_it() {
        for &dialect in Dialect::ALL {
            assert!(
                crate::detect::accepts(driver_of(dialect), dialect),
                "{dialect}"
            );
            let uri = dialect.grammar() == crate::model::Grammar::Uri;
            assert!(!uri || driver_of(dialect) != Driver::Npgsql);
        }
    }
}
