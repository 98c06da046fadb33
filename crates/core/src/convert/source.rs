//! What a string sets, as its driver reads it, in terms that every dialect can be written from.

use super::equivalents::{Family, Row};
use super::word::Word;
use super::{ConvertError, Loss, LossKind};
use crate::detect::Credentials;
use crate::layer::{Filling, find_variables, neutral};
use crate::lint::libpq_sslmode;
use crate::model::{Dialect, Driver, Param, Secret, Setting, Settings, Value};
use crate::parse::entries::Entry;
use crate::parse::{self, ErrorKind, Parse, ParseError};
use crate::placeholder;
use crate::readings::{self, Tls};
use crate::redact::Redactor;
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A value with where it stands.
#[derive(Clone)]
pub(super) struct Item {
    pub(super) word: Word,
    /// In the string; `None` for what stands beside it in the paste.
    pub(super) span: Option<Span>,
}

/// A setting besides those that every string has.
pub(super) struct Rest {
    /// The row of the table; `None` where it has none.
    pub(super) row: Option<&'static Row>,
    /// The keyword as it is written, masked where it could be a piece of a secret.
    pub(super) key: String,
    pub(super) item: Item,
    /// What becomes of it in the source's own driver.
    pub(super) fate: Fate,
}

/// What a driver does with a keyword.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Known,
    Ignored,
    /// The server gets it as a setting.
    Sent,
    Refused,
}

/// TLS as the source's driver sees it.
pub(super) struct TlsWish {
    pub(super) effect: Tls,
    /// The mode as written, where the text says one.
    pub(super) mode: Option<String>,
    /// Where the text speaks of TLS at all.
    pub(super) span: Option<Span>,
    /// The file of trusted roots.
    pub(super) root: Option<Item>,
}

/// Everything that a string sets.
pub(super) struct Source {
    pub(super) dialect: Dialect,
    pub(super) driver: Driver,
    pub(super) hosts: Vec<(Option<Item>, Option<Item>)>,
    pub(super) user: Option<Item>,
    pub(super) password: Option<Item>,
    pub(super) database: Option<Item>,
    pub(super) tls: TlsWish,
    pub(super) rest: Vec<Rest>,
    pub(super) losses: Vec<Loss>,
}

/// A text with its variables, read.
pub(super) struct Reader<'a> {
    text: &'a str,
    variables: &'a [Span],
    redactor: Redactor,
    parse: Parse,
    /// The same with other letters in the variables' places: where the two differ, a variable stands.
    twin: Option<Settings>,
}

/// Reads `text` as `driver` does. Spans are those of `text`.
pub(super) fn read(
    text: &str,
    dialect: Dialect,
    driver: Driver,
    variables: &[Span],
) -> Result<Source, ConvertError> {
    let neutral_text = neutral(text, variables);
    let twin_text = neutral_with(text, variables, 'y');
    let read = parse::parse(&neutral_text, dialect, driver);
    let meant = parse::parse_as_meant(&neutral_text, &read);
    let mut redactor_spans = read.secrets(&neutral_text).to_vec();
    redactor_spans.extend(meant.iter().flat_map(|m| m.secrets(&neutral_text)));
    let redactor = Redactor::new(&redactor_spans);
    let mut losses = Vec::new();
    let twin_read = parse::parse(&twin_text, dialect, driver);
    // A reading that the driver does not stumble over is the one that counts, unless it made a host of a password's end.
    let split = |parse: &Parse| {
        let mut hosts = parse.settings.hosts.iter();
        hosts.any(|h| h.host.as_ref().is_some_and(|host| host.text.contains('@')))
    };
    let stumbles = !read.errors.is_empty() || split(&read);
    let (parse, twin) = match meant.filter(|_| stumbles) {
        Some(meant) => {
            let span = meant
                .settings
                .get(Param::Password)
                .or_else(|| meant.settings.get(Param::User))
                .map(|s| s.value.span);
            losses.push(Loss {
                span,
                keyword: "password".into(),
                kind: LossKind::Changed,
                note: format!(
                    "{} reads this text otherwise; it was converted as it was most likely meant",
                    driver.label()
                ),
            });
            let twin = parse::parse_as_meant(&twin_text, &twin_read);
            (meant, twin.map(|t| t.settings))
        }
        None => (read, Some(twin_read.settings)),
    };
    let twin = twin.filter(|twin| {
        twin.all.len() == parse.settings.all.len() && twin.hosts.len() == parse.settings.hosts.len()
    });
    let mut reader = Reader {
        text,
        variables,
        redactor,
        parse,
        twin,
    };
    reader.accept(driver, &mut losses)?;
    Ok(reader.source(dialect, driver, losses))
}

