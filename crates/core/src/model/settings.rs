//! The settings of a string, each with the span that it comes from.

use super::{Param, Secret};
use crate::text::Span;
use alloc::string::String;
use alloc::vec::Vec;

/// Where in its string a setting stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the part of a URI between `//` and the query.
    Authority,
    /// In a URI's query.
    Query,
    /// A `key=value` pair of a flat dialect.
    Pair,
}

/// A value, decoded as the driver decodes it, with the span of its raw text (without quotes).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Where the raw text stands.
    pub span: Span,
    /// The quote character round it, if there is one.
    pub quote: Option<char>,
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Text(String),
    Secret(Secret),
}

impl Value {
    /// A value that may be shown.
    #[must_use]
    pub const fn text(span: Span, text: String) -> Self {
        Self {
            span,
            quote: None,
            content: Content::Text(text),
        }
    }

    /// The value of `param`: kept as a secret where the parameter is one.
    #[must_use]
    pub fn of(param: Param, span: Span, quote: Option<char>, text: String) -> Self {
        let content = if param.is_secret() {
            Content::Secret(Secret::new(text))
        } else {
            Content::Text(text)
        };
        Self {
            span,
            quote,
            content,
        }
    }

    /// The decoded text, or `None` for a secret.
    #[must_use]
    pub fn shown(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            Content::Secret(_) => None,
        }
    }

    /// The decoded text, secret or not: for comparing, never for output.
    #[must_use]
    pub fn expose(&self) -> &str {
        match &self.content {
            Content::Text(text) => text,
            Content::Secret(secret) => secret.expose(),
        }
    }
}

/// One keyword with its value, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What it means.
    pub param: Param,
    /// The keyword as written; empty for what a position in a URI says.
    pub key: String,
    /// Where the keyword stands; `None` for what a position in a URI says.
    pub key_span: Option<Span>,
    /// The value.
    pub value: Value,
    /// Where in the string it stands.
    pub origin: Origin,
}

impl Setting {
    /// The whole of `key=value`, without quotes; for a position in a URI, the value.
    #[must_use]
    pub fn span(&self) -> Span {
        self.key_span
            .map_or(self.value.span, |key| key.to(self.value.span))
    }
}

/// A decoded piece of a list, with its span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it stands.
    pub span: Span,
    /// Its decoded text.
    pub text: String,
}

/// One host of the list that a driver tries in turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostPort {
    /// Host name, address or socket directory; `None` where the text says none.
    pub host: Option<Piece>,
    /// The port as written; `None` where the text says none.
    pub port: Option<Piece>,
}

impl HostPort {
    /// Splits a port off a name that brings it along: `host:port`; an address in brackets loses them. Other text with
    /// several colons, and a socket's directory, stay whole.
    pub(crate) fn split_port(&mut self) {
        let Some(host) = &mut self.host else { return };
        let exact = host.span.len() == host.text.len();
        let (from, to, colon) = match host.text.strip_prefix('[').and_then(|rest| rest.find(']')) {
            Some(len) => {
                let behind = host.text.get(len + 2..).unwrap_or("");
                (1, len + 1, behind.starts_with(':').then_some(len + 2))
            }
            None if host.text.starts_with('/') || host.text.matches(':').count() != 1 => return,
            None => {
                let colon = host.text.find(':').unwrap_or(host.text.len());
                (0, colon, Some(colon))
            }
        };
        let part = |from: usize, to: usize| Piece {
            span: if exact {
                Span::new(host.span.start + from, host.span.start + to)
            } else {
                host.span
            },
            text: host.text.get(from..to).unwrap_or("").into(),
        };
        let port = colon.map(|colon| part(colon + 1, host.text.len()));
        let name = part(from, to);
        if let Some(port) = port.filter(|port| !port.text.is_empty()) {
            self.port = Some(port);
        }
        self.host = (!name.text.is_empty()).then_some(name);
    }

    /// The port as a number, where it is one between 1 and 65535.
    #[must_use]
    pub fn port_number(&self) -> Option<u16> {
        let text = self
            .port
            .as_ref()?
            .text
            .trim_matches(|c: char| c.is_ascii_whitespace());
        text.parse::<u16>().ok().filter(|&port| port != 0)
    }
}

/// Everything that a string sets, in the order of the text, as its driver reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Every setting, also those that a later one overrides.
    pub all: Vec<Setting>,
    /// The hosts that the driver will try, in order.
    pub hosts: Vec<HostPort>,
    /// Whether the first of several keywords of one meaning takes effect, as in Go's drivers, instead of the last.
    pub first_wins: bool,
}

impl Settings {
    /// The setting that takes effect for `param`: the last one in libpq, Npgsql, pgJDBC and most others.
    #[must_use]
    pub fn get(&self, param: Param) -> Option<&Setting> {
        let mut all = self.all.iter().filter(|s| s.param == param);
        if !self.first_wins {
            return all.next_back();
        }
        // A keyword beats what a position says; among keywords the first wins.
        all.clone()
            .find(|s| s.key_span.is_some())
            .or_else(|| all.next())
    }

    /// All settings of `param`, in the order of the text.
    pub fn every(&self, param: Param) -> impl Iterator<Item = &Setting> {
        self.all.iter().filter(move |s| s.param == param)
    }

    /// The first host's name, where there is one.
    #[must_use]
    pub fn first_host(&self) -> Option<&Piece> {
        self.hosts.iter().find_map(|h| h.host.as_ref())
    }
}

/// What there is of a password, which is all that is ever said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordState {
    /// One is given.
    Present,
    /// None is given.
    Absent,
    /// A template's placeholder stands where one should.
    Placeholder,
    /// One is given and empty.
    Empty,
}

impl PasswordState {
    /// The name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Absent => "absent",
            Self::Placeholder => "placeholder",
            Self::Empty => "empty",
        }
    }
}

/// One host for display: masked where it could hold a piece of the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostView {
    /// The host, or `None` where the text has none.
    pub host: Option<String>,
    /// The port as a number, or `None` where the text has none or it is not one.
    pub port: Option<u16>,
}

/// The settings as they may be shown: no secret, and nothing that could be a piece of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsView {
    /// The hosts in the order in which the driver tries them.
    pub hosts: Vec<HostView>,
    /// User name.
    pub user: Option<String>,
    /// Database name.
    pub database: Option<String>,
    /// TLS mode, as written.
    pub sslmode: Option<String>,
    /// What there is of a password.
    pub password: PasswordState,
}
