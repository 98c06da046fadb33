//! What each driver will do with a string: how it splits it, where it connects to, what TLS it ends up with, what it ignores,
//! and where it fails.
//!
//! A row speaks for the versions that it names. Where a driver's behaviour changed between versions that are in use, there
//! is a row for each.

mod compare;
mod drivers;
mod profiles;
mod splits;
mod tls;

use crate::detect::{self, accepts};
use crate::layer::neutral;
use crate::lint::{Options, unmarked};
use crate::model::{Dialect, Driver, HostView, Param, PasswordState, Setting, Settings};
use crate::parse::{Parse, parse};
use crate::placeholder;
use crate::redact::Redactor;
use crate::text::{Span, slice};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub use compare::{Column, differing};
pub use drivers::{DRIVERS, Defaults, DriverProfile};
pub use profiles::{PROFILES, Profile, Unknown};
pub use splits::{Part, Split, splits_of};
pub use tls::{Encrypted, Roots, Tls};

/// What TLS `driver`, in the newest versions that have a row, ends up with.
pub(crate) fn tls_of(driver: Driver, settings: &Settings) -> Tls {
    PROFILES
        .iter()
        .find(|profile| profile.driver == driver)
        .map_or_else(|| tls::libpq(settings), |profile| (profile.tls)(settings))
}

/// Whether a driver takes a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It goes on and connects.
    Accepted,
    /// Its parser refuses it, or it does before a byte is sent.
    Refused,
    /// The driver does not take this dialect.
    NotApplicable,
}

impl Outcome {
    /// The name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// One driver's reading. Secrets are masked in every text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Whose.
    pub driver: Driver,
    /// The versions that the row speaks for.
    pub versions: &'static str,
    /// Whether it takes the text.
    pub outcome: Outcome,
    /// Its own words when it refuses, where connlint knows them.
    pub error: Option<String>,
    /// The hosts in the order in which it tries them; `None` where it takes its default.
    pub hosts: Vec<HostView>,
    /// The user name.
    pub user: Option<String>,
    /// The database name.
    pub database: Option<String>,
    /// What there is of a password.
    pub password: PasswordState,
    /// What TLS the connection ends up with; `None` where it does not get that far.
    pub tls: Option<Tls>,
    /// Whether a certificate that nothing in the string asks to check is checked all the same where
    /// ~/.postgresql/root.crt exists.
    pub default_file_counts: bool,
    /// Keywords that have no effect.
    pub ignored: Vec<String>,
    /// Keywords that the driver hands to the server as settings; the server refuses those that it does not know.
    pub sent_to_server: Vec<String>,
    /// What else to know.
    pub notes: Vec<&'static str>,
    /// What the row was checked against.
    pub source: &'static str,
}

/// What the newest version of `driver` does about the keyword of `setting`; `None` where it knows it.
pub(crate) fn unknown_to(driver: Driver, setting: &Setting) -> Option<Unknown> {
    let mut profiles = PROFILES.iter();
    let profile = profiles.find(|profile| profile.driver == driver)?;
    (!profile.knows(setting)).then_some(profile.unknown)
}

/// The keywords of `driver`'s URIs, where they are not libpq's.
pub(crate) fn keywords_of(driver: Driver) -> Option<&'static [&'static str]> {
    PROFILES
        .iter()
        .find(|profile| profile.driver == driver)
        .map(|profile| profile.keywords)
        .filter(|keywords| !keywords.is_empty())
}

/// How each driver reads the first connection string in `source`; empty if there is none.
#[must_use]
pub fn readings(source: &str, options: &Options) -> Vec<Reading> {
    readings_of(source, 0, options)
}