fn neutral_with(text: &str, variables: &[Span], letter: char) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for variable in variables {
        out.push_str(slice(text, Span::new(at, variable.start)));
        out.extend(core::iter::repeat_n(letter, variable.len()));
        at = variable.end;
    }
    out.push_str(slice(text, Span::new(at, text.len())));
    out
}

impl Reader<'_> {
    /// Whether the text can be read although its driver objects to it: where what was meant is beyond doubt, what it objects
    /// to becomes a remark.
    fn accept(&mut self, driver: Driver, losses: &mut Vec<Loss>) -> Result<(), ConvertError> {
        let errors: Vec<ParseError> = self
            .parse
            .errors
            .iter()
            .filter(|e| !self.variables.iter().any(|v| v.overlaps(e.span)))
            .cloned()
            .collect();
        let nothing = self.parse.settings.all.is_empty();
        for error in &errors {
            let clear = match error.kind {
                ErrorKind::UnknownKeyword => {
                    let key = slice(self.text, error.span);
                    !self.redactor.hides(error.span)
                        && !key.contains([';', '\n', '\r'])
                        && !self.parse.settings.hosts.is_empty()
                }
                ErrorKind::WrongDialect => !self.parse.settings.hosts.is_empty(),
                ErrorKind::BadValue => self.mend_sslmode(),
                _ => false,
            };
            let said = error.driver_text(self.text, &self.redactor);
            if !clear || nothing {
                let exact = parse::is_exact(driver, self.parse.dialect);
                return Err(ConvertError::Refused {
                    span: error.span,
                    driver,
                    error: exact.then_some(said),
                });
            }
            if error.kind != ErrorKind::UnknownKeyword {
                losses.push(Loss {
                    span: Some(error.span),
                    keyword: match error.kind {
                        ErrorKind::BadValue => "sslmode".into(),
                        _ => "scheme".into(),
                    },
                    kind: LossKind::Changed,
                    note: format!(
                        "{} refuses this text: {said}; it was converted as it was meant",
                        driver.label()
                    ),
                });
            }
        }
        if nothing {
            return Err(ConvertError::Refused {
                span: Span::new(0, self.text.len()),
                driver,
                error: None,
            });
        }
        Ok(())
    }

    /// Puts libpq's spelling in the place of a TLS mode that is misspelled beyond doubt.
    fn mend_sslmode(&mut self) -> bool {
        let Some(written) = self.parse.settings.get(Param::SslMode) else {
            return false;
        };
        let span = written.value.span;
        let value = written.value.expose();
        let mode = match libpq_sslmode(value) {
            Some(mode) => mode,
            // As other databases and as node-postgres have it: TLS, and nothing is checked.
            None if ["required", "no-verify"].contains(&&*value.to_ascii_lowercase()) => "require",
            None => return false,
        };
        for setting in &mut self.parse.settings.all {
            if setting.param == Param::SslMode && setting.value.span == span {
                setting.value = Value::text(span, mode.into());
            }
        }
        true
    }

    fn source(self, dialect: Dialect, driver: Driver, mut losses: Vec<Loss>) -> Source {
        let family = Family::of(dialect);
        let settings = &self.parse.settings;
        let get = |param| {
            let index = settings
                .get(param)
                .and_then(|wanted| settings.all.iter().position(|s| core::ptr::eq(s, wanted)))?;
            self.item(index).filter(|item| !item.word.is_empty())
        };
        let hosts = (0..settings.hosts.len()).map(|i| self.host(i)).collect();
        let mode = settings
            .get(Param::SslMode)
            .map(|s| s.value.expose())
            .filter(|mode| !mode.is_empty())
            .map(ToString::to_string);
        let tls_span = settings
            .get(Param::SslMode)
            .or_else(|| settings.get(Param::Ssl))
            .or_else(|| settings.get(Param::SslRootCert))
            .map(Setting::span);
        let root = if driver == Driver::Prisma {
            settings
                .all
                .iter()
                .rposition(|s| s.key == "sslcert")
                .and_then(|index| self.item(index))
        } else {
            get(Param::SslRootCert)
        };
        let tls = TlsWish {
            effect: readings::tls_of(driver, settings),
            mode,
            span: tls_span,
            root,
        };
        let mut rest: Vec<Rest> = Vec::new();
        for (index, setting) in settings.all.iter().enumerate() {
            let Some(key_span) = setting.key_span else {
                continue;
            };
            if is_of_tls(setting, driver) || self.is_part_of_the_address(setting) {
                continue;
            }
            let Some(item) = self.item(index) else {
                continue;
            };
            // ODBC: what pqopt holds was read on its own, and the driver's name belongs to the notation.
            let of_notation = dialect == Dialect::Odbc
                && ["pqopt", "driver"]
                    .iter()
                    .any(|name| setting.key.eq_ignore_ascii_case(name));
            if item.word.is_empty() || of_notation {
                continue;
            }
            let row = Row::find(family, &setting.key);
            let key = if self.redactor.hides(key_span) {
                String::from(Secret::MASK)
            } else {
                setting.key.clone()
            };
            let fate = if row.is_some() {
                Fate::Known
            } else {
                fate(driver, setting)
            };
            let entry = Rest {
                row,
                key,
                item,
                fate,
            };
            // Of several keywords of one meaning one takes effect.
            let older = rest.iter().position(|r| match (r.row, row) {
                (Some(a), Some(b)) => a.name == b.name,
                (None, None) => r.key == entry.key && r.key != Secret::MASK,
                _ => false,
            });
            match older.and_then(|at| rest.get_mut(at)) {
                Some(_) if settings.first_wins => {}
                Some(older) => *older = entry,
                None => rest.push(entry),
            }
        }
        let (user, password, database) =
            (get(Param::User), get(Param::Password), get(Param::Database));
        // .pgpass: a star stands for anything.
        let any = |item: &Item| {
            dialect == Dialect::Pgpass
                && item.span.is_some_and(|span| slice(self.text, span) == "*")
        };
        let (user, database) = (user.filter(|i| !any(i)), database.filter(|i| !any(i)));
        losses.dedup_by(|a, b| a == b);
        Source {
            dialect,
            driver,
            hosts,
            user,
            password,
            database,
            tls,
            rest,
            losses,
        }
    }

    /// Whether a setting says where to connect and as whom, effective or overridden.
    fn is_part_of_the_address(&self, setting: &Setting) -> bool {
        match setting.param {
            Param::Host | Param::Port | Param::User | Param::Password | Param::Database => true,
            // Then it is what the hosts were read from.
            Param::HostAddr => self
                .parse
                .settings
                .get(Param::Host)
                .is_none_or(|host| host.value.expose().is_empty()),
            _ => false,
        }
    }

    fn item(&self, index: usize) -> Option<Item> {
        let value = &self.parse.settings.all.get(index)?.value;
        let twin = self
            .twin
            .as_ref()
            .and_then(|twin| twin.all.get(index))
            .map(|s| s.value.expose());
        let secret = value.shown().is_none();
        Some(self.made(value.expose(), twin, value.span, secret))
    }

    fn host(&self, index: usize) -> (Option<Item>, Option<Item>) {
        let Some(entry) = self.parse.settings.hosts.get(index) else {
            return (None, None);
        };
        let twin = self.twin.as_ref().and_then(|twin| twin.hosts.get(index));
        let host = entry.host.as_ref().map(|piece| {
            let twin = twin
                .and_then(|t| t.host.as_ref())
                .map(|p| unbracketed(&p.text));
            self.made(unbracketed(&piece.text), twin, piece.span, false)
        });
        let port = entry.port.as_ref().map(|piece| {
            let twin = twin.and_then(|t| t.port.as_ref()).map(|p| p.text.trim());
            self.made(piece.text.trim(), twin, piece.span, false)
        });
        (host, port)
    }

    /// The value with its variables as they are written.
    fn made(&self, value: &str, twin: Option<&str>, span: Span, secret: bool) -> Item {
        let secret = secret || self.redactor.hides(span);
        let mut word = Word::new(secret);
        let mut variables = self.variables.iter().filter(|v| v.overlaps(span));
        let mut others = twin.unwrap_or(value).chars();
        let mut chars = value.chars();
        while let (Some(c), Some(other)) = (chars.next(), others.next()) {
            if c == other {
                word.push_plain(c);
            } else if let Some(variable) = variables.next() {
                word.push_kept(slice(self.text, *variable));
                for _ in 1..variable.len() {
                    chars.next();
                    others.next();
                }
            }
        }
        let whole = [Span::new(0, value.len())];
        let template = value.starts_with(['{', '<']) && placeholder::find(value) == whole;
        if template && word.kept().next().is_none() {
            word = Word::new(secret);
            word.push_kept(value);
        }
        Item {
            word,
            span: Some(span),
        }
    }
}

