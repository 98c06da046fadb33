//! Reads the time at the beginning of a log's line.

mod notation;

use crate::text::first;
use alloc::format;
use alloc::string::String;

/// When something was logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    /// Milliseconds since 1970-01-01, in UTC if the log says its zone, else in the log's own.
    pub ms: i64,
    /// Whether the zone is known.
    pub utc: bool,
    /// Whether the day is known; a time of day alone counts from the beginning of 1970-01-01.
    pub dated: bool,
}

impl Time {
    /// `2024-07-24 14:29:20`, or the time of day alone.
    #[must_use]
    pub fn text(&self) -> String {
        shown(self.ms, self.dated)
    }
}

/// How much of a line is looked at; in JSON the time can stand at the end.
const HEAD: usize = 100;
const JSON: usize = 2048;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// The first time in `line`, if it stands where logs have theirs.
pub(super) fn of_line(line: &str) -> Option<Time> {
    let json = line.trim_start().starts_with('{');
    let head = first(line, if json { JSON } else { HEAD });
    if !may_hold_a_time(head.as_bytes(), json) {
        return None;
    }
    notation::first_time(head, json)
}

/// Whether it is worth to look closer: most lines of a log without times have no `0:00:` in them.
fn may_hold_a_time(head: &[u8], json: bool) -> bool {
    let digit = u8::is_ascii_digit;
    let clock = |w: &[u8]| match w {
        [a, b':', c, d, b':'] => digit(a) && digit(c) && digit(d),
        _ => false,
    };
    head.windows(5).any(clock)
        || (json && head.windows(10).any(|w| w.iter().all(u8::is_ascii_digit)))
}

/// Days since 1970-01-01, in the Gregorian calendar.
fn day_number(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // The year begins in March, so that the leap day is its last one.
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(365 * year + year / 4 - year / 100 + year / 400 + of_year - 719_468)
}

