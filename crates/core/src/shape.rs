//! The shape of a paste: the same findings, and nothing that is anybody's own.
//!
//! What a paste holds falls in three: secrets, of which nothing stays; names (hosts, users, databases), of which the words
//! stay that everybody has, such as those of Azure's zones; and the rest, of which the words stay that connlint's own
//! documents use. Every other word becomes an invented one with the same kinds of characters, the same one each time. The
//! result is a shape only if connlint finds the same in it as in the paste: what cannot be made so is not shared.

use crate::diagnostics::Diagnostic;
use crate::lint::{Analysis, Options, lint};
use crate::order::Order as _;
use crate::parse::TokenKind;
use crate::placeholder;
use crate::text::{Span, slice};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use core::net::Ipv4Addr;

/// The words of a text that anybody may read: those of the rules' documents.
#[derive(Clone, Debug, Default)]
pub struct PublicWords(BTreeSet<String>);

impl PublicWords {
    /// The words of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(
            words(text)
                .map(|(_, word)| word.to_ascii_lowercase())
                .collect(),
        )
    }

    fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

/// Words in names that say nothing of whoever has the name, in small letters.
const COMMON: &[&str] = &[
    "admin",
    "aws",
    "azure",
    "be",
    "cassandra",
    "chinacloudapi",
    "cloudapi",
    "cluster",
    "cn",
    "co",
    "com",
    "core",
    "cosmos",
    "database",
    "de",
    "docker",
    "documents",
    "gateway",
    "host",
    "horizondb",
    "internal",
    "invalid",
    "io",
    "is",
    "local",
    "localhost",
    "management",
    "mariadb",
    "master",
    "mongo",
    "mysql",
    "net",
    "onmicrosoft",
    "org",
    "pg",
    "pgbouncer",
    "portal",
    "postgres",
    "postgresql",
    "privatelink",
    "public",
    "rds",
    "root",
    "run",
    "server",
    "sql",
    "subscriptions",
    "superuser",
    "template0",
    "template1",
    "test",
    "tmp",
    "user",
    "username",
    "usgovcloudapi",
    "var",
    "vault",
    "windows",
    "www",
];

/// How the secrets of a shape look. The first way that leaves the findings as they are is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Secrets {
    /// Each word is four characters long, whatever it was.
    Short,
    /// As long as they were, for what depends on that.
    SameLength,
    /// A password that everybody knows, where the paste has one.
    Known(&'static str),
}

const WAYS: [Secrets; 4] = [
    Secrets::Short,
    Secrets::SameLength,
    Secrets::Known("postgres"),
    Secrets::Known("password"),
];

/// A text in which connlint finds what it finds in `text`, without a secret, host, user or database of it; nothing if there
/// is no connection string in it, or no such text was found.
#[must_use]
pub fn shape(text: &str, options: &Options, public: &PublicWords) -> Option<String> {
    let analysis = lint(text, options);
    if analysis.strings.is_empty() {
        return None;
    }
    let zones = Zones::of(text, &analysis);
    let wanted = findings(&analysis);
    WAYS.iter().find_map(|secrets| {
        let shape = Inventor::new(text, &zones, public).write(*secrets);
        let same = findings(&lint(&shape, options)) == wanted;
        (same && zones.are_absent_from(&shape)).then_some(shape)
    })
}

/// What has to stay the same: of each string how it was read, and of each finding its code.
fn findings(
    analysis: &Analysis,
) -> Vec<(&'static str, &'static str, &'static str, Vec<&'static str>)> {
    let strings = analysis.strings.iter();
    let found = strings.map(|string| {
        let code = |diagnostic: &Diagnostic| diagnostic.code();
        (
            string.dialect.name(),
            string.driver.name(),
            string.target.name(),
            string.diagnostics.iter().map(code).collect(),
        )
    });
    found.collect()
}

/// Runs of ASCII letters and digits, and where they begin.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    core::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + rest.find(|c: char| c.is_ascii_alphanumeric())?;
        let length = word_length(text.get(start..)?);
        at = start + length;
        Some((start, slice(text, Span::new(start, at))))
    })
}

fn word_length(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(text.len())
}

/// Which parts of a paste are whose.
struct Zones {
    secrets: Vec<Span>,
    names: Vec<Span>,
    /// The words of secrets and names, in small letters, unless everybody has them.
    own: BTreeSet<String>,
}

