//! Where drivers cut one text into different parts: at another `@`, at another slash. Each way to cut it, who cuts it so, and
//! the fix after which all of them do.

use super::{PROFILES, Text};
use crate::detect::{self, accepts};
use crate::diagnostics::{Applicability, Fix, apply};
use crate::layer::neutral;
use crate::lint::{Found, unmarked};
use crate::model::{Driver, HostPort, Origin, Param, Settings};
use crate::order::Order as _;
use crate::parse::{Parse, TokenKind, parse, percent};
use crate::redact::Redactor;
use crate::text::{Span, slice};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// One way to cut a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The drivers that cut it so; none where it takes the fix.
    pub drivers: Vec<Driver>,
    /// Whether all of them refuse the text.
    pub refused: bool,
    /// The parts that name the server and who connects, in the order of the text.
    pub parts: Vec<Part>,
    /// The fix after which every driver reads these parts; `None` where no fix leads there.
    pub fix: Option<Fix>,
}

/// A part of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is taken for: user, password, host, port or database.
    pub kind: TokenKind,
    /// Where it stands in the string.
    pub span: Span,
    /// Its text as it stands there, with every piece masked that any driver takes for a secret.
    pub shown: String,
}

/// The ways to cut `found`, the string at `index` of those that [`lint`](crate::lint::lint) finds in `source`: those of the
/// drivers, beginning with the one that it is for, and those to which a fix leads that only encodes characters. Empty where
/// there is only one way.
#[must_use]
pub fn splits_of(source: &str, index: usize, found: &Found) -> Vec<Split> {
    let ways = ways(source, index);
    let secrets: Vec<Span> = ways
        .iter()
        .flat_map(|way| way.secrets.iter().copied())
        .collect();
    let redactor = Redactor::new(&secrets);
    let after = encoded(source, index, found);
    let mut splits: Vec<Cut> = Vec::new();
    for way in &ways {
        let values = way.values();
        if let Some((_, _, split)) = splits.iter_mut().find(|(key, ..)| *key == way.parts) {
            split.drivers.push(way.driver);
            split.refused &= way.refused();
            continue;
        }
        // Ways that differ in the database alone are led to by the same fix: the first of them has it.
        let first = splits.iter().all(|(_, known, _)| *known != values);
        let fix = after
            .iter()
            .find(|(_, fixed)| first && fixed.values() == values);
        let split = Split {
            drivers: alloc::vec![way.driver],
            refused: way.refused(),
            parts: way.shown(&redactor),
            fix: fix.map(|(fix, _)| fix.clone()),
        };
        splits.push((way.parts.clone(), values, split));
    }
    splits.order_by_key(|(.., split)| !split.drivers.contains(&found.driver));
    for (fix, fixed) in after {
        let values = fixed.values();
        if splits.iter().all(|(_, known, _)| *known != values) {
            let split = Split {
                drivers: Vec::new(),
                refused: false,
                parts: fixed.shown(&Redactor::new(&fixed.secrets)),
                fix: Some(fix),
            };
            splits.push((Vec::new(), values, split));
        }
    }
    if splits.len() < 2 {
        return Vec::new();
    }
    splits.into_iter().map(|(.., split)| split).collect()
}

/// The fixes that only encode characters, each with how all drivers cut the text after it; without those after which they do
/// not agree.
fn encoded(source: &str, index: usize, found: &Found) -> Vec<(Fix, Way)> {
    let mut after: Vec<(Fix, Way)> = Vec::new();
    let fixes = found.diagnostics.iter().flat_map(|d| &d.fixes);
    for fix in fixes.filter(|fix| fix.applicability != Applicability::DisplayOnly) {
        let only_encodes = fix.edits.iter().all(|edit| {
            let now = slice(source, edit.span);
            edit.text != now && percent::decode_lenient(&edit.text) == percent::decode_lenient(now)
        });
        let Some(fixed) = apply(source, &fix.edits).ok().filter(|_| only_encodes) else {
            continue;
        };
        let mut ways = ways(&fixed, index).into_iter();
        let Some(first) = ways.next() else { continue };
        if ways.all(|way| way.values() == first.values()) {
            after.push((fix.clone(), first));
        }
    }
    after
}

/// Where the parts of a way are, what they are taken for, and what is shown of it.
type Cut = (Vec<(TokenKind, Span)>, Values, Split);

/// How one driver cuts a text.
struct Way {
    driver: Driver,
    text: String,
    parse: Parse,
    secrets: Vec<Span>,
    parts: Vec<(TokenKind, Span)>,
}

/// What a driver takes the parts for that say which server is meant and who connects, decoded. The database's name is left
/// out: not every driver decodes it.
#[derive(Debug, PartialEq, Eq)]
struct Values {
    hosts: Vec<(Option<String>, Option<String>)>,
    user: Option<String>,
    password: Option<String>,
}

impl Way {
    fn refused(&self) -> bool {
        !self.parse.errors.is_empty()
    }

