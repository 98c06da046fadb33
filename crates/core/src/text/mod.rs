//! Positions in text: byte spans, lines and columns, UTF-16 offsets.

mod line_index;
mod span;

pub use line_index::{LineColumn, LineIndex};
pub use span::{Span, slice};
pub(crate) use span::{rest, until};
