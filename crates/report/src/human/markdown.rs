//! Lays out a rule's Markdown for a terminal: headings, paragraphs, lists and examples.

use super::{BOLD, DIM, Layout};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use std::fmt::Write as _;

/// `markdown` as plain text, wrapped to the layout's width.
///
/// Links are followed by their address; inline code keeps its backquotes, as it does in the findings.
pub(super) fn render(markdown: &str, layout: Layout) -> String {
    let mut page = Page {
        out: String::new(),
        line: String::new(),
        indent: String::new(),
        bullet: None,
        link: None,
        layout,
    };
    for event in Parser::new(markdown) {
        page.event(event);
    }
    page.flush();
    page.out
}

struct Page {
    out: String,
    /// The paragraph that is being put together.
    line: String,
    indent: String,
    /// What stands before the first line of a list's item, until it is written.
    bullet: Option<String>,
    link: Option<String>,
    layout: Layout,
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.line.push_str(&text),
            Event::Code(code) => {
                let _ = write!(self.line, "`{code}`");
            }
            Event::SoftBreak => self.line.push(' '),
            Event::HardBreak => self.line.push('\n'),
            Event::Rule => self.blank(),
            Event::Html(text) | Event::InlineHtml(text) => self.line.push_str(&text),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } | Tag::Paragraph => self.blank(),
            Tag::CodeBlock(kind) => {
                self.blank();
                let label = match &kind {
                    CodeBlockKind::Fenced(info) => block_label(info),
                    CodeBlockKind::Indented => "",
                };
                if !label.is_empty() {
                    let _ = writeln!(self.out, "  {}", self.layout.paint(DIM, label));
                }
            }
            Tag::List(_) => {
                self.flush();
                if self.indent.is_empty() {
                    self.blank();
                }
            }
            Tag::Item => {
                self.flush();
                self.bullet = Some(format!("{}- ", self.indent));
                self.indent.push_str("  ");
            }
            Tag::Link { dest_url, .. } => self.link = Some(dest_url.to_string()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                let heading = core::mem::take(&mut self.line);
                let _ = writeln!(self.out, "{}", self.layout.paint(BOLD, &heading));
            }
            TagEnd::CodeBlock => {
                let code = core::mem::take(&mut self.line);
                for line in code.lines() {
                    let _ = writeln!(self.out, "    {line}");
                }
            }
            TagEnd::Paragraph => self.flush(),
            TagEnd::Item => {
                self.flush();
                self.indent.truncate(self.indent.len().saturating_sub(2));
            }
            TagEnd::Link => {
                if let Some(address) = self.link.take()
                    && !self.line.ends_with(&address)
                {
                    let _ = write!(self.line, " <{address}>");
                }
            }
            _ => {}
        }
    }

    /// Writes the paragraph, wrapped.
    fn flush(&mut self) {
        let text = core::mem::take(&mut self.line);
        if text.trim().is_empty() {
            return;
        }
        let first = self.bullet.take().unwrap_or_else(|| self.indent.clone());
        let _ = writeln!(
            self.out,
            "{}",
            self.layout.wrap(text.trim(), &first, &self.indent)
        );
    }

    /// An empty line before what follows, unless it is the first, or stands behind a heading or a bullet.
    fn blank(&mut self) {
        self.flush();
        if !self.out.is_empty() && self.bullet.is_none() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }
}

/// What the language of an example means.
fn block_label(info: &str) -> &'static str {
    match info.rsplit(',').next() {
        Some("bad") => "Found:",
        Some("good") => "Not found:",
        Some("fixed") => "After the fix:",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_as_plain_text() {
        let markdown = "# SYN999: a rule\n\n## What it finds\n\nA raw `@`\nin *a* password.\n\n## Example\n\n```conn,bad\npostgresql://u:p@ss@h/db\n```\n\n- one long item that goes on for a while\n  - [manual](https://example.invalid/x)\n- <https://example.invalid/y>\n";
        let layout = Layout {
            colour: false,
            width: 40,
        };
        assert_eq!(
            render(markdown, layout),
            "SYN999: a rule\n\nWhat it finds\n\nA raw `@` in a password.\n\nExample\n\n  Found:\n    postgresql://u:p@ss@h/db\n\n- one long item that goes on for a while\n  - manual <https://example.invalid/x>\n- https://example.invalid/y\n"
        );
    }

    #[test]
    fn colour_is_for_headings_only() {
        let layout = Layout {
            colour: true,
            width: 80,
        };
        assert_eq!(render("# A\n\nb", layout), "\u{1b}[1mA\u{1b}[0m\n\nb\n");
    }
}
