//! The format for people: what a terminal shows.

mod advice;
mod convert;
mod diff;
mod excerpt;
mod explain;
mod lint;
mod markdown;
mod readings;
mod rules;
mod triage;

pub use convert::losses;
pub use diff::diff;
pub use explain::explain;
pub(crate) use lint::{lint_input, lint_totals};
pub use readings::readings;
pub use rules::rules;
pub use triage::triage;
pub(crate) use triage::{evidence, persistence};

use anstyle::{AnsiColor, Style};
use connlint_core::Severity;
use textwrap::WordSplitter;

/// How the text is laid out; the caller knows the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Whether to colour it with ANSI escape sequences.
    pub colour: bool,
    /// How many cells a line may take.
    pub width: usize,
}

impl Default for Layout {
    /// No colour, 100 cells.
    fn default() -> Self {
        Self {
            colour: false,
            width: 100,
        }
    }
}

/// How a text is painted.
pub type Paint = Style;

/// For headings.
pub const BOLD: Paint = Style::new().bold();
/// For what may be overlooked.
pub const DIM: Paint = Style::new().dimmed();
/// For what went well.
pub const GOOD: Paint = AnsiColor::Green.on_default().bold();
/// For what is worth knowing.
pub const NOTE: Paint = AnsiColor::Yellow.on_default().bold();
/// For what went wrong.
pub const BAD: Paint = AnsiColor::Red.on_default().bold();
const FRAME: Style = AnsiColor::Blue.on_default().bold();

pub(crate) const fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Info => AnsiColor::Cyan.on_default().bold(),
    }
}

impl Layout {
    /// Lines longer than this are hard to read, however wide the terminal is.
    const PROSE: usize = 100;

    /// `text` in this style, where there is colour.
    #[must_use]
    pub fn paint(self, style: Paint, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("{style}{text}{style:#}")
        } else {
            text.into()
        }
    }

    /// `text` wrapped, the first line behind `first` and the others behind `rest`, without a line break at the end.
    #[must_use]
    pub fn wrap(self, text: &str, first: &str, rest: &str) -> String {
        let options = textwrap::Options::new(self.width.clamp(20, Self::PROSE))
            .initial_indent(first)
            .subsequent_indent(rest)
            .break_words(false)
            .word_splitter(WordSplitter::NoHyphenation);
        textwrap::fill(text, options)
    }

    /// `word: text` wrapped, the word painted, with the further lines indented by two and without a line break at the end.
    #[must_use]
    pub fn headed(self, style: Paint, word: &str, text: &str) -> String {
        let lines = self.wrap(text, &format!("{word}: "), "  ");
        let rest = lines.strip_prefix(word).unwrap_or(&lines);
        format!("{}{rest}", self.paint(style, word))
    }
}

/// `1 error`, `2 errors`.
fn count(number: usize, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {one}s")
    }
}
