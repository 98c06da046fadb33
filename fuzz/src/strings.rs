//! What holds for every text.

use crate::input::Input;
use connlint_config::Config;
use connlint_core::convert::{self, ConvertError};
use connlint_core::diagnostics::apply;
use connlint_core::lint::{Memory, lint_after};
use connlint_core::model::{Dialect, Driver, Grammar, Param, Piece, Setting};
use connlint_core::parse::{Parse, Version, parse_as, parse_as_meant};
use connlint_core::readings::{Outcome, PROFILES, reading_of};
use connlint_core::redact::Redactor;
use connlint_core::triage::Catalogue;
use connlint_core::{Applicability, Edit, Options, Severity, Span, detect, fix_all};
use connlint_report::human::Layout;
use connlint_report::{Baseline, LintFormat};
use std::sync::LazyLock;

fn assert_inside(text: &str, span: Span, what: &str) {
    let part = text.get(span.start..span.end);
    assert!(part.is_some(), "{what}: {span:?} in {text:?}");
}

/// Linting ends, points at characters of the text, says what the driver refuses, and its fixes can be made.
pub(crate) fn lint(data: &[u8]) {
    let mut input = Input::new(data);
    let options = input.options();
    let text = input.text();
    let analysis = connlint_core::lint(&text, &options);
    for found in &analysis.strings {
        assert_inside(&text, found.span, "a string");
        let mut at = found.span.start;
        for token in &found.tokens {
            assert_eq!(token.span.start, at, "a gap between tokens of {text:?}");
            at = token.span.end;
            assert_inside(&text, token.span, "a token");
        }
        assert_eq!(at, found.span.end, "tokens that do not cover {text:?}");
        for secret in &found.secrets {
            assert_inside(&text, *secret, "a secret");
        }
        let error = |d: &connlint_core::Diagnostic| d.severity == Severity::Error;
        assert!(
            found.refused_by_driver.is_none()
                || analysis.suppressed > 0
                || found.diagnostics.iter().any(error),
            "refused, and no error is reported: {text:?}"
        );
    }
    for diagnostic in analysis.diagnostics() {
        assert_inside(&text, diagnostic.span, diagnostic.code());
        for related in &diagnostic.related {
            assert_inside(&text, related.span, diagnostic.code());
        }
        for fix in &diagnostic.fixes {
            let made = apply(&text, &fix.edits);
            assert!(made.is_ok(), "{} cannot be made in {text:?}", fix.title);
        }
    }
    let once = fix_all(&text, &options, Applicability::Unsafe);
    let again = fix_all(&once.text, &options, Applicability::Unsafe);
    assert_eq!(again.text, once.text, "fixing does not end: {text:?}");
}

/// In a file, nothing is found that a paste of it has not, and nothing at all where there is no trace of PostgreSQL.
pub(crate) fn lint_file(data: &[u8]) {
    let mut input = Input::new(data);
    let options = input.options();
    let text = input.text();
    let pasted = connlint_core::lint(&text, &options);
    let found = connlint_core::lint_file(&text, &options);
    let spans: Vec<Span> = pasted.strings.iter().map(|string| string.span).collect();
    for string in &found.strings {
        assert!(spans.contains(&string.span), "{text:?}");
    }
    let trace = detect::has_trace(text.as_bytes());
    assert!(trace || found.strings.is_empty(), "{text:?}");
    let mut memory = Memory::default();
    // The text as somebody writes it, in three steps: what is remembered of the last one changes nothing.
    for part in [text.len() / 3, text.len() / 2, text.len()] {
        let end = (0..=part).rev().find(|end| text.is_char_boundary(*end));
        let begun = text.get(..end.unwrap_or(0)).expect("a beginning");
        let (analysis, next) = lint_after(&memory, begun, &options);
        let afresh = connlint_core::lint(begun, &options);
        let both = (format!("{analysis:?}"), format!("{afresh:?}"));
        assert_eq!(both.0, both.1, "{begun:?}");
        memory = next;
    }
}

