//! Cuts a stream of bytes into lines, however they are split on the way.

/// The longest line that is taken, in bytes; the probe's are a few kilobytes.
pub const LONGEST: usize = 256 * 1024;

/// Collects bytes until a line is whole.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    rest: Vec<u8>,
}

/// A line is longer than [`LONGEST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

impl Lines {
    /// Takes the next bytes and gives the lines that they complete, without empty ones.
    ///
    /// # Errors
    /// [`TooLong`] if a line does not end in time.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Vec<u8>>, TooLong> {
        self.rest.extend_from_slice(bytes);
        let mut lines = Vec::new();
        while let Some(end) = self.rest.iter().position(|&b| b == b'\n') {
            let mut line: Vec<u8> = self.rest.drain(..=end).collect();
            line.pop();
            if !line.iter().all(u8::is_ascii_whitespace) {
                lines.push(line);
            }
        }
        if self.rest.len() > LONGEST {
            return Err(TooLong);
        }
        Ok(lines)
    }

    /// The last line, if it came without a line break.
    #[must_use]
    pub fn finish(self) -> Option<Vec<u8>> {
        (!self.rest.iter().all(u8::is_ascii_whitespace)).then_some(self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_whole_whatever_the_chunks() {
        let text = "{\"a\":\"ä\"}\n\n{\"b\":2}\r\n{\"c\":3}";
        for size in 1..text.len() {
            let mut lines = Lines::default();
            let mut out: Vec<Vec<u8>> = text
                .as_bytes()
                .chunks(size)
                .flat_map(|chunk| lines.push(chunk).unwrap())
                .collect();
            out.extend(lines.finish());
            let out: Vec<String> = out
                .into_iter()
                .map(|line| String::from_utf8(line).unwrap().trim().to_owned())
                .collect();
            assert_eq!(out, ["{\"a\":\"ä\"}", "{\"b\":2}", "{\"c\":3}"]);
        }
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut lines = Lines::default();
        assert_eq!(lines.push(&vec![b'x'; LONGEST]), Ok(Vec::new()));
        assert_eq!(lines.push(b"x"), Err(TooLong));
    }
}