/// As [`readings`], for the string at `index` of those that [`lint`](crate::lint::lint) finds; empty if there is none.
#[must_use]
pub fn readings_of(source: &str, index: usize, options: &Options) -> Vec<Reading> {
    let source = unmarked(source);
    let Some(candidate) = detect::find(&source).into_iter().nth(index) else {
        return Vec::new();
    };
    let variables = candidate.excerpt.variables();
    let text = neutral(&candidate.excerpt.text, &variables);
    let string = Text {
        shown: &candidate.excerpt.text,
        read: &text,
        variables: &variables,
        dialect: candidate.dialect,
    };
    PROFILES
        .iter()
        .filter(|profile| options.driver == Driver::Auto || profile.driver == options.driver)
        .map(|profile| read(&string, profile))
        .collect()
}

/// How the driver of `profile` reads `text`, which is a connection string in `dialect` and nothing else.
#[must_use]
pub fn reading_of(text: &str, dialect: Dialect, profile: &'static Profile) -> Reading {
    let string = Text {
        shown: text,
        read: text,
        variables: &[],
        dialect,
    };
    read(&string, profile)
}

/// A string as it stands and as it is read: with variables made neutral.
struct Text<'a> {
    shown: &'a str,
    read: &'a str,
    variables: &'a [Span],
    dialect: Dialect,
}

fn read(text: &Text<'_>, profile: &'static Profile) -> Reading {
    let blank = |outcome, error| Reading {
        driver: profile.driver,
        versions: profile.versions,
        outcome,
        error,
        hosts: Vec::new(),
        user: None,
        database: None,
        password: PasswordState::Absent,
        tls: None,
        default_file_counts: false,
        ignored: Vec::new(),
        sent_to_server: Vec::new(),
        notes: Vec::new(),
        source: profile.source,
    };
    if !accepts(profile.driver, text.dialect) {
        return blank(Outcome::NotApplicable, None);
    }
    let parse = parse(text.read, text.dialect, profile.driver);
    let redactor = Redactor::new(parse.secrets(text.read));
    let refusal = parse
        .errors
        .iter()
        .find(|e| !text.variables.iter().any(|v| v.overlaps(e.span)))
        .map(|e| e.driver_text(text.shown, &redactor))
        .or_else(|| (profile.refuses)(&parse.settings).map(ToString::to_string));
    if let Some(error) = refusal {
        // Its own words only where they are known to be its own.
        let known = parse.errors.is_empty() || crate::parse::is_exact(profile.driver, text.dialect);
        return blank(Outcome::Refused, known.then_some(error));
    }
    let show = |span: Span, decoded: &str| {
        let variable = text.variables.iter().any(|v| v.overlaps(span));
        if variable || redactor.hides(span) {
            redactor.show(text.shown, span)
        } else {
            decoded.into()
        }
    };
    let settings = &parse.settings;
    let text_of = |param| {
        let setting = settings.get(param)?;
        Some(show(setting.value.span, setting.value.shown()?)).filter(|t| !t.is_empty())
    };
    let (ignored, sent_to_server) = leftovers(text, &parse, &redactor, profile);
    Reading {
        hosts: settings
            .hosts
            .iter()
            .map(|h| HostView {
                host: h.host.as_ref().map(|p| show(p.span, &p.text)),
                port: h
                    .port_number()
                    .filter(|_| h.port.as_ref().is_some_and(|p| !redactor.hides(p.span))),
            })
            .collect(),
        user: text_of(Param::User),
        database: text_of(Param::Database),
        password: password(text, settings),
        tls: Some((profile.tls)(settings)),
        default_file_counts: (profile.default_file)(settings),
        ignored,
        sent_to_server,
        notes: (profile.notes)(settings),
        ..blank(Outcome::Accepted, None)
    }
}

fn password(text: &Text<'_>, settings: &Settings) -> PasswordState {
    match settings.get(Param::Password) {
        None => PasswordState::Absent,
        Some(s) if s.value.expose().is_empty() => PasswordState::Empty,
        Some(s)
            if !text.variables.iter().any(|v| v.overlaps(s.value.span))
                && !placeholder::find(slice(text.shown, s.value.span)).is_empty() =>
        {
            PasswordState::Placeholder
        }
        Some(_) => PasswordState::Present,
    }
}

