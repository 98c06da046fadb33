//! Options whose values are names of the closed vocabularies.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use connlint_core::{Dialect, Driver, Target};
use connlint_report::LintFormat;

/// How the output is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    Human,
    /// For programs
    Json,
}

/// Reads `--target`.
pub(crate) fn target() -> impl TypedValueParser<Value = Target> {
    named(Target::ALL, Target::name, Target::label)
}

/// Reads `--driver`.
pub(crate) fn driver() -> impl TypedValueParser<Value = Driver> {
    named(Driver::ALL, Driver::name, Driver::label)
}

/// Reads `--format` of a lint report.
pub(crate) fn lint_format() -> impl TypedValueParser<Value = &'static LintFormat> {
    let values = LintFormat::ALL
        .iter()
        .map(|format| PossibleValue::new(format.name).help(format.help));
    PossibleValuesParser::new(values).try_map(|name| LintFormat::named(&name).ok_or("unknown name"))
}

/// Reads `--to`.
pub(crate) fn dialect() -> impl TypedValueParser<Value = Dialect> {
    named(Dialect::ALL, Dialect::name, Dialect::label)
}

fn named<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
    label: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(
        all.iter()
            .map(|&value| PossibleValue::new(name(value)).help(label(value))),
    )
    .try_map(move |text| {
        all.iter()
            .copied()
            .find(|&value| name(value) == text)
            .ok_or("unknown name")
    })
}

/// Those of `known` that `wrong` is probably meant to be, nearest first, at most five.
pub(crate) fn near<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wrong = wrong.to_ascii_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|name| {
            let right = name.to_ascii_lowercase();
            let score = if wrong.len() > 1 && right.starts_with(&wrong) {
                0.9
            } else {
                strsim::normalized_damerau_levenshtein(&wrong, &right)
            };
            (score, name)
        })
        .filter(|(score, _)| *score >= 0.5)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().map(|(_, name)| name).take(5).collect()
}

/// `, did you mean X or Y?`, or nothing.
pub(crate) fn suggestion(near: &[&str]) -> String {
    match near {
        [] => String::new(),
        [only] => format!("; did you mean {only}?"),
        [others @ .., last] => format!("; did you mean {} or {last}?", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_come_first() {
        let known = || Driver::ALL.iter().map(|d| d.name());
        assert_eq!(near("npgsq", known()).first(), Some(&"npgsql"));
        assert_eq!(near("PSYCOPG2", known()).first(), Some(&"psycopg"));
        assert!(near("qqqq", known()).is_empty());
        assert_eq!(suggestion(&[]), "");
        assert_eq!(suggestion(&["a", "b"]), "; did you mean a or b?");
    }
}