/// A paste is read for strings and errors; whatever is told of either lies in it.
pub(crate) fn triage(data: &[u8]) {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::new);
    let mut input = Input::new(data);
    let options = input.options();
    let text = input.text();
    let paste = CATALOGUE.paste(&text, &options);
    let triage = &paste.triage;
    for span in triage.said_at.iter().chain(&triage.place) {
        assert_inside(&text, *span, "an error");
    }
    if let Some(string) = triage.string {
        assert!(string < paste.analysis.strings.len(), "{text:?}");
    }
    assert!(triage.failure.is_some() || triage.explained_by.is_empty());
    for diagnostic in paste.analysis.diagnostics() {
        assert_inside(&text, diagnostic.span, diagnostic.code());
    }
}

/// Every format writes every report, and those that are read by programs can be read.
pub(crate) fn report(data: &[u8]) {
    let mut input = Input::new(data);
    let options = input.options();
    let format = input.pick(&[
        "human",
        "narrated",
        "json",
        "jsonl",
        "sarif",
        "github",
        "gitlab",
        "azure-devops",
        "junit",
        "markdown",
    ]);
    let text = input.text();
    let analysis = connlint_core::lint(&text, &options);
    let format = LintFormat::named(format).expect("a format of that name");
    let input = connlint_report::Input {
        path: "a file.env",
        text: &text,
        analysis: &analysis,
    };
    let written = format.whole(&[input], Layout::default());
    let parts: Vec<&str> = match format.name {
        "json" | "sarif" | "gitlab" => vec![&written],
        "jsonl" => written.lines().collect(),
        _ => Vec::new(),
    };
    for part in parts {
        let read = serde_json::from_str::<serde_json::Value>(part);
        assert!(read.is_ok(), "{}: {part}", format.name);
    }
}

/// A team's settings are taken or refused with words, and what is taken can be asked.
pub(crate) fn config(data: &[u8]) {
    let text = Input::new(data).text();
    match Config::from_toml(&text) {
        Ok(config) => {
            let patterns = config.patterns().count();
            let _ = config.effective(|index| index < patterns);
        }
        Err(message) => assert!(!message.is_empty(), "{text:?}"),
    }
    let _ = serde_json::from_str::<Config>(&text);
}

/// What [`baseline`] sifts, and what it is called.
pub(crate) const BASELINE_TEXT: &str = "A=postgresql://app:p@ss@db.example/shop\n";
pub(crate) const BASELINE_NAME: &str = "a.env";

/// A baseline is read, or refused with words; what is read is written and read again as the same, and takes out of the findings
/// what it names and nothing else.
pub(crate) fn baseline(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let read = match Baseline::from_json(&text) {
        Ok(read) => read,
        Err(message) => {
            assert!(!message.is_empty(), "{text:?}");
            return;
        }
    };
    let written = read.to_json().expect("a text");
    assert_eq!(
        Baseline::from_json(&written).as_ref(),
        Ok(&read),
        "{text:?}"
    );
    let mut analysis = connlint_core::lint(BASELINE_TEXT, &Options::default());
    let before = analysis.diagnostics().count();
    let sifted = read.sift(BASELINE_NAME, &mut analysis);
    assert_eq!(sifted.all.len(), before, "{text:?}");
    let left = before - sifted.accepted.len();
    assert_eq!(analysis.diagnostics().count(), left, "{text:?}");
    assert!(
        sifted
            .accepted
            .iter()
            .all(|print| written.contains(&**print))
    );
}

/// Strings are found apart from each other, every character of one has its place in the paste, and can be changed there.
pub(crate) fn layers(data: &[u8]) {
    let text = Input::new(data).text();
    let mut end = 0;
    for candidate in detect::find(&text) {
        let excerpt = candidate.excerpt;
        assert_inside(&text, excerpt.span, "an excerpt");
        assert!(end <= excerpt.span.start, "strings overlap in {text:?}");
        end = excerpt.span.end;
        let mut at = excerpt.span.start;
        for (start, c) in excerpt.text.char_indices() {
            let span = Span::new(start, start + c.len_utf8());
            let place = excerpt.to_paste(span);
            assert_inside(&text, place, "a character's place");
            assert_inside(&text, excerpt.cover(span), "a character's cover");
            assert!(at <= place.start, "places go back in {text:?}");
            assert!(place.end <= excerpt.span.end, "a place outside: {text:?}");
            at = place.start;
        }
        for variable in excerpt.variables() {
            assert_inside(&excerpt.text, variable, "a variable");
        }
        // The last character, so that all that stands before it has to keep its place.
        if let Some((start, _)) = excerpt.text.char_indices().next_back() {
            let last = Span::new(start, excerpt.text.len());
            if let Some(edits) = excerpt.write(vec![Edit::replace(last, "x")], &[]) {
                let made = apply(&text, &edits);
                assert!(made.is_ok(), "{made:?} in {text:?}");
            }
        }
    }
}