impl Zones {
    fn of(text: &str, analysis: &Analysis) -> Self {
        let secrets = analysis.redactor().spans().to_vec();
        let mut names = Vec::new();
        let mut own = BTreeSet::new();
        let mut grammar = BTreeSet::new();
        let mut add = |text: &str| {
            let long = words(text).filter(|(_, word)| word.len() > 2);
            let lower = long.map(|(_, word)| word.to_ascii_lowercase());
            own.extend(lower.filter(|word| !COMMON.contains(&word.as_str())));
        };
        for found in &analysis.strings {
            for token in &found.tokens {
                match token.kind {
                    TokenKind::User
                    | TokenKind::Password
                    | TokenKind::Host
                    | TokenKind::Database => {
                        names.push(token.span);
                        add(slice(text, token.span));
                    }
                    TokenKind::Key | TokenKind::Scheme => {
                        let known = words(slice(text, token.span));
                        grammar.extend(known.map(|(_, word)| word.to_ascii_lowercase()));
                    }
                    _ => {}
                }
            }
            let settings = &found.settings;
            let hosts = settings
                .hosts
                .iter()
                .filter_map(|host| host.host.as_deref());
            hosts
                .chain(settings.user.as_deref())
                .chain(settings.database.as_deref())
                .for_each(&mut add);
        }
        for secret in &secrets {
            add(slice(text, *secret));
        }
        // A password that is a keyword, too, cannot be told from it.
        own.retain(|word| !grammar.contains(word));
        names.order();
        Self {
            secrets,
            names,
            own,
        }
    }

    /// Whether none of the words that are somebody's own is in `shape`.
    fn are_absent_from(&self, shape: &str) -> bool {
        words(shape).all(|(_, word)| !self.own.contains(&word.to_ascii_lowercase()))
    }
}

/// Whether `at` is in one of `spans`, which are sorted.
fn inside(spans: &[Span], at: usize) -> bool {
    let next = spans.partition_point(|span| span.end <= at);
    spans.get(next).is_some_and(|span| span.start <= at)
}

/// Writes a text again with invented words.
struct Inventor<'a> {
    text: &'a str,
    zones: &'a Zones,
    public: &'a PublicWords,
    /// The number of each word that was replaced.
    numbers: BTreeMap<String, usize>,
    out: String,
}

impl<'a> Inventor<'a> {
    fn new(text: &'a str, zones: &'a Zones, public: &'a PublicWords) -> Self {
        Self {
            text,
            zones,
            public,
            numbers: BTreeMap::new(),
            out: String::with_capacity(text.len()),
        }
    }

    fn write(mut self, secrets: Secrets) -> String {
        let text = self.text;
        let mut at = 0;
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let rest = text.get(at..).unwrap_or_default();
            if let Secrets::Known(word) = secrets
                && let Some(secret) = self.zones.secrets.iter().find(|s| s.start == at)
            {
                self.out.push_str(word);
                at = secret.end;
            } else if let Some(byte) = escaped(rest) {
                // Which character is escaped shows what breaks; a letter would show itself.
                let shown = if byte.is_ascii_alphanumeric() {
                    "%61"
                } else {
                    rest.get(..3).unwrap_or_default()
                };
                self.out.push_str(shown);
                at += 3;
            } else if c.is_ascii_alphanumeric() {
                at += self.word(at, secrets);
            } else {
                self.out.push(if !c.is_ascii() && c.is_alphabetic() {
                    'é'
                } else {
                    c
                });
                at += c.len_utf8();
            }
        }
        self.out
    }

    /// Writes the word at `at`, as it is or another one, and tells how long it was.
    fn word(&mut self, at: usize, secrets: Secrets) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let word = rest.get(..word_length(rest)).unwrap_or_default();
        if inside(&self.zones.secrets, at) {
            let limit = if secrets == Secrets::Short {
                4
            } else {
                usize::MAX
            };
            let invented = self.invented(word);
            self.out.extend(invented.chars().take(limit));
            return word.len();
        }
        if let Some((length, address)) = address(self.text, at) {
            self.out.push_str(address);
            return length;
        }
        let lower = word.to_ascii_lowercase();
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        let kept = if inside(&self.zones.names, at) {
            COMMON.contains(&lower.as_str()) || (is_number && word.len() == 1)
        } else {
            let known = self.public.has(&lower) || COMMON.contains(&lower.as_str());
            let plain = word.len() <= 2 || (is_number && word.len() <= 5);
            (known || plain) && !self.zones.own.contains(&lower)
        };
        if kept || self.is_placeholder(at) {
            self.out.push_str(word);
        } else {
            let invented = self.invented(word);
            self.out.push_str(&invented);
        }
        word.len()
    }

    /// Whether the word is what a template says, all of which everybody may read.
    fn is_placeholder(&self, at: usize) -> bool {
        let next = self.zones.names.partition_point(|span| span.end <= at);
        self.zones.names.get(next).is_some_and(|span| {
            let value = slice(self.text, *span);
            let is_there = |part: Span| span.start + part.start <= at && at < span.start + part.end;
            let template = placeholder::find(value).into_iter().any(is_there);
            let public = |(_, word): (usize, &str)| self.public.has(&word.to_ascii_lowercase());
            template && words(value).all(public)
        })
    }

    /// A word of the same kinds of characters: the same one for the same word in another case.
    ///
    /// It is made of the letters of hexadecimal numbers, so that an id stays one, and by number, so that nothing of the word
    /// but its case is in it.
    fn invented(&mut self, word: &str) -> String {
        let lower = word.to_ascii_lowercase();
        let fresh = self.numbers.len();
        let mut number = *self.numbers.get(&lower).unwrap_or(&fresh);
        loop {
            let candidate = invent(word, number);
            let lowered = candidate.to_ascii_lowercase();
            // By accident it could be a word that somebody has.
            if !self.zones.own.contains(&lowered) || number > fresh + 32 {
                self.numbers.insert(lower, number);
                return candidate;
            }
            number += 7;
        }
    }
}

