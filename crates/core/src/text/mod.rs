//! Positions in text: byte spans, lines and columns, UTF-16 offsets.

mod characters;
mod line_index;
mod number;
mod sought;
mod span;

pub use characters::{is_dash, is_invisible, is_look_alike_blank, plain_quote};
pub use line_index::{LineColumn, LineIndex, byte_of, utf16_of};
pub(crate) use number::is_float;
pub use sought::Wanted;
pub(crate) use sought::{Sought, Words, count, exactly, firsts, in_any_case};
pub use span::{Span, slice};
pub(crate) use span::{first, last, rest, until};