/// Every driver reads every text in every dialect to an end, and a refused one has nothing else to say.
pub(crate) fn readings(data: &[u8]) {
    let mut input = Input::new(data);
    let dialect = input.pick(Dialect::ALL);
    let text = input.text();
    for profile in PROFILES {
        let row = reading_of(&text, dialect, profile);
        let accepted = row.outcome == Outcome::Accepted;
        assert_eq!(row.tls.is_some(), accepted, "{profile:?}: {text:?}");
        assert!(
            accepted || row.hosts.is_empty() && row.ignored.is_empty(),
            "{profile:?}: {text:?}"
        );
        assert!(row.error.is_none() || row.outcome == Outcome::Refused);
    }
    let options = Options::default();
    let rows = connlint_core::readings::readings(&text, &options);
    assert!(rows.is_empty() || rows.len() == PROFILES.len());
}

/// What is converted is what the text says: converted back, nothing has changed but for what was said to be lost.
pub(crate) fn convert(data: &[u8]) {
    let mut input = Input::new(data);
    let to = input.pick(Dialect::ALL);
    let text = input.text();
    let options = Options::default();
    let Ok(there) = convert::convert(&text, &options, to) else {
        return;
    };
    for (index, converted) in there.iter().enumerate() {
        assert_inside(&text, converted.span, "a string");
        for loss in &converted.losses {
            if let Some(span) = loss.span {
                assert_inside(&text, span, "a loss");
            }
        }
        // A line of .pgpass says nothing of TLS and takes a star for anything.
        if !converted.losses.is_empty() || [to, converted.from].contains(&Dialect::Pgpass) {
            continue;
        }
        let Some(before) = Meaning::of(&text, index) else {
            continue;
        };
        if !is_found_whole(&converted.text, to) {
            continue;
        }
        let back = match convert::convert(&converted.text, &options, converted.from) {
            Ok(back) => back,
            // A host that one dialect takes and no other, or a dialect that is not written.
            Err(ConvertError::NoTarget { .. } | ConvertError::Unfit { .. }) => continue,
            // Nothing to connect to was written, because nothing was read.
            Err(ConvertError::Refused { error: None, .. }) => continue,
            Err(error) => fail(&text, &converted.text, &error.to_string()),
        };
        let [back] = back.as_slice() else {
            continue;
        };
        let unchanged = back.from == to && back.losses.is_empty();
        if !unchanged || !is_found_whole(&back.text, converted.from) {
            continue;
        }
        let Some(mut after) = Meaning::of(&back.text, 0) else {
            continue;
        };
        if before.database.is_empty() {
            // What the drivers make of none, they do not agree on; a conversion spells it out.
            after.database.clear();
        }
        if before.dialect == after.dialect && before != after {
            fail(&text, &back.text, &format!("{before:?}\n{after:?}"));
        }
    }
}

/// Whether a text in that dialect is found as one string, to its end: not every notation is, without what stands round it, and
/// what cannot be seen at the end is left out.
fn is_found_whole(text: &str, dialect: Dialect) -> bool {
    let found = detect::find(text);
    let [candidate] = found.as_slice() else {
        return false;
    };
    candidate.dialect.grammar() == dialect.grammar()
        && candidate.excerpt.span.end >= text.trim_end().len()
}

#[allow(clippy::panic, reason = "a broken promise")]
fn fail(before: &str, after: &str, said: &str) -> ! {
    panic!("{said}\n{before:?}\n{after:?}")
}

/// What a string comes to.
#[derive(Debug, PartialEq)]
struct Meaning {
    dialect: Dialect,
    hosts: Vec<(String, String)>,
    user: String,
    password: String,
    database: String,
}

