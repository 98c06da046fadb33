//! Block scalars of YAML: text below its key, behind an indent.

use super::Step;
use super::step::Writer;
use crate::text::{Span, rest, slice};
use alloc::string::String;

/// A block scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its text.
    pub text: String,
    /// The way back.
    pub step: Step,
    /// Where it begins and ends in the document.
    pub span: Span,
}

/// The block scalar whose header, `key: |` or `- >-`, is the line at `line` of `text`, without the blanks round it.
#[must_use]
pub fn block_scalar(text: &str, line: Span) -> Option<Block> {
    let header = slice(text, line);
    // Most lines have none of the signs.
    if !header.bytes().any(|b| matches!(b, b'|' | b'>')) {
        return None;
    }
    let header = header
        .split_once(" #")
        .map_or(header, |(header, _)| header)
        .trim_end();
    let sign = header.rfind(['|', '>'])?;
    let (before, mode) = header.split_at(sign);
    let behind = mode.get(1..)?;
    let opens = before.ends_with(": ") || before.ends_with("- ") || before.ends_with(":\t");
    if !opens || behind.len() > 2 || !behind.chars().all(|c| "+-123456789".contains(c)) {
        return None;
    }
    let line_start = text.get(..line.start)?.rfind('\n').map_or(0, |at| at + 1);
    let outer = indent(text.get(line_start..)?);
    let start = text.get(line.end..)?.find('\n')? + line.end + 1;
    let inner = lines(text, start)
        .map(|line| slice(text, line))
        .find(|line| !line.trim().is_empty())
        .map(indent)
        .filter(|inner| *inner > outer)?;

    let mut end = start;
    for line in lines(text, start) {
        let raw = slice(text, line);
        if !raw.trim().is_empty() {
            if indent(raw) < inner {
                break;
            }
            end = line.end;
        }
    }
    let folds = mode.starts_with('>');
    let mut writer = Writer::new(text, start);
    for line in lines(text, start).take_while(|line| line.start < end) {
        let raw = slice(text, line);
        let content = raw.trim_end_matches(['\r', '\n']);
        let skipped = indent(raw).min(inner).min(content.len());
        writer.skip_to(line.start + skipped);
        let is_last = line.end >= end;
        let next = rest(text, line.end);
        let goes_on = folds
            && !is_last
            && !content.trim().is_empty()
            && indent(next) == inner
            && !next.trim_start_matches(' ').starts_with(['\r', '\n']);
        writer.keep_to(line.start + content.len());
        if goes_on {
            writer.stand_in(' ', raw.len() - content.len());
        } else if !(is_last && behind.contains('-')) && raw.len() > content.len() {
            writer.stand_in('\n', raw.len() - content.len());
        }
    }
    let (inside, step) = writer.finish();
    Some(Block {
        text: inside,
        step,
        span: Span::new(start, end),
    })
}

/// The lines of `text` from byte `start` on, each with what ends it.
fn lines(text: &str, start: usize) -> impl Iterator<Item = Span> {
    let mut at = start;
    rest(text, start).split_inclusive('\n').map(move |line| {
        let span = Span::new(at, at + line.len());
        at = span.end;
        span
    })
}

/// How many blanks a line begins with.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, &str)> {
        let line = Span::new(0, text.find('\n')?);
        let trimmed = Span::new(indent(text), line.end);
        let block = block_scalar(text, trimmed)?;
        let all = block.step.to_source(Span::new(0, block.text.len()));
        Some((block.text, slice(text, all)))
    }

    #[test]
    fn blocks_are_taken_out_of_their_indent() {
        for (text, expected) in [
            ("a: |\n  b\n   c\n  d\ne: f", "b\n c\nd\n"),
            ("a: |-\n  b\n\n  c\n\n", "b\n\nc"),
            ("  a: >\n    b\n    c\n\n    d\n  e: f", "b c\n\nd\n"),
            ("- >-\n  b\n  c\n", "b c"),
            ("a: | # comment\r\n  b\r\n  c\r\n", "b\nc\n"),
        ] {
            assert_eq!(read(text).unwrap().0, expected, "{text}");
        }
        for text in ["a: b\n  c", "a: |\nb", "a: |x\n  b", "a|\n  b", "a: |\n"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn places_lead_back_into_the_document() {
        let text = "a: |\n  bc\n  de\n";
        let block = block_scalar(text, Span::new(0, 4)).unwrap();
        let place = |from, to| slice(text, block.step.to_source(Span::new(from, to)));
        assert_eq!(place(0, 2), "bc");
        assert_eq!(place(3, 5), "de");
        assert_eq!(place(1, 4), "c\n  d");
    }
}
