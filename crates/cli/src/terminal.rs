//! What is known of the terminal, and writing to it.

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use connlint_report::human::Layout;
use std::io::{self, IsTerminal, Write};

/// Which stream a text goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Error,
}

impl Stream {
    /// How text for people is laid out on this stream: in colour on a terminal, unless `NO_COLOR` is set.
    pub(crate) fn layout(self) -> Layout {
        let (colour, terminal) = match self {
            Self::Out => (colour(&io::stdout()), io::stdout().is_terminal()),
            Self::Error => (colour(&io::stderr()), io::stderr().is_terminal()),
        };
        let default = Layout::default();
        let width = terminal
            .then(terminal_size::terminal_size)
            .flatten()
            .map_or(default.width, |(width, _)| usize::from(width.0));
        Layout { colour, width }
    }

    /// Writes a text for people, whose colours older Windows consoles need translated.
    pub(crate) fn write_human(self, text: &str) -> io::Result<()> {
        match self {
            Self::Out => anstream::stdout().lock().write_all(text.as_bytes()),
            Self::Error => anstream::stderr().lock().write_all(text.as_bytes()),
        }
    }

    /// Writes a text as it is.
    pub(crate) fn write(self, text: &str) -> io::Result<()> {
        match self {
            Self::Out => {
                let mut out = io::stdout().lock();
                out.write_all(text.as_bytes())?;
                out.flush()
            }
            Self::Error => io::stderr().lock().write_all(text.as_bytes()),
        }
    }
}

fn colour(stream: &impl RawStream) -> bool {
    AutoStream::choice(stream) != ColorChoice::Never
}