    fn shown(&self, redactor: &Redactor) -> Vec<Part> {
        let part = |&(kind, span): &(TokenKind, Span)| Part {
            kind,
            span,
            shown: redactor.show(&self.text, span),
        };
        self.parts.iter().map(part).collect()
    }

    fn values(&self) -> Values {
        let settings = &self.parse.settings;
        let of = |param| settings.get(param).map(|s| s.value.expose().to_string());
        let piece = |piece: &Option<crate::model::Piece>| piece.as_ref().map(|p| p.text.clone());
        let pair = |host: &HostPort| (piece(&host.host), piece(&host.port));
        Values {
            hosts: settings.hosts.iter().map(pair).collect(),
            user: of(Param::User),
            password: of(Param::Password),
        }
    }
}

fn ways(source: &str, index: usize) -> Vec<Way> {
    let source = unmarked(source);
    let Some(candidate) = detect::find(&source).into_iter().nth(index) else {
        return Vec::new();
    };
    let variables = candidate.excerpt.variables();
    let read = neutral(&candidate.excerpt.text, &variables);
    let text = Text {
        shown: &candidate.excerpt.text,
        read: &read,
        variables: &variables,
        dialect: candidate.dialect,
    };
    let mut ways: Vec<Way> = Vec::new();
    for profile in PROFILES {
        let known = ways.iter().any(|way| way.driver == profile.driver);
        if known || !accepts(profile.driver, text.dialect) {
            continue;
        }
        let parse = parse(text.read, text.dialect, profile.driver);
        ways.push(Way {
            driver: profile.driver,
            text: text.shown.to_string(),
            parts: parts(&parse.settings),
            secrets: parse.secrets(text.read).to_vec(),
            parse,
        });
    }
    ways
}

/// The parts that stand in the places of a URI for them; what a query says has its place by its name.
fn parts(settings: &Settings) -> Vec<(TokenKind, Span)> {
    let mut parts = Vec::new();
    for (param, kind) in [
        (Param::User, TokenKind::User),
        (Param::Password, TokenKind::Password),
        (Param::Database, TokenKind::Database),
    ] {
        let setting = settings.get(param);
        let placed = setting.filter(|setting| setting.origin == Origin::Authority);
        parts.extend(placed.map(|setting| (kind, setting.value.span)));
    }
    for host in &settings.hosts {
        parts.extend(
            host.host
                .as_ref()
                .map(|piece| (TokenKind::Host, piece.span)),
        );
        parts.extend(
            host.port
                .as_ref()
                .map(|piece| (TokenKind::Port, piece.span)),
        );
    }
    parts.retain(|(_, span)| !span.is_empty());
    parts.order_by_key(|(_, span)| (span.start, span.end));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{Options, lint};
    use std::format;

    fn splits(text: &str) -> Vec<Split> {
        let analysis = lint(text, &Options::default());
        splits_of(text, 0, &analysis.strings[0])
    }

    fn drawn(split: &Split) -> Vec<String> {
        let part = |part: &Part| format!("{} {}", part.kind.name(), part.shown);
        split.parts.iter().map(part).collect()
    }

    #[test]
    fn what_all_read_alike_is_not_cut_in_two_ways() {
        assert!(splits("postgresql://app:pw@db.example:5432/shop").is_empty());
        assert!(splits("host=db.example user=app").is_empty());
    }

    #[test]
    fn a_raw_at_cuts_the_text_in_two_ways_and_a_fix_leads_to_one() {
        let all = splits("postgresql://app@shop:Gr33nTea@db.example/orders");
        assert!(all.len() >= 2, "{all:?}");
        assert!(
            all[0].drivers.contains(&Driver::Libpq),
            "its driver is first"
        );
        assert!(all[0].refused);
        let meant = all.iter().find(|split| split.fix.is_some()).unwrap();
        assert!(meant.drivers.contains(&Driver::NodePostgres));
        assert_eq!(
            drawn(meant),
            [
                "user app@shop",
                "password ***",
                "host db.example",
                "database orders"
            ]
        );
        assert_eq!(all.iter().filter(|split| split.fix.is_some()).count(), 1);
        for split in &all {
            assert!(!format!("{:?}", split.parts).contains("Gr33n"), "{split:?}");
        }
    }

    #[test]
    fn where_both_ways_lead_to_a_host_each_has_its_fix() {
        let all = splits("postgresql://app:pw@one.example/x@two.example/db");
        let hosts: Vec<String> = all
            .iter()
            .filter(|split| split.fix.is_some())
            .flat_map(drawn)
            .filter(|part| part.starts_with("host "))
            .collect();
        // The first could be a part of the password, so it is not shown.
        assert_eq!(hosts, ["host ***", "host two.example"]);
    }

    #[test]
    fn every_driver_is_in_one_way_only() {
        let all = splits("postgresql://app@shop:Gr33nTea@db.example/orders");
        let mut drivers: Vec<&str> = all
            .iter()
            .flat_map(|split| split.drivers.iter().map(|driver| driver.name()))
            .collect();
        drivers.sort_unstable();
        let count = drivers.len();
        drivers.dedup();
        assert!(count > 10 && drivers.len() == count, "{drivers:?}");
    }
}