/// `2024-07-24 14:29:20` for milliseconds since 1970-01-01.
fn shown(ms: i64, dated: bool) -> String {
    let seconds = ms.div_euclid(1000);
    let (days, clock) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let clock = format!(
        "{:02}:{:02}:{:02}",
        clock / 3600,
        clock / 60 % 60,
        clock % 60
    );
    if !dated {
        return clock;
    }
    // The other way round, see `day_number`.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {clock}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::{Captures, Regex};
    use std::sync::OnceLock;
    use std::{string::ToString, vec};

    static PATTERN_ONCE: OnceLock<Regex> = OnceLock::new();

    /// The ways in which logs write a time: a day in some form or none, a time of day, a zone; or, in JSON, seconds or milliseconds
    /// since 1970. Classes and cases are spelled out, because the tables of Unicode are left out of the build.
    const PATTERN: &str = r"(?x)
        (?: ^ | [^0-9A-Za-z] )
        (?:
            (?:
                (?P<year>[0-9]{4}) [-/.] (?P<month>[0-9]{2}) [-/.] (?P<day>[0-9]{2}) [Tt\ _]
              | (?P<first>[0-9]{1,2}) / (?P<second>[0-9]{1,2}) / (?P<year_last>[0-9]{4}) ,? \x20
              | (?P<day_first>[0-9]{1,2}) [\ /-] (?P<name>[A-Za-z]{3}) [\ /-]
                (?P<year_third>[0-9]{4}) [:\ ,]
              | (?P<name_first>[A-Z][a-z]{2}) \x20{1,2} (?P<day_second>[0-9]{1,2}) \x20
                (?: (?P<year_after>[0-9]{4}) \x20 )?
              | [IWEF] (?P<klog_month>[0-9]{2}) (?P<klog_day>[0-9]{2}) \x20
            )?
            (?P<hour>[0-9]{1,2}) : (?P<minute>[0-9]{2}) : (?P<sec>[0-9]{2})
            (?: [.,] (?P<fraction>[0-9]{1,9}) )?
            (?: \x20? (?P<half>[APap]) [Mm] )?
            (?: \x20? (?: (?P<utc>[Zz]|UTC|GMT) | (?P<sign>[-+]) (?P<zone_h>[0-9]{2}) :? (?P<zone_m>[0-9]{2})? ) )?
          | (?P<epoch>[0-9]{10}(?:[0-9]{3})?) (?: \. (?P<epoch_fraction>[0-9]{1,9}) )? (?: [^0-9.] | $ )
        )";

    /// What [`first_time`](notation::first_time) has to give: the same with a regular expression.
    fn by_pattern(pattern: &Regex, text: &str, json: bool) -> Option<Time> {
        let found = pattern.captures_iter(text);
        found
            .into_iter()
            .find_map(|found| Fields(&found).time(json))
    }

    /// What the pattern has found.
    struct Fields<'a, 't>(&'a Captures<'t>);

    impl Fields<'_, '_> {
        fn text(&self, name: &str) -> Option<&str> {
            self.0.name(name).map(|found| found.as_str())
        }

        fn number(&self, name: &str) -> Option<i64> {
            self.text(name)?.parse().ok()
        }

        fn month(&self, name: &str) -> Option<i64> {
            let name = self.text(name)?;
            let index = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(name))?;
            i64::try_from(index + 1).ok()
        }

        /// Digits behind the point, as milliseconds.
        fn fraction(&self, name: &str) -> i64 {
            let digits = self.text(name).unwrap_or_default().bytes();
            let digits = digits.map(|b| i64::from(b - b'0'));
            digits
                .chain(core::iter::repeat(0))
                .take(3)
                .fold(0, |ms, digit| ms * 10 + digit)
        }

        fn time(&self, json: bool) -> Option<Time> {
            if let Some(epoch) = self.text("epoch") {
                let number: i64 = epoch.parse().ok()?;
                let ms = match epoch.len() {
                    10 => number * 1000 + self.fraction("epoch_fraction"),
                    _ => number,
                };
                return json.then_some(Time {
                    ms,
                    utc: true,
                    dated: true,
                });
            }
            let mut hour = self.number("hour")?;
            let (minute, second) = (self.number("minute")?, self.number("sec")?);
            if hour > 23 || minute > 59 || second > 60 {
                return None;
            }
            if let Some(half) = self.text("half") {
                let afternoon = half.eq_ignore_ascii_case("p");
                hour = hour % 12 + if afternoon { 12 } else { 0 };
            }
            let day = self.day();
            let zone = self.zone();
            let seconds =
                day.unwrap_or(0) * 86_400 + hour * 3600 + minute * 60 + second - zone.unwrap_or(0);
            Some(Time {
                ms: seconds * 1000 + self.fraction("fraction"),
                utc: zone.is_some(),
                dated: day.is_some(),
            })
        }

        /// The day's number. A log without a year is read in a leap year. Where it could be both, the month stands before the day,
        /// as .NET and Windows have it.
        fn day(&self) -> Option<i64> {
            let n = |name| self.number(name);
            let (year, month, day) = if let Some(year) = n("year") {
                (year, n("month")?, n("day")?)
            } else if let Some(year) = n("year_last") {
                match (n("first")?, n("second")?) {
                    (day, month) if day > 12 => (year, month, day),
                    (month, day) => (year, month, day),
                }
            } else if let Some(year) = n("year_third") {
                (year, self.month("name")?, n("day_first")?)
            } else if let Some(month) = self.month("name_first") {
                (n("year_after").unwrap_or(1972), month, n("day_second")?)
            } else {
                (1972, n("klog_month")?, n("klog_day")?)
            };
            day_number(year, month, day)
        }

        /// The zone's offset in seconds: `Z`, ` UTC`, ` GMT`, `+02:00`, ` +0200`.
        fn zone(&self) -> Option<i64> {
            if self.text("utc").is_some() {
                return Some(0);
            }
            let sign = match self.text("sign")? {
                "-" => -1,
                _ => 1,
            };
            let hours = self.number("zone_h").filter(|hours| *hours <= 14)?;
            Some(sign * (hours * 3600 + self.number("zone_m").unwrap_or(0) * 60))
        }
    }

    /// Pieces of times, and what stands between them.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[0-9]{1,4}",
            "[0-9]{10}([0-9]{3})?",
            "[0-2]?[0-9]:[0-5][0-9]:[0-6][0-9]",
            "20[0-9]{2}[-/.][01][0-9][-/.][0-3][0-9][Tt _]",
            "[0-3]?[0-9]/[0-3]?[0-9]/[0-9]{4},? ",
            "[0-3]?[0-9][ /-](Jul|jan|Xyz|DEC)[ /-][0-9]{4}[: ,]",
            "(Jul|Feb|Xyz)  ?[0-3]?[0-9] ([0-9]{4} )?",
            "[IWEF][01][0-9][0-3][0-9] ",
            "[.,][0-9]{1,10}",
            " ?[APap][Mm]",
            " ?(Z|z|UTC|GMT|[-+][01][0-9]:?([0-9]{2})?)",
            "[ :.,/TZ+x\\[-]",
            Just("é".to_string()),
        ];
        proptest::collection::vec(piece, 0..6).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4096) })]

        #[test]
        fn times_are_read_as_a_regular_expression_would(text in pieces(), json in any::<bool>()) {
            let pattern = PATTERN_ONCE.get_or_init(|| Regex::new(PATTERN).unwrap());
            prop_assert_eq!(notation::first_time(&text, json), by_pattern(pattern, &text, json), "{}", text);
        }
    }

    #[test]
    fn times_of_many_logs_are_read() {
        for (line, expected) in [
            ("2024-07-24T14:29:20.123Z ERROR x", "2024-07-24 14:29:20"),
            ("[2024-07-24 14:29:20,123] x", "2024-07-24 14:29:20"),
            ("2024-07-24T16:29:20+02:00 x", "2024-07-24 14:29:20"),
            ("2024-07-24 07:29:20 -0700 x", "2024-07-24 14:29:20"),
            (
                "2024-07-24 14:29:20.123 UTC [1] FATAL: x",
                "2024-07-24 14:29:20",
            ),
            (
                "listmonk 2024/07/24 14:29:20 init.go:293: x",
                "2024-07-24 14:29:20",
            ),
            ("app_1  | 2024-07-24 14:29:20 x", "2024-07-24 14:29:20"),
            (
                "10.0.0.1 - - [24/Jul/2024:14:29:20 +0000] x",
                "2024-07-24 14:29:20",
            ),
            ("Wed, 24 Jul 2024 14:29:20 GMT x", "2024-07-24 14:29:20"),
            ("7/24/2024 2:29:20 PM x", "2024-07-24 14:29:20"),
            ("24/07/2024, 14:29:20 x", "2024-07-24 14:29:20"),
            ("Jul 24 14:29:20 web app[1]: x", "1972-07-24 14:29:20"),
            ("Jul  4 14:29:20 web app[1]: x", "1972-07-04 14:29:20"),
            ("Wed Jul 24 14:29:20 2024 x", "1972-07-24 14:29:20"),
            ("E0724 14:29:20.123456       1 x", "1972-07-24 14:29:20"),
            (
                r#"{"level":"error","msg":"x","time":"2024-07-24T14:29:20Z"}"#,
                "2024-07-24 14:29:20",
            ),
            (
                r#"{"level":50,"time":1721831360123,"msg":"x"}"#,
                "2024-07-24 14:29:20",
            ),
            (r#"{"ts":1721831360.123,"msg":"x"}"#, "2024-07-24 14:29:20"),
            ("2024-02-29 23:59:60 x", "2024-03-01 00:00:00"),
        ] {
            let time = of_line(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(shown(time.ms, time.dated), expected, "{line}");
        }
        let time = of_line("14:29:20.5 x").unwrap();
        assert_eq!(shown(time.ms, time.dated), "14:29:20");
    }

    #[test]
    fn other_digits_are_no_times() {
        for line in [
            "port 5432 failed",
            "    at x (index.js:251:17)",
            "ratio 16:9:4",
            "fe80::1:2:3",
            "2024-13-01 00:00:00 x".get(..8).unwrap(),
            "took 1721831360 ns",
            "",
        ] {
            assert_eq!(of_line(line), None, "{line}");
        }
    }

    #[test]
    fn days_go_there_and_back() {
        for day in (0..40_000).step_by(17) {
            let text = shown(day * 86_400_000, true);
            let time = of_line(&text).unwrap();
            assert_eq!(time.ms, day * 86_400_000, "{text}");
        }
    }
}
