//! Settings whose values are numbers, durations or switches, and how lengths of time are said.

use crate::detect::accepts;
use crate::model::Setting;
use crate::parse::kinds::{Kind, kind};
use crate::placeholder;
use crate::rules::Context;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Every setting whose value the driver reads as one, with what it is; variables and placeholders are somebody else's.
pub(super) fn all<'a>(ctx: &Context<'a>) -> Vec<(&'a Setting, Kind)> {
    if !accepts(ctx.driver, ctx.parse.dialect) {
        return Vec::new();
    }
    let settings = ctx.settings().all.iter();
    settings
        .filter_map(|s| Some((s, kind(ctx.driver, ctx.grammar(), &s.key)?)))
        .filter(|(s, _)| {
            let span = s.value.span;
            s.key_span.is_some()
                && !s.value.expose().trim().is_empty()
                && !ctx.has_variable(span)
                && placeholder::find(ctx.raw(span)).is_empty()
        })
        .collect()
}

/// The whole number that the value is.
pub(super) fn number(setting: &Setting) -> Option<i64> {
    setting.value.expose().trim().parse().ok()
}

/// A length of time, rounded to what a person would say.
pub(super) fn length(millis: u64) -> String {
    let (amount, unit) = match millis {
        0..=999 => (millis, "millisecond"),
        1_000..=119_999 => (millis / 1000, "second"),
        120_000..=7_199_999 => (millis / 60_000, "minute"),
        7_200_000..=172_799_999 => (millis / 3_600_000, "hour"),
        _ => (millis / 86_400_000, "day"),
    };
    let plural = if amount == 1 { "" } else { "s" };
    format!("{amount} {unit}{plural}")
}

/// A number with a unit behind it, as people write it, in milliseconds.
pub(super) fn with_unit(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(digits)?;
    let factor: u64 = match &*unit.trim_start().to_ascii_lowercase() {
        "ms" | "msec" | "millis" | "milliseconds" => 1,
        "s" | "sec" | "secs" | "second" | "seconds" => 1_000,
        "m" | "min" | "mins" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_said_as_people_say_them() {
        for (millis, said) in [
            (30, "30 milliseconds"),
            (1_000, "1 second"),
            (5_000_000, "83 minutes"),
            (30_000_000, "8 hours"),
            (300_000_000, "3 days"),
        ] {
            assert_eq!(length(millis), said);
        }
        for (text, millis) in [
            ("10s", Some(10_000)),
            ("5 min", Some(300_000)),
            ("500ms", Some(500)),
            ("10", None),
            ("s", None),
            ("ten", None),
        ] {
            assert_eq!(with_unit(text), millis, "{text}");
        }
    }
}
