//! Reads the Markdown of the rules' documentation into blocks that the page can draw.
//!
//! It knows what the documentation uses: headings, paragraphs, lists, fenced code, and inside a line code, weight,
//! emphasis and links. Nothing of it ever becomes HTML by itself. A parser of all of Markdown would be a tenth of the
//! page's size.

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block<'a> {
    /// A heading below the title.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A list; ordered or not.
    List {
        /// Whether its entries are numbered.
        ordered: bool,
        /// Its entries.
        items: Vec<Vec<Block<'a>>>,
    },
    /// Fenced code.
    Code {
        /// What stands behind the fence, such as `conn,bad`.
        info: &'a str,
        /// The code.
        text: String,
    },
}

/// A piece of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inline<'a> {
    /// Text as it is.
    Text(&'a str),
    /// Code.
    Code(&'a str),
    /// Weight.
    Strong(&'a str),
    /// Emphasis.
    Emphasis(&'a str),
    /// A link: what is shown, and where it leads; always `https`.
    Link(&'a str, &'a str),
}

/// The blocks of a document, without its title.
#[must_use]
pub fn blocks(markdown: &str) -> Vec<Block<'_>> {
    read(&markdown.lines().collect::<Vec<_>>())
}

fn read<'a>(lines: &[&'a str]) -> Vec<Block<'a>> {
    let mut out = Vec::new();
    let mut lines = lines.iter().copied().peekable();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix(FENCE) {
            let code = lines.by_ref().take_while(|line| !line.starts_with(FENCE));
            let text = code.collect::<Vec<_>>().join("\n");
            out.push(Block::Code {
                info: info.trim(),
                text,
            });
        } else if line.starts_with("# ") || line.trim().is_empty() {
            // The title stands elsewhere on the page.
        } else if line.starts_with('#') {
            let text = line.trim_start_matches('#').trim();
            out.push(Block::Heading(text.to_owned()));
        } else if let Some((ordered, first)) = item(line) {
            // The rest of the entry is as far in as its first line's text; it can be more than text.
            let indent = line.len() - first.len();
            let mut entry = vec![first];
            while let Some(line) = lines.peek().copied() {
                let blank_inside = line.is_empty() && {
                    let mut ahead = lines.clone();
                    ahead
                        .find(|line| !line.is_empty())
                        .is_some_and(|line| line.starts_with(' '))
                };
                if !line.starts_with(' ') && !blank_inside {
                    break;
                }
                entry.push(line.get(indent..).unwrap_or(line.trim_start()));
                lines.next();
            }
            let entry = read(&entry);
            match out.last_mut() {
                Some(Block::List { ordered: o, items }) if *o == ordered => items.push(entry),
                _ => out.push(Block::List {
                    ordered,
                    items: vec![entry],
                }),
            }
        } else {
            let mut text = line.trim().to_owned();
            let goes_on = |line: &&str| {
                let block =
                    line.starts_with('#') || line.starts_with(FENCE) || item(line).is_some();
                !line.trim().is_empty() && !block
            };
            while let Some(more) = lines.next_if(goes_on) {
                text.push(' ');
                text.push_str(more.trim());
            }
            out.push(Block::Paragraph(text));
        }
    }
    out
}

/// What code stands between.
const FENCE: &str = "```";

/// The text of a list's entry, and whether it is numbered.
fn item(line: &str) -> Option<(bool, &str)> {
    if let Some(text) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some((false, text));
    }
    let (number, text) = line.split_once(". ")?;
    let numbered = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    numbered.then_some((true, text))
}

/// Cuts a line at its marks; a mark without its partner is text.
#[must_use]
pub fn inline(text: &str) -> Vec<Inline<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, piece, after)) = next(rest) {
        if !before.is_empty() {
            out.push(Inline::Text(before));
        }
        out.push(piece);
        rest = after;
    }
    if !rest.is_empty() {
        out.push(Inline::Text(rest));
    }
    out
}

/// The first piece that is not plain text, with what stands before and behind it.
fn next(text: &str) -> Option<(&str, Inline<'_>, &str)> {
    text.char_indices().find_map(|(at, c)| {
        let (before, here) = text.split_at(at);
        let between = |open: &str, close: &str| {
            let (inner, after) = here.strip_prefix(open)?.split_once(close)?;
            (!inner.is_empty()).then_some((inner, after))
        };
        let (piece, after) = match c {
            '`' if here.starts_with("``") => {
                let (inner, after) = between("``", "``")?;
                (Inline::Code(inner.trim()), after)
            }
            '`' => {
                let (inner, after) = between("`", "`")?;
                (Inline::Code(inner), after)
            }
            '*' if here.starts_with("**") => {
                let (inner, after) = between("**", "**")?;
                (Inline::Strong(inner), after)
            }
            '*' | '_' if !before.ends_with(char::is_alphanumeric) => {
                let mark = here.get(..1)?;
                let (inner, after) = between(mark, mark)?;
                let word = !inner.starts_with(' ') && !inner.ends_with(' ');
                (word && !after.starts_with(char::is_alphanumeric))
                    .then_some((Inline::Emphasis(inner), after))?
            }
            '<' => {
                let (address, after) = between("<", ">")?;
                (Inline::Link(address, secure(address)?), after)
            }
            '[' => {
                let (shown, after) = between("[", "](")?;
                let (address, after) = after.split_once(')')?;
                (Inline::Link(shown, secure(address)?), after)
            }
            _ => return None,
        };
        Some((before, piece, after))
    })
}

