//! Reads the time at the beginning of a log's line.

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

/// The first time in `line`, if it stands where logs have theirs.
pub(super) fn of_line(line: &str) -> Option<Time> {
    let json = line.trim_start().starts_with('{');
    let bytes = line.as_bytes();
    let bytes = bytes.get(..bytes.len().min(if json { JSON } else { HEAD }))?;
    let mut at = 0;
    let mut inside = false;
    while let Some(byte) = bytes.get(at) {
        let begins = byte.is_ascii_alphanumeric() && !inside;
        inside = byte.is_ascii_alphanumeric();
        if begins
            && let Some(rest) = bytes.get(at..)
            && let Some(time) = at_start(rest, json)
        {
            return Some(time);
        }
        at += 1;
    }
    None
}

fn at_start(bytes: &[u8], json: bool) -> Option<Time> {
    let mut reader = Reader { bytes, at: 0 };
    if bytes.first()?.is_ascii_digit() {
        dated(&mut reader.clone())
            .or_else(|| slashes(&mut reader.clone()))
            .or_else(|| apache(&mut reader.clone()))
            .or_else(|| day_first(&mut reader.clone()))
            .or_else(|| {
                if json {
                    epoch(&mut reader.clone())
                } else {
                    None
                }
            })
            .or_else(|| clock_only(&mut reader))
    } else {
        syslog(&mut reader.clone()).or_else(|| klog(&mut reader))
    }
}

/// `2024-07-24T14:29:20.123+02:00`, `2024-07-24 14:29:20,123`, `2024/07/24 14:29:20 UTC`.
fn dated(r: &mut Reader<'_>) -> Option<Time> {
    let year = r.number(4, 4)?;
    let separator = r.one_of(b"-/.")?;
    let month = r.number(2, 2)?;
    r.one_of(&[separator])?;
    let day = r.number(2, 2)?;
    r.one_of(b"T t_")?;
    r.rest_of(day_number(year, month, day)?)
}

/// `7/24/2024 2:29:20 PM`; where it could be both, the month stands first, as .NET and Windows have it.
fn slashes(r: &mut Reader<'_>) -> Option<Time> {
    let first = r.number(1, 2)?;
    r.one_of(b"/")?;
    let second = r.number(1, 2)?;
    r.one_of(b"/")?;
    let year = r.number(4, 4)?;
    r.one_of(b",").unwrap_or_default();
    r.one_of(b" ")?;
    let (month, day) = if first > 12 {
        (second, first)
    } else {
        (first, second)
    };
    r.rest_of(day_number(year, month, day)?)
}

/// `24/Jul/2024:14:29:20 +0000`.
fn apache(r: &mut Reader<'_>) -> Option<Time> {
    let day = r.number(1, 2)?;
    r.one_of(b"/")?;
    let month = r.month()?;
    r.one_of(b"/")?;
    let year = r.number(4, 4)?;
    r.one_of(b":")?;
    r.rest_of(day_number(year, month, day)?)
}

/// `24 Jul 2024 14:29:20`, `24-Jul-2024 14:29:20`.
fn day_first(r: &mut Reader<'_>) -> Option<Time> {
    let day = r.number(1, 2)?;
    let separator = r.one_of(b" -")?;
    let month = r.month()?;
    r.one_of(&[separator])?;
    let year = r.number(4, 4)?;
    r.one_of(b" ,")?;
    r.rest_of(day_number(year, month, day)?)
}

/// `Jul 24 14:29:20`: no year, so a leap year is taken.
fn syslog(r: &mut Reader<'_>) -> Option<Time> {
    let month = r.month()?;
    r.one_of(b" ")?;
    r.one_of(b" ").unwrap_or_default();
    let day = r.number(1, 2)?;
    r.one_of(b" ")?;
    let year = r.clone();
    if let Some(found) = r.number(4, 4)
        && r.one_of(b" ").is_some()
    {
        return r.rest_of(day_number(found, month, day)?);
    }
    *r = year;
    r.rest_of(day_number(1972, month, day)?)
}

/// `I0724 14:29:20.123456`.
fn klog(r: &mut Reader<'_>) -> Option<Time> {
    r.one_of(b"IWEF")?;
    let month = r.number(2, 2)?;
    let day = r.number(2, 2)?;
    r.one_of(b" ")?;
    r.rest_of(day_number(1972, month, day)?)
}

