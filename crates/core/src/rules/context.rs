//! What a rule gets to see.

use super::host::names::Host;
use super::parameters::strange::Strange;
use super::syntax::raw::Raw;
use super::syntax::url_parts::UrlParts;
use super::tls::modes::Distance;
use crate::azure::AzureHost;
use crate::detect::{Containers, Fact, SharedFile, Switch};
use crate::layer::Excerpt;
use crate::model::{Dialect, Driver, Grammar, Param, Piece, Setting, Settings, Target};
use crate::order::Order as _;
use crate::parse::Parse;
use crate::policy::Policy;
use crate::redact::Redactor;
use crate::templates::Template;
use crate::text::{Sought, Span, Wanted, exactly, in_any_case, slice};
use crate::words;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::OnceCell;

/// The paste round a string.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The whole paste.
    pub paste: &'a str,
    /// What stands before the string, as far as it is near.
    pub before: &'a str,
    /// What stands behind it, as far as it is near.
    pub after: &'a str,
    /// Where it stands in the paste.
    pub span: Span,
    /// Whether the code or configuration round the string says something about TLS: then it is not for the string to.
    pub mention_tls: bool,
    /// Whether the paste names a file of trusted roots anywhere: then one may be there that the string does not name.
    pub mention_roots: bool,
    /// The file that the paste looks like, where projects share such a file.
    pub shared_file: Option<SharedFile>,
    /// What beside this string, rather than beside another one of the paste, switches a certificate's check off. Spans are
    /// those of the paste: see [`Finding::beside`](super::Finding::beside).
    pub switches: &'a [Switch],
    /// The containers that the paste describes.
    pub containers: &'a Containers,
    /// What is said of the Azure server beside this string. Spans are those of the paste.
    pub azure: &'a [Fact],
    /// Whether the paste speaks of a user outside the string.
    pub mention_user: bool,
    /// Whether the port of Azure's built-in pooler stands outside the string.
    pub mention_pooler: bool,
    /// Whether the paste shows a command that takes the lines of an env file as they are, quotes included.
    pub keeps_quotes: bool,
}

/// Where a paste speaks of something, found in one look for all of its strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mentions {
    /// Where the words stand, in order.
    spans: Vec<Span>,
}

impl Mentions {
    /// What speaks of TLS.
    pub const TLS: &'static [&'static str] = &["ssl", "tls"];
    /// What speaks of a user name.
    pub const USER: &'static [&'static str] = &["user", "uid", "login"];
    /// The port of Azure's built-in pooler.
    pub const POOLER: &'static [&'static str] = &["6432"];

    /// What names a file of trusted roots.
    const ROOTS: [&'static str; 5] = ["rootcert", "ROOTCERT", "root.crt", "cafile", "trustStore"];

    /// What stands in every command that takes the lines of an env file as they are.
    const ENV_FILE: &'static str = "env-file";

    /// What to look for in a paste whose mentions are asked for.
    pub(crate) const WORDS: [&'static [Wanted]; 5] = [
        &in_any_case::<{ Self::TLS.len() }>(Self::TLS),
        &in_any_case::<{ Self::USER.len() }>(Self::USER),
        &in_any_case::<{ Self::POOLER.len() }>(Self::POOLER),
        &exactly::<{ Self::ROOTS.len() }>(&Self::ROOTS),
        &[Wanted::exactly(Self::ENV_FILE)],
    ];

    /// Where `words` stand among what was looked for, in any case.
    pub(crate) fn among(sought: &Sought, words: &[&'static str]) -> Self {
        let of = |word: &'static str| {
            let places = sought.places(Wanted::in_any_case(word)).iter();
            places.map(move |at| Span::new(*at, *at + word.len()))
        };
        let mut spans: Vec<Span> = words.iter().flat_map(|word| of(word)).collect();
        spans.order();
        Self { spans }
    }

    /// Looks through `source` for `list`, one of the lists above, in any case.
    #[must_use]
    pub fn of(source: &str, list: &[&'static str]) -> Self {
        Self::among(&words::look(source), list)
    }

    /// Whether `source` shows a command that takes the lines of an env file as they are: `docker run --env-file`, kubectl's
    /// `--from-env-file`.
    pub(crate) fn of_env_files(source: &str, sought: &Sought) -> bool {
        sought.has(Self::ENV_FILE)
            && source.lines().any(|line| {
                let runs = ["docker run", "docker create", "podman run", "podman create"]
                    .iter()
                    .any(|command| line.contains(command));
                (runs && line.contains("--env-file")) || line.contains("--from-env-file")
            })
    }

    /// Whether a file of trusted roots is named.
    pub(crate) fn of_roots(sought: &Sought) -> bool {
        Self::ROOTS.into_iter().any(|word| sought.has(word))
    }

    /// Whether one of them stands outside `span`.
    #[must_use]
    pub fn outside(&self, span: Span) -> bool {
        self.spans.first().is_some_and(|at| at.end <= span.start)
            || self.spans.last().is_some_and(|at| at.start >= span.end)
    }

    /// Whether one of them stands anywhere.
    #[must_use]
    pub fn anywhere(&self) -> bool {
        !self.spans.is_empty()
    }
}

/// What several rules work out of the same string: done by the first that asks.
#[derive(Debug, Default)]
pub struct Shared<'a> {
    pub(in crate::rules) strange: OnceCell<Vec<Strange<'a>>>,
    pub(in crate::rules) url_parts: OnceCell<Option<UrlParts>>,
    pub(in crate::rules) raws: OnceCell<Vec<Raw>>,
    pub(in crate::rules) remote_host: OnceCell<Option<Span>>,
    pub(in crate::rules) hosts: OnceCell<Vec<Host<'a>>>,
    pub(in crate::rules) distance: OnceCell<Distance>,
    pub(in crate::rules) mode: OnceCell<Option<&'a Setting>>,
    azure_host: OnceCell<Option<AzureHost<'a>>>,
}

