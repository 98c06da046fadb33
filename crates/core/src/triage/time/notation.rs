//! Finds the times in a text: a day in some form or none, a time of day, a zone; or seconds since 1970.
//!
//! A regular expression would do, and the tests compare with one; but the engine for it would be a quarter of what the
//! page may load before its first result.

use super::{MONTHS, Time, day_number};

/// The first time in `text` that makes sense. In JSON, seconds or milliseconds since 1970 are one, too.
pub(super) fn first_time(text: &str, json: bool) -> Option<Time> {
    let mut from = 0;
    while let Some(found) = next(text, from) {
        let time = match found.what {
            What::Clock(fields) => fields.time(),
            What::Epoch(ms) => json.then_some(Time {
                ms,
                utc: true,
                dated: true,
            }),
        };
        if time.is_some() {
            return time;
        }
        from = found.end;
    }
    None
}

/// Year, month and day.
type Day = (i64, i64, i64);

/// What was found, and where it ends.
struct Found {
    what: What,
    end: usize,
}

enum What {
    /// A time of day with what stands round it.
    Clock(Fields),
    /// Milliseconds since 1970.
    Epoch(i64),
}

#[derive(Clone, Copy, Default)]
struct Fields {
    /// Year, month and day.
    day: Option<Day>,
    hour: i64,
    minute: i64,
    second: i64,
    /// Behind the point.
    ms: i64,
    /// Whether it is in the afternoon, where the day has two halves.
    afternoon: Option<bool>,
    /// Seconds east of Greenwich.
    zone: Option<i64>,
}

/// The next time behind `from`: at the beginning of the text, or behind a character that is no letter and no digit.
fn next(text: &str, from: usize) -> Option<Found> {
    if from == 0
        && let Some(found) = at(text, 0)
    {
        return Some(found);
    }
    let behind = text.get(from..)?.char_indices();
    behind
        .filter(|(_, c)| !c.is_ascii_alphanumeric())
        .find_map(|(index, c)| at(text, from + index + c.len_utf8()))
}

fn at(text: &str, start: usize) -> Option<Found> {
    let bytes = text.as_bytes().get(start..)?;
    let reader = Reader { rest: bytes, text };
    reader.clock().or_else(|| reader.epoch())
}

/// What is left to read; every step gives the reader behind it.
#[derive(Clone, Copy)]
struct Reader<'a> {
    rest: &'a [u8],
    text: &'a str,
}

impl<'a> Reader<'a> {
    fn end(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    fn one(mut self, wanted: impl Fn(u8) -> bool) -> Option<(u8, Self)> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        wanted(*first).then_some((*first, self))
    }

    fn any(self, wanted: &[u8]) -> Option<Self> {
        self.one(|byte| wanted.contains(&byte))
            .map(|(_, behind)| behind)
    }

    /// The same, where it may also not be there.
    fn maybe(self, wanted: &[u8]) -> Self {
        self.any(wanted).unwrap_or(self)
    }

    /// As many digits as there are, `most` at most, `least` at least.
    fn digits(mut self, least: usize, most: usize) -> Option<(&'a [u8], Self)> {
        let there = self.rest.iter().take(most);
        let length = there.take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        (length >= least).then_some((digits, self))
    }

    fn number(self, least: usize, most: usize) -> Option<(i64, Self)> {
        let (digits, behind) = self.digits(least, most)?;
        Some((value(digits), behind))
    }

    /// The number of a month's name; 0 for any other three letters.
    fn name(mut self) -> Option<(i64, Self)> {
        let (name, rest) = self.rest.split_at_checked(3)?;
        self.rest = rest;
        let index = MONTHS
            .iter()
            .position(|month| month.as_bytes().eq_ignore_ascii_case(name));
        let number = index.map_or(0, |index| index + 1);
        let letters = name.iter().all(u8::is_ascii_alphabetic);
        letters.then_some((i64::try_from(number).unwrap_or(0), self))
    }

    /// A time of day, with the day before it and what may stand behind.
    fn clock(self) -> Option<Found> {
        let dated = self.day().and_then(|(day, behind)| {
            let fields = Fields {
                day,
                ..Fields::default()
            };
            behind.hours(fields)
        });
        let (fields, behind) = dated.or_else(|| self.hours(Fields::default()))?;
        Some(Found {
            what: What::Clock(fields),
            end: behind.end(),
        })
    }

    /// A day in one of the forms of logs; without a sensible one where the month has no name that is known.
    fn day(self) -> Option<(Option<Day>, Self)> {
        self.year_first()
            .or_else(|| self.year_last())
            .or_else(|| self.day_and_name())
            .or_else(|| self.name_and_day())
            .or_else(|| self.klog())
    }

    /// `2024-07-24T`
    fn year_first(self) -> Option<(Option<Day>, Self)> {
        let (year, behind) = self.number(4, 4)?;
        let (month, behind) = behind.any(b"-/.")?.number(2, 2)?;
        let (day, behind) = behind.any(b"-/.")?.number(2, 2)?;
        Some((Some((year, month, day)), behind.any(b"Tt _")?))
    }

    /// `7/24/2024 `. Where it could be both, the month stands before the day, as .NET and Windows have it.
    fn year_last(self) -> Option<(Option<Day>, Self)> {
        let (first, behind) = self.number(1, 2)?;
        let (second, behind) = behind.any(b"/")?.number(1, 2)?;
        let (year, behind) = behind.any(b"/")?.number(4, 4)?;
        let (month, day) = if first > 12 {
            (second, first)
        } else {
            (first, second)
        };
        Some((Some((year, month, day)), behind.maybe(b",").any(b" ")?))
    }