impl Meaning {
    /// Of the string at `index` in a paste; `None` where its driver refuses it, or does not know a part of it.
    fn of(text: &str, index: usize) -> Option<Self> {
        let candidate = detect::find(text).into_iter().nth(index)?;
        let driver = connlint_core::lint(text, &Options::default())
            .strings
            .get(index)?
            .driver;
        let parse = parse_as(
            &candidate.excerpt.text,
            candidate.dialect,
            driver,
            Version::NEWEST,
        );
        // What the driver does not know may be meant for another, and comes alive there.
        let unknown = |s: &Setting| matches!(s.param, Param::Unknown | Param::OtherSecret);
        // What fills in a variable is kept as it is written.
        let varies = !candidate.excerpt.variables().is_empty();
        if varies || !parse.errors.is_empty() || parse.settings.all.iter().any(unknown) {
            return None;
        }
        let get = |param| {
            let setting = parse.settings.get(param);
            setting.map_or("", |s| s.value.expose()).to_string()
        };
        let piece = |piece: &Option<Piece>, default: &str| {
            let text = piece.as_ref().map_or(default, |piece| &piece.text);
            text.trim_matches(['[', ']']).to_string()
        };
        let hosts = &parse.settings.hosts;
        let mut hosts: Vec<(String, String)> = hosts
            .iter()
            .map(|h| {
                let port = piece(&h.port, "5432");
                let number = port.trim().parse::<u16>().map(|port| port.to_string());
                (piece(&h.host, "localhost"), number.unwrap_or(port))
            })
            .collect();
        // Twice the same is tried twice, and comes to the same.
        hosts.dedup();
        Some(Self {
            dialect: candidate.dialect,
            hosts,
            password: get(Param::Password),
            user: get(Param::User),
            database: get(Param::Database),
        })
    }
}

const VERSIONS: &[Version] = &[
    Version::NEWEST,
    Version::OLDEST,
    Version::new(1, 4),
    Version::new(2, 0),
    Version::new(8, 11),
    Version::new(17, 0),
];

/// Tokens put together are the text, every span lies on characters, and every error has words.
fn grammar(grammar: Grammar, data: &[u8]) {
    let dialects: Vec<Dialect> = Dialect::ALL
        .iter()
        .copied()
        .filter(|dialect| dialect.grammar() == grammar)
        .collect();
    let mut input = Input::new(data);
    let (dialect, driver) = (input.pick(&dialects), input.pick(Driver::ALL));
    let version = input.pick(VERSIONS);
    let text = input.text();
    let parse = parse_as(&text, dialect, driver, version);
    check(&text, &parse);
    if let Some(meant) = parse_as_meant(&text, &parse) {
        check(&text, &meant);
    }
}

fn check(text: &str, parse: &Parse) {
    let again: String = parse
        .tokens
        .iter()
        .filter_map(|token| text.get(token.span.start..token.span.end))
        .collect();
    assert_eq!(again, text, "tokens that are not the text");
    let redactor = Redactor::new(parse.secrets(text));
    for error in &parse.errors {
        assert_inside(text, error.span, "an error");
        if let Some(quoted) = error.quoted {
            assert_inside(text, quoted, "a quote");
        }
        let said = error.driver_text(text, &redactor);
        assert!(!said.is_empty(), "an error without words: {text:?}");
        let place = !text.contains("{here}") && said.contains("{here}");
        assert!(!place, "{said}");
    }
    for setting in &parse.settings.all {
        assert_inside(text, setting.value.span, "a value");
        assert_inside(text, setting.span(), "a setting");
    }
    for host in &parse.settings.hosts {
        for piece in host.host.iter().chain(&host.port) {
            assert_inside(text, piece.span, "a host");
        }
    }
    for secret in parse.secrets(text) {
        assert_inside(text, *secret, "a secret");
    }
}

pub(crate) fn parse_uri(data: &[u8]) {
    grammar(Grammar::Uri, data);
}

pub(crate) fn parse_pairs(data: &[u8]) {
    grammar(Grammar::KeyValue, data);
}

pub(crate) fn parse_ado_net(data: &[u8]) {
    grammar(Grammar::AdoNet, data);
}

pub(crate) fn parse_jdbc(data: &[u8]) {
    grammar(Grammar::Jdbc, data);
}

pub(crate) fn parse_odbc(data: &[u8]) {
    grammar(Grammar::Odbc, data);
}

pub(crate) fn parse_pdo(data: &[u8]) {
    grammar(Grammar::Pdo, data);
}

pub(crate) fn parse_command(data: &[u8]) {
    grammar(Grammar::Command, data);
}

pub(crate) fn parse_pgpass(data: &[u8]) {
    grammar(Grammar::Pgpass, data);
}

pub(crate) fn parse_entries(data: &[u8]) {
    grammar(Grammar::Entries, data);
}