/// One string with everything that is known of it.
#[derive(Debug)]
pub struct Context<'a> {
    /// What rules have worked out of it so far.
    pub shared: Shared<'a>,
    /// The string, taken out of its layers.
    pub text: &'a str,
    /// What it was wrapped in, and the way back.
    pub excerpt: &'a Excerpt,
    /// How the intended driver reads it.
    pub parse: &'a Parse,
    /// How its author meant it: the same, unless a raw reserved character splits it elsewhere.
    pub meant: &'a Parse,
    /// The whole paste, and where the string stands in it: for what is said of the connection outside the string.
    pub surroundings: Surroundings<'a>,
    /// The driver that it is for: given, or found out.
    pub driver: Driver,
    /// Whether the driver was given by the user.
    pub driver_given: bool,
    /// The product that it is for: given, or found out.
    pub target: Target,
    /// Whether the target was given by the user.
    pub target_given: bool,
    /// What the user's team has decided.
    pub policy: &'a Policy,
    /// The template that it comes from, where that is evident.
    pub template: Option<&'static Template>,
    /// What could be a secret.
    pub redactor: &'a Redactor,
    /// Where variables stand that something else fills in, such as `${DB_HOST}`.
    pub variables: &'a [Span],
}

impl<'a> Context<'a> {
    /// The grammar that the string is written in.
    #[must_use]
    pub const fn grammar(&self) -> Grammar {
        self.parse.dialect.grammar()
    }

    /// The settings as they were meant: what rules about hosts, users and values judge.
    #[must_use]
    pub const fn settings(&self) -> &'a Settings {
        &self.meant.settings
    }

    /// The setting that takes effect for `param`, as it was meant.
    #[must_use]
    pub fn get(&self, param: Param) -> Option<&'a Setting> {
        self.meant.settings.get(param)
    }

    /// Whether the driver sees something else than what was meant.
    #[must_use]
    pub fn is_misread(&self) -> bool {
        !core::ptr::eq(self.parse, self.meant)
    }

    /// The first host as it was meant. None where it could be a piece of a secret: then nothing can be said of it that does
    /// not show it.
    #[must_use]
    pub fn host(&self) -> Option<&'a Piece> {
        self.settings()
            .first_host()
            .filter(|host| !self.redactor.hides(host.span))
    }

    /// The Azure host that the string names, if it does.
    #[must_use]
    pub fn azure_host(&self) -> Option<AzureHost<'a>> {
        let read = || AzureHost::parse(self.raw(self.host()?.span));
        *self.shared.azure_host.get_or_init(read)
    }

    /// Whether the string is for one of Azure's PostgreSQL services: its host says so, or the user did.
    #[must_use]
    pub fn is_azure(&self) -> bool {
        self.azure_host().is_some() || (self.target_given && self.target.is_azure())
    }

    /// The raw text of `span`. Not for messages: see [`show`](Self::show).
    #[must_use]
    pub fn raw(&self, span: Span) -> &'a str {
        slice(self.text, span)
    }

    /// The raw text of `span` with secrets masked: the way to quote the string in a message.
    #[must_use]
    pub fn show(&self, span: Span) -> String {
        self.redactor.show(self.text, span)
    }

    /// Whether the value is an expression of the program round it, such as `host: DB_HOST`, rather than a literal.
    #[must_use]
    pub fn is_expression(&self, setting: &Setting) -> bool {
        let in_program = matches!(
            self.parse.dialect,
            Dialect::NodeObject | Dialect::PythonKwargs | Dialect::DjangoDict | Dialect::RubyHash
        );
        in_program && setting.value.quote.is_none()
    }

    /// Whether a variable stands outside of every value, where it can bring any setting with it.
    #[must_use]
    pub fn has_variable_outside_values(&self) -> bool {
        let mut values: Vec<Span> = self.settings().all.iter().map(|s| s.value.span).collect();
        values.order();
        let mut furthest = 0;
        let mut values = values.into_iter().peekable();
        // Both in order: what ends furthest of the values that begin before a variable contains it, or none does.
        self.variables.iter().any(|variable| {
            while let Some(value) = values.next_if(|value| value.start <= variable.start) {
                furthest = furthest.max(value.end);
            }
            variable.end > furthest
        })
    }

    /// Whether a part of `span` is filled in by something else later, so that nothing can be said of it.
    #[must_use]
    pub fn has_variable(&self, span: Span) -> bool {
        // In order and apart from each other: only the first one that does not end before the span can touch it.
        let next = self
            .variables
            .partition_point(|v| v.end < span.start || (v.end == span.start && !span.is_empty()));
        self.variables
            .get(next)
            .is_some_and(|v| v.overlaps(span) || (span.is_empty() && v.start <= span.start))
    }
}