    /// `24/Jul/2024:`
    fn day_and_name(self) -> Option<(Option<Day>, Self)> {
        let (day, behind) = self.number(1, 2)?;
        let (month, behind) = behind.any(b" /-")?.name()?;
        let (year, behind) = behind.any(b" /-")?.number(4, 4)?;
        Some((known(year, month, day), behind.any(b": ,")?))
    }

    /// `Jul 24 `, and perhaps the year.
    fn name_and_day(self) -> Option<(Option<Day>, Self)> {
        let lower = |reader: Self| reader.one(|byte| byte.is_ascii_lowercase());
        self.one(|byte| byte.is_ascii_uppercase())
            .and_then(|(_, behind)| lower(behind))
            .and_then(|(_, behind)| lower(behind))?;
        let (month, behind) = self.name()?;
        let (day, behind) = behind.any(b" ")?.maybe(b" ").number(1, 2)?;
        let behind = behind.any(b" ")?;
        let year = behind
            .number(4, 4)
            .and_then(|(year, behind)| Some((year, behind.any(b" ")?)));
        let (year, behind) = year.unwrap_or((LEAP_YEAR, behind));
        Some((known(year, month, day), behind))
    }

    /// `E0724 `
    fn klog(self) -> Option<(Option<Day>, Self)> {
        let (month, behind) = self.any(b"IWEF")?.number(2, 2)?;
        let (day, behind) = behind.number(2, 2)?;
        Some((Some((LEAP_YEAR, month, day)), behind.any(b" ")?))
    }

    fn hours(self, fields: Fields) -> Option<(Fields, Self)> {
        let (hour, behind) = self.number(1, 2)?;
        let (minute, behind) = behind.any(b":")?.number(2, 2)?;
        let (second, mut behind) = behind.any(b":")?.number(2, 2)?;
        let mut fields = Fields {
            hour,
            minute,
            second,
            ..fields
        };
        if let Some((digits, next)) = behind.any(b".,").and_then(|next| next.digits(1, 9)) {
            fields.ms = milliseconds(digits);
            behind = next;
        }
        let half = behind
            .maybe(b" ")
            .one(|byte| b"APap".contains(&byte))
            .and_then(|(half, next)| Some((half, next.any(b"Mm")?)));
        if let Some((half, next)) = half {
            fields.afternoon = Some(half.eq_ignore_ascii_case(&b'p'));
            behind = next;
        }
        if let Some((zone, next)) = behind.maybe(b" ").zone() {
            fields.zone = zone;
            behind = next;
        }
        Some((fields, behind))
    }

    /// `Z`, `UTC`, `GMT`, `+02:00`, `+0200`, `+02`; none that is known where it is too far east or west.
    fn zone(mut self) -> Option<(Option<i64>, Self)> {
        if let Some(behind) = self.any(b"Zz") {
            return Some((Some(0), behind));
        }
        for name in [b"UTC", b"GMT"] {
            if let Some(rest) = self.rest.strip_prefix(name.as_slice()) {
                self.rest = rest;
                return Some((Some(0), self));
            }
        }
        let (sign, behind) = self.one(|byte| b"-+".contains(&byte))?;
        let (hours, behind) = behind.number(2, 2)?;
        let behind = behind.maybe(b":");
        let (minutes, behind) = behind.number(2, 2).unwrap_or((0, behind));
        let sign = if sign == b'-' { -1 } else { 1 };
        let zone = (hours <= 14).then_some(sign * (hours * 3600 + minutes * 60));
        Some((zone, behind))
    }

    /// Seconds or milliseconds since 1970, and what ends them.
    fn epoch(self) -> Option<Found> {
        let (seconds, mut behind) = self.digits(10, 10)?;
        let mut ms = value(seconds) * 1000;
        let more = behind.digits(3, 3);
        if let Some((digits, next)) = more {
            ms += value(digits);
            behind = next;
        }
        if let Some((digits, next)) = behind.any(b".").and_then(|next| next.digits(1, 9)) {
            if more.is_none() {
                ms += milliseconds(digits);
            }
            behind = next;
        }
        let end = behind.end();
        let last = self.text.get(end..)?.chars().next();
        if last.is_some_and(|c| c.is_ascii_digit() || c == '.') {
            return None;
        }
        Some(Found {
            what: What::Epoch(ms),
            end: end + last.map_or(0, char::len_utf8),
        })
    }
}

/// A log without a year is read in a leap year.
const LEAP_YEAR: i64 = 1972;

/// The day, if the month is one.
fn known(year: i64, month: i64, day: i64) -> Option<Day> {
    (month > 0).then_some((year, month, day))
}

fn value(digits: &[u8]) -> i64 {
    digits
        .iter()
        .fold(0, |value, digit| value * 10 + i64::from(digit - b'0'))
}

/// Digits behind the point, as milliseconds.
fn milliseconds(digits: &[u8]) -> i64 {
    let digits = digits.iter().copied();
    digits
        .chain(core::iter::repeat(b'0'))
        .take(3)
        .fold(0, |ms, digit| ms * 10 + i64::from(digit - b'0'))
}

impl Fields {
    fn time(&self) -> Option<Time> {
        if self.hour > 23 || self.minute > 59 || self.second > 60 {
            return None;
        }
        let hour = match self.afternoon {
            Some(afternoon) => self.hour % 12 + if afternoon { 12 } else { 0 },
            None => self.hour,
        };
        let day = self
            .day
            .and_then(|(year, month, day)| day_number(year, month, day));
        let seconds = day.unwrap_or(0) * 86_400 + hour * 3600 + self.minute * 60 + self.second
            - self.zone.unwrap_or(0);
        Some(Time {
            ms: seconds * 1000 + self.ms,
            utc: self.zone.is_some(),
            dated: day.is_some(),
        })
    }
}
