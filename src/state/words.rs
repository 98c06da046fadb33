//! The page's own sentences: numbers with their nouns, summaries, durations.

use connlint_core::{Analysis, Found, LineIndex, Severity, Target};

use super::document::Checked;
use super::findings::Finding;

/// `1 error`, `2 errors`.
#[must_use]
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A severity in words, as a heading begins with it.
#[must_use]
pub const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Info => "Note",
    }
}

/// `2 errors, 1 warning`; empty if there is nothing.
#[must_use]
pub fn tally(severities: impl Iterator<Item = Severity>) -> String {
    let mut counts = [0_usize; 3];
    for severity in severities {
        match severity {
            Severity::Error => counts[0] += 1,
            Severity::Warning => counts[1] += 1,
            Severity::Info => counts[2] += 1,
        }
    }
    let words = [
        ("error", "errors"),
        ("warning", "warnings"),
        ("note", "notes"),
    ];
    let parts: Vec<String> = counts
        .into_iter()
        .zip(words)
        .filter(|(n, _)| *n > 0)
        .map(|(n, (one, many))| count(n, one, many))
        .collect();
    parts.join(", ")
}

/// What is still to do after a fix.
#[must_use]
pub fn left(analysis: &Analysis) -> String {
    let rest = tally(analysis.diagnostics().map(|d| d.severity));
    if rest.is_empty() {
        "Nothing is left to do.".into()
    } else {
        format!("Left: {rest}.")
    }
}

/// A short summary of the findings, for those who hear the page.
#[must_use]
pub fn spoken(checked: &Checked, findings: &[Finding]) -> String {
    let text = &*checked.text;
    if text.trim().is_empty() || checked.waits {
        return String::new();
    }
    let told = checked
        .triage
        .as_ref()
        .map(|triage| format!("The error says: {}", plain(triage.advice.summary)));
    if checked.analysis.strings.is_empty() {
        return told.unwrap_or_else(|| "No connection string found in this text.".into());
    }
    let tally = tally(findings.iter().map(|f| f.severity));
    match findings.first() {
        None => told.unwrap_or_else(|| "Nothing to report.".into()),
        Some(first) => {
            let place = first.span.map_or_else(String::new, |span| {
                let at = LineIndex::new(text).line_column(span.start);
                if text.contains('\n') {
                    format!(", line {}, column {}", at.line, at.column)
                } else {
                    format!(", column {}", at.column)
                }
            });
            format!(
                "{tally}. First: {}{place}.",
                plain(first.message.trim_end_matches('.'))
            )
        }
    }
}

/// A text without the marks of inline code.
#[must_use]
pub fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// The text with its first letter in upper case, unless it begins with something quoted.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        // `sslmode` and its like are spelled as they are.
        Some(first) if first.is_ascii_lowercase() && !is_name(text) => {
            first.to_ascii_uppercase().to_string() + chars.as_str()
        }
        _ => text.to_owned(),
    }
}

/// Whether the first word is a name that is written in lower case.
fn is_name(text: &str) -> bool {
    let word = text
        .split(|c: char| c.is_whitespace() || ",:;".contains(c))
        .next()
        .unwrap_or("");
    word.contains(['.', '-', '_', '=', '/'])
        || [
            "libpq", "pgx", "psycopg", "asyncpg", "sslmode", "pgJDBC", "psqlODBC",
        ]
        .contains(&word)
}

/// The product that a string is for. One server zone serves two of them, and the older one is retired: a string that is
/// written for the older one says so.
#[must_use]
pub fn product(found: &Found) -> Option<String> {
    let label = match found.target {
        Target::Auto => return None,
        known => known.label(),
    };
    Some(if found.single_server_form && !found.target_given {
        format!("{label}, in the form of Single Server")
    } else {
        label.to_owned()
    })
}

/// That findings of these codes lead to a failure.
#[must_use]
pub fn explained(codes: &[&str]) -> String {
    format!(
        "What is wrong with the string explains it: {}, among the findings.",
        codes.join(", ")
    )
}

/// A duration in the unit that suits it.
#[must_use]
pub fn duration(us: u64) -> String {
    match us {
        0..1_000 => format!("{us} µs"),
        1_000..10_000 => format!("{}.{} ms", us / 1_000, us % 1_000 / 100),
        10_000..1_000_000 => format!("{} ms", us / 1_000),
        _ => format!("{}.{} s", us / 1_000_000, us % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::Options;

    #[test]
    fn numbers_take_their_nouns() {
        use Severity::{Error, Info, Warning};
        assert_eq!(
            tally([Error, Warning, Error].into_iter()),
            "2 errors, 1 warning"
        );
        assert_eq!(tally([Info].into_iter()), "1 note");
        assert_eq!(tally([].into_iter()), "");
    }

    #[test]
    fn a_sentence_begins_with_a_capital_unless_a_name_does_not_have_one() {
        assert_eq!(sentence("the port is wrong"), "The port is wrong");
        assert_eq!(sentence("`@` in the password"), "`@` in the password");
        assert_eq!(sentence("postgres.js takes it"), "postgres.js takes it");
        assert_eq!(sentence("sslmode has no effect"), "sslmode has no effect");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn durations_are_short_to_read() {
        assert_eq!(duration(870), "870 µs");
        assert_eq!(duration(1_234), "1.2 ms");
        assert_eq!(duration(45_600), "45 ms");
        assert_eq!(duration(3_050_000), "3.0 s");
    }

    #[test]
    fn a_string_that_is_written_for_single_server_says_so() {
        let product = |text: &str| {
            let checked = Checked::new(text, Options::default());
            product(&checked.analysis.strings[0])
        };
        let single = Some("Azure Flexible Server, in the form of Single Server".to_owned());
        let host = "shop.postgres.database.azure.com";
        assert_eq!(
            product(&format!("postgresql://app@shop:pw@{host}/db")),
            single
        );
        assert_eq!(
            product(&format!("postgresql://app%40shop:pw@{host}/db")),
            single
        );
        assert_eq!(
            product(&format!("Server={host};User Id=app@shop;Password=pw")),
            single
        );
        let flexible = Some("Azure Flexible Server".to_owned());
        assert_eq!(product(&format!("postgresql://app:pw@{host}/db")), flexible);
        assert_eq!(
            product(&format!("postgresql://app%40other:pw@{host}/db")),
            flexible
        );
        assert_eq!(
            product("postgresql://app@db.example/x").as_deref(),
            Some("PostgreSQL")
        );
    }

    #[test]
    fn an_empty_text_says_nothing() {
        let spoken = |text: &str| spoken(&Checked::new(text, Options::default()), &[]);
        assert_eq!(spoken(" \n"), "");
        assert_eq!(spoken("abc"), "No connection string found in this text.");
        let said = spoken("FATAL:  database \"orders\" does not exist");
        assert!(said.starts_with("The error says: "), "{said}");
    }
}
