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

/// A place at the end of the terminal that is drawn again and again.
#[derive(Debug)]
pub(crate) struct Live {
    on: bool,
    /// How many lines were drawn last.
    lines: usize,
}

impl Live {
    /// On a terminal that can move its cursor; elsewhere only the last drawing is written.
    pub(crate) fn new() -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            on: io::stdout().is_terminal() && !dumb,
            lines: 0,
        }
    }

    /// Whether what is drawn is seen at once.
    pub(crate) const fn is_on(&self) -> bool {
        self.on
    }

    /// Draws the text over the one before. What does not fit the terminal waits for the last drawing.
    pub(crate) fn draw(&mut self, text: &str, last: bool) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        if !self.on {
            return if last {
                out.write_all(text.as_bytes())?;
                out.flush()
            } else {
                Ok(())
            };
        }
        let lines = text.lines().count();
        let height = terminal_size::terminal_size().map_or(24, |(_, height)| usize::from(height.0));
        if !last && lines >= height {
            return Ok(());
        }
        if self.lines > 0 {
            // Up to the first line, and clear what is below.
            write!(out, "\x1b[{}A\x1b[J", self.lines)?;
        }
        self.lines = if text.is_empty() { 0 } else { lines };
        out.write_all(text.as_bytes())?;
        out.flush()
    }
}

fn colour(stream: &impl RawStream) -> bool {
    AutoStream::choice(stream) != ColorChoice::Never
}