/// The keywords that the driver does not know: without effect, or handed to the server.
fn leftovers(
    text: &Text<'_>,
    parse: &Parse,
    redactor: &Redactor,
    profile: &Profile,
) -> (Vec<String>, Vec<String>) {
    let mut ignored = Vec::new();
    let mut sent = Vec::new();
    for setting in &parse.settings.all {
        let Some(key) = setting.key_span else {
            continue;
        };
        if setting.key.is_empty() && !key.is_empty() {
            // The driver has dropped it without a word.
            ignored.push(redactor.show(text.shown, key));
            continue;
        }
        if profile.knows(setting) {
            continue;
        }
        // A piece of a password can have come to stand where a keyword should.
        let name = if redactor.hides(key) {
            redactor.show(text.shown, key)
        } else {
            setting.key.clone()
        };
        match profile.unknown {
            Unknown::Ignored => ignored.push(name),
            Unknown::Sent => sent.push(name),
            Unknown::Refused => {}
        }
    }
    (ignored, sent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    fn rows(text: &str) -> Vec<Reading> {
        readings(text, &Options::default())
    }

    fn row(text: &str, driver: Driver) -> Reading {
        rows(text)
            .into_iter()
            .find(|r| r.driver == driver)
            .expect("a row for every driver")
    }

    #[test]
    fn every_driver_has_a_row() {
        let rows = rows("postgresql://u:p@h/db");
        for driver in Driver::ALL.iter().filter(|d| **d != Driver::Auto) {
            assert!(rows.iter().any(|r| r.driver == *driver), "{driver}");
        }
        assert!(readings("nothing here", &Options::default()).is_empty());
    }

    #[test]
    fn each_string_of_a_paste_has_its_readings() {
        let text = "\u{feff}A=postgresql://u@a.example/x\nB=postgresql://u@b.example/x\n";
        let strings = crate::lint::lint(text, &Options::default()).strings.len();
        let host = |index| {
            let rows = readings_of(text, index, &Options::default());
            rows.first()?.hosts.first()?.host.clone()
        };
        assert_eq!(strings, 2);
        assert_eq!(host(0).as_deref(), Some("a.example"));
        assert_eq!(host(1).as_deref(), Some("b.example"));
        assert_eq!(host(2), None);
    }

    #[test]
    fn the_same_text_goes_to_different_hosts() {
        let host = |driver| {
            let row = row("postgresql://app@shop:pw@db.example/app", driver);
            (row.outcome, row.hosts.first().and_then(|h| h.host.clone()))
        };
        assert_eq!(host(Driver::Libpq).0, Outcome::Refused);
        assert_eq!(
            host(Driver::NodePostgres),
            (Outcome::Accepted, Some("db.example".into()))
        );
        assert_eq!(
            host(Driver::Sqlalchemy),
            (Outcome::Accepted, Some("db.example".into()))
        );
        assert_eq!(host(Driver::Npgsql).0, Outcome::NotApplicable);
    }

    #[test]
    fn no_reading_shows_a_password() {
        for text in [
            "postgresql://app@shop:Zq7xKwLmPd@db.example/app",
            "Host=h;Password=Zq7xKwLmPd;Port=x",
            "host=h password=Zq7xKwLmPd foo=1",
        ] {
            assert!(
                !format!("{:?}", rows(text)).contains("Zq7xKwLmPd"),
                "{text}"
            );
        }
    }

    #[test]
    fn unknown_keywords_are_ignored_sent_or_refused() {
        let text = "postgresql://h/db?pgbouncer=true";
        assert_eq!(row(text, Driver::Libpq).outcome, Outcome::Refused);
        assert_eq!(row(text, Driver::Pgx).sent_to_server, ["pgbouncer"]);
        assert_eq!(row(text, Driver::Sqlx).ignored, ["pgbouncer"]);
    }
}