fn secure(address: &str) -> Option<&str> {
    let plain = !address.contains(char::is_whitespace);
    (plain && address.starts_with("https://")).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::rules::RULES;

    #[test]
    fn blocks_are_told_apart() {
        let text = "# Title\n\n## What\n\nOne\ntwo `a`\n`b` three.\n\n- x\n  y\n- z\n\n1. a\n2. b\n\n\
                    ```conn,bad\np  q\n\n# r\n```\n";
        let paragraph = |text: &str| Block::Paragraph(text.into());
        let list = |ordered, items: &[&str]| Block::List {
            ordered,
            items: items.iter().map(|item| vec![paragraph(item)]).collect(),
        };
        assert_eq!(
            blocks(text),
            [
                Block::Heading("What".into()),
                paragraph("One two `a` `b` three."),
                list(false, &["x y", "z"]),
                list(true, &["a", "b"]),
                Block::Code {
                    info: "conn,bad",
                    text: "p  q\n\n# r".into()
                },
            ]
        );
    }

    #[test]
    fn an_entry_of_a_list_can_hold_more_than_text() {
        let text = "- it says:\n\n  ```text\n  FATAL:  no\n    more\n  ```\n\n  and ends.\n- next\n\nBehind.";
        let found = blocks(text);
        let [Block::List { items, .. }, Block::Paragraph(behind)] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(behind, "Behind.");
        let code = Block::Code {
            info: "text",
            text: "FATAL:  no\n  more".into(),
        };
        let text = |text: &str| Block::Paragraph(text.into());
        assert_eq!(items[0], [text("it says:"), code, text("and ends.")]);
        assert_eq!(items[1], [text("next")]);
    }

    #[test]
    fn marks_are_taken_in_pairs() {
        use Inline::{Code, Emphasis, Link, Strong, Text};
        let text = "to `db.x` **without** *any* check";
        let parts = [
            Text("to "),
            Code("db.x"),
            Text(" "),
            Strong("without"),
            Text(" "),
            Emphasis("any"),
            Text(" check"),
        ];
        assert_eq!(inline(text), parts);
        assert_eq!(
            inline("a ` b * c < d [e](f)"),
            [Text("a ` b * c < d [e](f)")]
        );
        assert_eq!(inline("`a**b**`"), [Code("a**b**")]);
        assert_eq!(inline("`` a`b ``"), [Code("a`b")]);
        assert_eq!(
            inline("sslmode_x snake_case"),
            [Text("sslmode_x snake_case")]
        );
        assert_eq!(inline(""), []);
        let link = "https://example.com/x_y_z";
        assert_eq!(inline("<https://example.com/x_y_z>"), [Link(link, link)]);
        assert_eq!(
            inline("[it](https://example.com/x_y_z)."),
            [Link("it", link), Text(".")]
        );
        assert_eq!(inline("<script>"), [Text("<script>")]);
        assert_eq!(
            inline("[x](javascript:alert)"),
            [Text("[x](javascript:alert)")]
        );
    }

    #[test]
    fn every_rule_s_documentation_is_read_whole() {
        for rule in RULES {
            let blocks = blocks(rule.docs);
            let headings = blocks
                .iter()
                .filter(|block| matches!(block, Block::Heading(_)));
            assert!(headings.count() >= 4, "{}", rule.code);
            blocks.iter().for_each(|block| check(rule.code, block));
        }
    }

    /// What this reader does not know would be shown as it is written.
    fn check(code: &str, block: &Block<'_>) {
        match block {
            Block::Paragraph(text) | Block::Heading(text) => {
                assert!(!text.starts_with(['|', '>', '!']), "{code}: {text}");
                for piece in inline(text) {
                    if let Inline::Text(text) = piece {
                        assert!(!text.contains(['`', '[']), "{code}: {text}");
                    }
                }
            }
            Block::List { items, .. } => {
                items.iter().flatten().for_each(|block| check(code, block));
            }
            Block::Code { .. } => {}
        }
    }
}