/// `1721831360`, with a fraction or in milliseconds.
fn epoch(r: &mut Reader<'_>) -> Option<Time> {
    let digits = r.digits(10, 13)?;
    let ms = match digits.len() {
        10 => number(digits)? * 1000 + r.fraction(),
        13 => number(digits)?,
        _ => return None,
    };
    Some(Time {
        ms,
        utc: true,
        dated: true,
    })
}

/// `14:29:20.123`.
fn clock_only(r: &mut Reader<'_>) -> Option<Time> {
    let time = r.rest_of(0)?;
    Some(Time {
        dated: false,
        ..time
    })
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

fn number(digits: &[u8]) -> Option<i64> {
    core::str::from_utf8(digits).ok()?.parse().ok()
}

#[derive(Clone)]
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn one_of(&mut self, wanted: &[u8]) -> Option<u8> {
        let byte = self.peek().filter(|b| wanted.contains(b))?;
        self.at += 1;
        Some(byte)
    }

    fn digits(&mut self, least: usize, most: usize) -> Option<&'a [u8]> {
        let rest = self.bytes.get(self.at..)?;
        let len = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        if !(least..=most).contains(&len) {
            return None;
        }
        self.at += len;
        rest.get(..len)
    }

    fn number(&mut self, least: usize, most: usize) -> Option<i64> {
        // A klog's month and day are not set apart.
        if least == most {
            let rest = self.bytes.get(self.at..self.at + most)?;
            if !rest.iter().all(u8::is_ascii_digit) {
                return None;
            }
            self.at += most;
            return number(rest);
        }
        number(self.digits(least, most)?)
    }

    fn month(&mut self) -> Option<i64> {
        const NAMES: [&[u8; 3]; 12] = [
            b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov",
            b"dec",
        ];
        let word = self.bytes.get(self.at..self.at + 3)?;
        let index = NAMES
            .iter()
            .position(|name| word.eq_ignore_ascii_case(*name))?;
        self.at += 3;
        i64::try_from(index + 1).ok()
    }

    /// What stands behind `.` or `,` as milliseconds.
    fn fraction(&mut self) -> i64 {
        if self.one_of(b".,").is_none() {
            return 0;
        }
        let digits = self.digits(1, 9).unwrap_or_default();
        let mut ms = 0;
        for index in 0..3 {
            ms = ms * 10 + digits.get(index).map_or(0, |b| i64::from(b - b'0'));
        }
        ms
    }

    /// Hours, minutes, seconds and zone, on the day that was read.
    fn rest_of(&mut self, day: i64) -> Option<Time> {
        let mut hour = self.number(1, 2)?;
        self.one_of(b":")?;
        let minute = self.number(2, 2)?;
        self.one_of(b":")?;
        let second = self.number(2, 2)?;
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let fraction = self.fraction();
        let before = self.at;
        self.one_of(b" ").unwrap_or_default();
        if let Some(half) = self.one_of(b"APap")
            && self.one_of(b"Mm").is_some()
        {
            hour = hour % 12
                + if half.eq_ignore_ascii_case(&b'p') {
                    12
                } else {
                    0
                };
        } else {
            self.at = before;
        }
        let offset = self.zone();
        let seconds = day * 86_400 + hour * 3600 + minute * 60 + second - offset.unwrap_or(0);
        Some(Time {
            ms: seconds * 1000 + fraction,
            utc: offset.is_some(),
            dated: true,
        })
    }

    /// The zone's offset in seconds: `Z`, ` UTC`, ` GMT`, `+02:00`, ` +0200`.
    fn zone(&mut self) -> Option<i64> {
        let rest = self.bytes.get(self.at..)?;
        let rest = rest.strip_prefix(b" ").unwrap_or(rest);
        if rest.first().is_some_and(|b| b.eq_ignore_ascii_case(&b'z'))
            || rest.starts_with(b"UTC")
            || rest.starts_with(b"GMT")
        {
            return Some(0);
        }
        let sign = match rest.first()? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let hours = number(rest.get(1..3)?)?;
        let behind = rest.get(3..)?;
        let behind = behind.strip_prefix(b":").unwrap_or(behind);
        let minutes = behind
            .get(..2)
            .filter(|m| m.iter().all(u8::is_ascii_digit))
            .and_then(number)
            .unwrap_or(0);
        (hours <= 14).then_some(sign * (hours * 3600 + minutes * 60))
    }
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
        let clock = of_line("14:29:20.5 x").unwrap();
        assert_eq!(shown(clock.ms, clock.dated), "14:29:20");
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
