//! A string in another dialect, and what became of its settings, in words.

use super::document::Checked;
use connlint_core::Dialect;
use connlint_core::convert::{ConvertError, Converted, LossKind, convert_one};

/// The dialects that a string can be written in.
pub fn targets() -> impl Iterator<Item = Dialect> {
    let all = Dialect::ALL.iter().copied();
    all.filter(|dialect| *dialect != Dialect::Webapp)
}

/// The string at `index` in the dialect `to`; `None` if there is no such string.
///
/// # Errors
/// What is in the way and what to do, without any secret.
pub fn converted(
    checked: &Checked,
    index: usize,
    to: Dialect,
) -> Result<Option<Converted>, String> {
    convert_one(&checked.text, index, &checked.options, to).map_err(|error| match error {
        ConvertError::Refused { driver, .. } => format!(
            "{} refuses the text as it stands. Fix it first: the findings say how.",
            driver.label()
        ),
        ConvertError::Unfit { why, .. } => {
            format!("This string does not fit into that form: {why}.")
        }
        ConvertError::NoTarget { .. } => "No driver reads that form.".to_owned(),
    })
}

/// What became of a setting.
#[must_use]
pub const fn fate(kind: LossKind) -> &'static str {
    match kind {
        LossKind::Dropped => "left out",
        LossKind::Changed => "changed",
        LossKind::NeedsCode => "to be set in code",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::Options;

    const TWO: &str =
        "A=postgresql://u@a.example/x\nB=postgresql://u:Gr33nTea@b.example/x?pgbouncer=true\n";

    fn one(text: &str, index: usize, to: Dialect) -> Result<Option<Converted>, String> {
        converted(&Checked::new(text, Options::default()), index, to)
    }

    #[test]
    fn each_string_is_converted_by_itself_and_masked() {
        let first = one(TWO, 0, Dialect::LibpqKv).unwrap().unwrap();
        assert!(first.masked.contains("a.example"), "{}", first.masked);
        let second = one(TWO, 1, Dialect::LibpqKv).unwrap().unwrap();
        assert!(second.text.contains("Gr33nTea") && !second.masked.contains("Gr33nTea"));
        assert!(one(TWO, 2, Dialect::LibpqKv).unwrap().is_none());
    }

    #[test]
    fn what_is_lost_is_told() {
        let second = one(TWO, 1, Dialect::AdoNet).unwrap().unwrap();
        assert!(second.losses.iter().any(|loss| loss.keyword == "pgbouncer"));
    }

    #[test]
    fn every_dialect_that_is_offered_can_be_written() {
        for to in targets() {
            let out = one("postgresql://u:p@a.example/x", 0, to);
            assert!(matches!(out, Ok(Some(_))), "{to}");
        }
    }
}
