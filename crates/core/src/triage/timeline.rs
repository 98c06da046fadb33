//! How often a failure came and how long it lasted, read from the times of a log.
//!
//! Microsoft's article asks for a support request when an error lasts longer than 60 seconds, or comes several times a
//! day. Both are counted here; what happened between two lines of a log is not known, and not claimed.

use super::Failure;
use super::time::Time;
use crate::order::Order as _;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Longer than this, and it is time for a support request.
pub const ESCALATE_AFTER_S: u32 = 60;
/// Errors no further apart than this belong to one outage: twice the longest wait between two tries.
const SAME_OUTAGE_MS: i64 = 120_000;
const DAY_MS: i64 = 86_400_000;

/// A failure at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When.
    pub time: Time,
    /// Its code, such as `ERR039`.
    pub code: &'static str,
}

/// Errors that follow each other closely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// The first error.
    pub first: Point,
    /// The last error.
    pub last: Point,
    /// How many errors there are.
    pub count: usize,
}

impl Outage {
    /// From the first error to the last one, in seconds: it lasted at least that long, if nothing went well in between.
    #[must_use]
    pub fn seconds(&self) -> u32 {
        u32::try_from((self.last.time.ms - self.first.time.ms) / 1000).unwrap_or(u32::MAX)
    }
}

/// What a log tells of when failures came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Every failure with a time, in the order of time.
    pub points: Vec<Point>,
    /// The outages, in the order of time.
    pub outages: Vec<Outage>,
    /// The longest outage in seconds.
    pub longest_s: u32,
    /// How many outages the worst day had.
    pub most_in_a_day: usize,
    /// Whether the times are in UTC.
    pub utc: bool,
    /// Whether the days are known.
    pub dated: bool,
}

impl Timeline {
    /// Counts failures with their times; `None` if there is none.
    pub(super) fn of(failures: impl Iterator<Item = (Time, &'static Failure)>) -> Option<Self> {
        let mut points: Vec<Point> = failures
            .map(|(time, failure)| Point {
                time,
                code: failure.rule.code,
            })
            .collect();
        points.order_by_key(|p| p.time.ms);
        let mut outages: Vec<Outage> = Vec::new();
        for point in &points {
            match outages.last_mut() {
                Some(outage) if point.time.ms - outage.last.time.ms <= SAME_OUTAGE_MS => {
                    outage.last = *point;
                    outage.count += 1;
                }
                _ => outages.push(Outage {
                    first: *point,
                    last: *point,
                    count: 1,
                }),
            }
        }
        let mut days: BTreeMap<i64, usize> = BTreeMap::new();
        for outage in &outages {
            *days
                .entry(outage.first.time.ms.div_euclid(DAY_MS))
                .or_default() += 1;
        }
        (!points.is_empty()).then(|| Self {
            longest_s: outages.iter().map(Outage::seconds).max().unwrap_or(0),
            most_in_a_day: days.into_values().max().unwrap_or(0),
            utc: points.iter().all(|p| p.time.utc),
            dated: points.iter().all(|p| p.time.dated),
            points,
            outages,
        })
    }

    /// Whether an outage lasted longer than the 60 seconds in which the service mends most of them.
    #[must_use]
    pub const fn too_long(&self) -> bool {
        self.longest_s > ESCALATE_AFTER_S
    }

    /// Whether a day had several outages.
    #[must_use]
    pub const fn too_often(&self) -> bool {
        self.most_in_a_day > 1
    }

    /// What was counted, and whether that is a reason for a support request.
    #[must_use]
    pub fn words(&self) -> String {
        let errors = counted(self.points.len(), "error");
        let outages = counted(self.outages.len(), "outage");
        let mut text = format!(
            "{errors} in {outages}, the longest {} from its first error to its last.",
            duration(self.longest_s)
        );
        text.push_str(match (self.too_long(), self.too_often()) {
            (true, true) => " An outage lasted longer than 60 seconds, and a day had several: reason enough for a support request.",
            (true, false) => " It lasted longer than 60 seconds: reason enough for a support request.",
            (false, true) => " There were several in one day: reason enough for a support request.",
            (false, false) => " Shorter than 60 seconds and once in a day: what a retry is for.",
        });
        if !self.dated {
            text.push_str(" The log gives no days, so they are counted as one.");
        }
        text
    }
}

fn counted(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// `45 s`, `3 min 5 s`, `2 h 10 min`.
#[must_use]
pub fn duration(seconds: u32) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::super::failures::FAILURES;
    use super::*;

    fn timeline(seconds: &[i64]) -> Timeline {
        let time = |s: &i64| Time {
            ms: s * 1000,
            utc: true,
            dated: true,
        };
        Timeline::of(seconds.iter().map(|s| (time(s), FAILURES[0]))).unwrap()
    }

    #[test]
    fn errors_close_together_are_one_outage() {
        let short = timeline(&[45, 0, 5, 15]);
        assert_eq!(
            (short.outages.len(), short.longest_s, short.outages[0].count),
            (1, 45, 4)
        );
        assert!(!short.too_long() && !short.too_often());
        assert!(
            short
                .words()
                .starts_with("4 errors in 1 outage, the longest 45 s"),
            "{}",
            short.words()
        );

        let long = timeline(&[0, 60, 120, 180]);
        assert!(long.too_long() && !long.too_often());
        assert!(long.words().contains("3 min 0 s"), "{}", long.words());

        let often = timeline(&[0, 3600, 7200]);
        assert_eq!((often.outages.len(), often.most_in_a_day), (3, 3));
        assert!(!often.too_long() && often.too_often());

        let daily = timeline(&[0, 86_400, 172_800]);
        assert!(!daily.too_often(), "once a day");
    }

    #[test]
    fn no_errors_no_timeline() {
        assert_eq!(Timeline::of(core::iter::empty()), None);
    }
}
