//! What makes one driver's reading of a URI differ from another's: the parts of a [`Reader`].

use crate::model::Param;
use crate::parse::checks::Checks;

/// Which blanks and control characters round the text do not count.
#[derive(Clone, Copy)]
pub(super) enum Trims {
    /// None: all of them count.
    Nothing,
    /// Those before the text, as Python's `urlsplit` has it.
    Start,
    /// Those before and behind it, as the WHATWG standard has it.
    Both,
}

/// What becomes of tabs, line breaks and other control characters inside the text.
#[derive(Clone, Copy)]
pub(super) enum Controls {
    /// They stay.
    Stay,
    /// Tabs and line breaks are taken out (WHATWG, Python).
    Vanish,
    /// Each becomes an underscore (PHP).
    Underscore,
    /// The text is refused (Go).
    Refused(&'static str),
}

/// Where the userinfo ends.
#[derive(Clone, Copy)]
pub(super) enum UserinfoEnd {
    /// At the first `@` of the authority.
    First,
    /// At the last one.
    Last,
    /// At the only one: a second is refused with this text.
    Only(&'static str),
    /// At the first `@` of the whole text, be it in the path or the query.
    FirstAnywhere,
    /// Where SQLAlchemy's regular expression finds it.
    Sqlalchemy,
    /// Where SQLAlchemy's did up to version 1.3: the password ends at the last `@` of all.
    Sqlalchemy13,
}

/// How many hosts the authority may name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hosts {
    /// One; a comma is a part of its name.
    One,
    /// A comma list, each with a port of its own.
    List,
    /// One to this library; libpq, which gets it, splits it at its commas, and the port is for all.
    Joined,
    /// pgx's: names and ports are two lists, empty elements left out; a name without a port gets the first one.
    Go,
    /// tokio-postgres's: a list, to which hosts and ports of the query are added.
    Appended,
}

/// What the library makes of a host's text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum HostText {
    /// Percent-decoded.
    Decoded,
    /// As it stands.
    Kept,
    /// In lower case, then percent-decoded.
    Lower,
}

/// What the library does about brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Brackets {
    /// They enclose an address, and are taken off.
    Off,
    /// They stay round it.
    Stay,
    /// Python's: they are taken off, and what stands between them must be an address. What follows is skipped.
    Python,
    /// Ruby's: they are taken off, and enclose an address, else this error.
    Ruby(&'static str),
    /// SQLAlchemy's regular expression: the same, without asking for an address; behind them the text ends.
    Ends,
    /// Go's: something between them and the port is refused with these texts: unclosed, no port.
    Go(&'static str, &'static str),
    /// lib/pq's: only a host with a port loses them.
    OffWithPort(&'static str, &'static str),
}

/// What the path is to the driver.
#[derive(Clone, Copy)]
pub(super) enum Path {
    /// The database name, percent-decoded.
    Decoded,
    /// The database name, as it stands.
    Kept,
    /// The same, up to the end of the line.
    Line,
    /// The database name, decoded, without any slash before it.
    AllSlashesOff,
    /// The database name, which must be one segment, else this error.
    OneSegment(&'static str),
}

/// The library that has the last word on texts that follow the WHATWG standard.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Library {
    /// pg-connection-string.
    NodePostgres,
    /// The same up to 2.5, which does not follow the standard.
    NodeLegacy,
    /// postgres.js.
    PostgresJs,
    /// The `url` crate, as Prisma's engine uses it.
    Prisma,
    /// The same, as SQLx uses it.
    Sqlx,
}

/// What the driver makes of the query's keywords.
#[derive(Clone, Copy)]
pub(super) struct Query {
    /// What overrides the authority.
    pub(super) overrides: &'static [Param],
    /// Whether that is so only where the authority does not say it.
    pub(super) authority_wins: &'static [Param],
    /// Whether a query's empty value does override.
    pub(super) empty_overrides: bool,
    pub(super) plus_is_blank: bool,
    /// A field without `=`.
    pub(super) bad_field: Option<&'static str>,
    /// Whether such a field is met before the hosts are looked at.
    pub(super) before_hosts: bool,
    /// A pair with nothing in it, but for the last.
    pub(super) empty_pair: Option<&'static str>,
    /// Whether only a `&` that a pair comes before is one; the rest of it begins the next keyword (tokio-postgres).
    pub(super) keeps_empty: bool,
    /// Whether a pair with a raw `;` or a bad sequence is left out without a word (Go).
    pub(super) drops_bad_pairs: bool,
    pub(super) drops_empty_values: bool,
    /// Whether the first of several pairs counts.
    pub(super) first_wins: bool,
    /// Whether it ends at the first line break, or, up to SQLAlchemy 1.3, at a second `?`.
    pub(super) ends: &'static [char],
    pub(super) keyword: fn(&str) -> Param,
    /// A keyword that the driver does not know.
    pub(super) unknown: Option<&'static str>,
}