fn invent(word: &str, number: usize) -> String {
    const LETTERS: [char; 6] = ['b', 'c', 'd', 'e', 'f', 'a'];
    const DIGITS: [char; 9] = ['2', '3', '4', '5', '6', '7', '8', '9', '1'];
    let pick = |from: &[char], at: usize| {
        let index = number + at + number / from.len() * (at + 1);
        from.get(index % from.len()).copied().unwrap_or('b')
    };
    let letters = word.chars().enumerate().map(|(at, c)| {
        if c.is_ascii_digit() {
            pick(&DIGITS, at)
        } else if c.is_ascii_uppercase() {
            pick(&LETTERS, at).to_ascii_uppercase()
        } else {
            pick(&LETTERS, at)
        }
    });
    letters.collect()
}

/// The byte that `%41` at the beginning of a text stands for.
fn escaped(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('%')?.get(..2)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then(|| u8::from_str_radix(digits, 16).ok())?
}

/// An IPv4 address at `at`, how long it is, and one of the same kind.
fn address(text: &str, at: usize) -> Option<(usize, &'static str)> {
    let before = text.get(..at)?.chars().next_back();
    if before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.') {
        return None;
    }
    let rest = text.get(at..)?;
    let length = rest
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(rest.len());
    let written = rest.get(..length)?.trim_end_matches('.');
    let address: Ipv4Addr = written.parse().ok()?;
    let invented = match address.octets() {
        [127, ..] => "127.0.0.1",
        [0, ..] => "0.0.0.0",
        [10, ..] => "10.1.2.3",
        [172, 16..=31, ..] => "172.16.1.2",
        [192, 168, ..] => "192.168.1.2",
        [169, 254, ..] => "169.254.1.2",
        _ => "203.0.113.9",
    };
    Some((written.len(), invented))
}

#[cfg(all(test, feature = "docs"))]
mod tests {
    use super::*;
    use crate::rules::documents::joined;
    use crate::rules::{RULES, Rule};
    use alloc::string::ToString;

    fn public() -> PublicWords {
        PublicWords::of(&joined())
    }

    #[test]
    fn names_and_secrets_are_others_and_the_finding_is_the_same() {
        let text = "postgresql://flamingo@heron:Gr33nTea@heron.postgres.database.azure.com:5432/orders?sslmode=require";
        let shape = shape(text, &Options::default(), &public()).unwrap();
        assert!(
            shape.contains(".postgres.database.azure.com:5432/"),
            "{shape}"
        );
        for own in ["flamingo", "heron", "Gr33nTea", "orders"] {
            assert!(!shape.contains(own), "{own} in {shape}");
        }
        // The server's name in the user's is still the one of the host.
        let (_, behind) = shape.split_once('@').unwrap();
        let (server, rest) = behind.split_once(':').unwrap();
        assert!(rest.contains(&alloc::format!("@{server}.")), "{shape}");
    }

    #[test]
    fn a_long_password_is_as_short_as_any() {
        let shaped = |password| {
            let text = alloc::format!("host=db.example user=app password={password} dbname=x");
            shape(&text, &Options::default(), &public()).unwrap()
        };
        assert_eq!(shaped("Zq7xKwLmPd"), shaped("Rt3yUiOpAsDfGhJkLzXc"));
    }

    #[test]
    fn what_holds_no_string_has_no_shape() {
        assert_eq!(shape("plain words", &Options::default(), &public()), None);
    }

    #[test]
    fn addresses_stay_of_their_kind() {
        assert_eq!(address("10.20.30.40:5432", 0), Some((11, "10.1.2.3")));
        assert_eq!(address("x 8.8.8.8, ", 2), Some((7, "203.0.113.9")));
        assert_eq!(address("1.2.3.4.5", 0), None);
        assert_eq!(address("a1.2.3.4", 1), None);
    }

    #[test]
    fn the_examples_of_nearly_all_rules_have_a_shape() {
        let public = public();
        let (mut all, mut without) = (0, Vec::new());
        for rule in RULES {
            for example in Rule::examples(rule).unwrap() {
                let codes = findings(&lint(&example.text, &example.options));
                if codes.is_empty() {
                    continue;
                }
                all += 1;
                match shape(&example.text, &example.options, &public) {
                    Some(shape) => {
                        assert_eq!(findings(&lint(&shape, &example.options)), codes, "{shape}");
                    }
                    None => without.push(rule.code.to_string()),
                }
            }
        }
        assert!(
            without.len() * 10 < all,
            "{} of {all}: {without:?}",
            without.len()
        );
    }
}