fn unbracketed(host: &str) -> &str {
    host.strip_prefix('[')
        .and_then(|inside| inside.strip_suffix(']'))
        .unwrap_or(host)
}

/// Whether a setting is one of those that [`TlsWish`] stands for.
fn is_of_tls(setting: &Setting, driver: Driver) -> bool {
    matches!(
        setting.param,
        Param::SslMode
            | Param::Ssl
            | Param::SslRootCert
            | Param::TrustServerCertificate
            | Param::SslFactory
    ) || match driver {
        Driver::Prisma => matches!(setting.key.as_str(), "sslaccept" | "sslcert"),
        Driver::NodePostgres => setting.key == "uselibpqcompat",
        _ => false,
    }
}

fn fate(driver: Driver, setting: &Setting) -> Fate {
    use readings::Unknown;
    if setting.param != Param::Unknown && setting.param != Param::OtherSecret {
        return Fate::Known;
    }
    match readings::PROFILES
        .iter()
        .find(|p| p.driver == driver)
        .map(|p| p.unknown)
    {
        Some(Unknown::Sent) if setting.param == Param::Unknown => Fate::Sent,
        Some(Unknown::Refused) => Fate::Refused,
        Some(_) => Fate::Ignored,
        None => Fate::Known,
    }
}

/// Gives a source what its URL leaves to others: the user and the password that stand beside it.
pub(super) fn complete(paste: &str, beside: &Credentials, source: &mut Source) {
    let item = |entry: &Option<Entry>| entry.as_ref().map(|entry| beside_item(paste, entry));
    if source.user.is_none() {
        source.user = item(&beside.user);
    }
    if source.password.is_none() {
        source.password = item(&beside.password);
    }
}

fn beside_item(paste: &str, entry: &Entry) -> Item {
    let (value, _) = entry.escapes.decode(slice(paste, entry.value), 0);
    let mut word = Word::new(entry.param.is_secret());
    let mut at = 0;
    let plain = |word: &mut Word, from, to| {
        slice(&value, Span::new(from, to))
            .chars()
            .for_each(|c| word.push_plain(c));
    };
    for variable in find_variables(&value, Filling::None) {
        plain(&mut word, at, variable.start);
        word.push_kept(slice(&value, variable));
        at = variable.end;
    }
    plain(&mut word, at, value.len());
    Item { word, span: None }
}