/// What is checked once everything is read.
#[derive(Clone, Copy)]
pub(super) enum Values {
    /// A table of the driver's own.
    Own(&'static Checks),
    /// libpq's keywords and checks, and psycopg's own: the driver hands everything on to them.
    Psycopg,
    /// SQLAlchemy's: as its driver has it, which the scheme names.
    Sqlalchemy,
}

/// Whether a character is refused.
pub(super) type Refuses = fn(char) -> bool;

/// A reader; `None` where a driver does not mind.
#[derive(Clone, Copy)]
pub(in crate::parse) struct Reader {
    pub(super) trims: Trims,
    pub(super) controls: Controls,
    pub(super) schemes: &'static [&'static str],
    pub(super) any_scheme: bool,
    pub(super) exact_scheme: bool,
    pub(super) any_driver: bool,
    pub(super) wrong_scheme: &'static str,
    /// The same where no scheme is there, or none that could be one; `{}` quotes the whole text.
    pub(super) no_scheme: Option<&'static str>,
    /// Whether an empty text is taken for none.
    pub(super) takes_nothing: bool,
    /// Whether a scheme without `//` behind it begins a text without an authority.
    pub(super) slashes_optional: bool,
    pub(super) userinfo_end: UserinfoEnd,
    pub(super) authority_ends: &'static str,
    pub(super) refuses: Refuses,
    pub(super) refuses_everywhere: bool,
    pub(super) refused: &'static str,
    pub(super) bad_percent: Option<&'static str>,
    /// Whether that goes for the query as well.
    pub(super) bad_percent_in_query: bool,
    pub(super) bad_utf8: Option<&'static str>,
    pub(super) hosts: Hosts,
    pub(super) host_text: HostText,
    pub(super) brackets: Brackets,
    pub(super) last_colon: bool,
    /// Whether a `+` is a blank before the query as well.
    pub(super) plus_is_blank: bool,
    pub(super) host_percent: Option<&'static str>,
    pub(super) bad_host: Option<(Refuses, &'static str)>,
    /// No host, where a user or a port is given.
    pub(super) empty_host: Option<&'static str>,
    /// No authority, be there a path or not.
    pub(super) no_authority: Option<&'static str>,
    /// Whether a password may be bytes that are no UTF-8.
    pub(super) password_of_bytes: bool,
    /// No authority, and no path.
    pub(super) nothing: Option<&'static str>,
    /// An element of the host list without anything in it.
    pub(super) empty_element: Option<&'static str>,
    pub(super) bad_port: Option<&'static str>,
    pub(super) empty_port: Option<&'static str>,
    pub(super) port_out_of_range: Option<&'static str>,
    /// How a port may look besides digits: with a sign and blanks, encoded (Python), or beginning with digits (PHP).
    pub(super) port_text: PortText,
    pub(super) zero_port_is_none: bool,
    pub(super) path: Path,
    pub(super) empty_database: Option<&'static str>,
    pub(super) query: Query,
    pub(super) values: Values,
    pub(super) library: Option<Library>,
}

/// What a port is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PortText {
    /// Digits.
    Digits,
    /// What Python's `int` takes.
    Python,
    /// The same, percent-decoded first.
    PythonDecoded,
    /// What Rust's integers take, percent-decoded first.
    Rust,
    /// What C's `strtol` takes; at most five characters.
    Php,
    /// The digits that it begins with; what follows them is skipped.
    Elixir,
    /// Digits; else all of it is the name of the host.
    Java,
}

impl Reader {
    /// Whether a `#` begins a fragment, which the driver drops.
    pub(super) fn has_fragment(&self) -> bool {
        self.authority_ends.contains('#')
    }
}
