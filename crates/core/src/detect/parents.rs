//! What the entries of a document stand below: the keys that YAML indents them under, the sections of an INI file, the
//! brackets of code and JSON.

use crate::text::{Span, slice};
use alloc::vec::Vec;

/// How many levels are told apart, and how far a connection reaches up.
const DEEPEST: usize = 32;

#[derive(Clone, Copy, Debug)]
struct Node {
    name: Span,
    up: usize,
    in_braces: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Section,
    Indent(usize),
    Bracket(char),
}

/// The parents of every place in a text; one look.
#[derive(Debug)]
pub(super) struct Parents {
    nodes: Vec<Node>,
    /// From which byte on which node is the innermost.
    changes: Vec<(usize, usize)>,
}

impl Parents {
    pub(super) fn of(text: &str) -> Self {
        let mut out = Builder {
            text,
            nodes: alloc::vec![Node {
                name: Span::empty(0),
                up: 0,
                in_braces: false,
            }],
            changes: Vec::new(),
            open: Vec::new(),
        };
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            out.line(Span::new(at, at + line.len()));
            at += line.len();
        }
        Self {
            nodes: out.nodes,
            changes: out.changes,
        }
    }

    /// The nodes round the place at byte `at`, innermost first, each with its name.
    pub(super) fn chain(&self, at: usize) -> impl Iterator<Item = (usize, Span)> + '_ {
        self.chain_from(self.innermost(at))
    }

    /// As [`chain`](Self::chain), without the braces that stand round a single member of a list.
    pub(super) fn chain_of_item(&self, at: usize) -> impl Iterator<Item = (usize, Span)> + '_ {
        let node = self.innermost(at);
        let item = self.nodes.get(node).filter(|n| n.in_braces);
        self.chain_from(item.map_or(node, |n| n.up))
    }

    fn innermost(&self, at: usize) -> usize {
        let change = self.changes.partition_point(|(from, _)| *from <= at);
        change
            .checked_sub(1)
            .and_then(|change| self.changes.get(change))
            .map_or(0, |(_, node)| *node)
    }

    fn chain_from(&self, node: usize) -> impl Iterator<Item = (usize, Span)> + '_ {
        let mut next = Some(node);
        core::iter::from_fn(move || {
            let id = next?;
            let node = self.nodes.get(id)?;
            next = (id != 0).then_some(node.up);
            Some((id, node.name))
        })
    }
}

struct Builder<'a> {
    text: &'a str,
    nodes: Vec<Node>,
    changes: Vec<(usize, usize)>,
    open: Vec<(Level, usize)>,
}

impl Builder<'_> {
    fn line(&mut self, span: Span) {
        let raw = slice(self.text, span);
        let content = raw.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            return;
        }
        let indent = raw.len() - raw.trim_start().len();
        let start = span.start + indent;
        let in_brackets = matches!(self.open.last(), Some((Level::Bracket(_), _)));
        if !in_brackets {
            if let Some(name) = content
                .strip_prefix('[')
                .and_then(|rest| rest.split_once(']'))
                .map(|(name, _)| name)
                .filter(|name| !name.contains(['"', '{', ',']))
            {
                self.open.clear();
                let from = start + 1;
                self.push(Level::Section, Span::new(from, from + name.len()), start);
                return;
            }
            let is_item = content.starts_with("- ");
            while let Some((Level::Indent(n), _)) = self.open.last().copied()
                && (n > indent || (n == indent && !is_item))
            {
                self.open.pop();
            }
            self.change(span.start);
            if let Some(name) = content.strip_suffix(':')
                && !name.contains(['(', '{', '='])
            {
                let span = Span::new(start, start + name.len());
                self.push(Level::Indent(indent), span, start + content.len());
                return;
            }
        }
        self.brackets(Span::new(start, start + content.len()));
    }

    fn brackets(&mut self, span: Span) {
        let raw = slice(self.text, span);
        let mut in_string = false;
        let mut before = ' ';
        for (offset, c) in raw.char_indices() {
            let at = span.start + offset;
            match c {
                '"' if before != '\\' => in_string = !in_string,
                _ if in_string => {}
                '{' | '[' | '(' if !matches!(before, '$' | '#' | '%') => {
                    let head = raw.get(..offset).unwrap_or("");
                    let head =
                        head.trim_end_matches(|c: char| c.is_whitespace() || ":=>'\"".contains(c));
                    let len = head
                        .bytes()
                        .rev()
                        .take_while(|b| {
                            b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')
                        })
                        .count();
                    let end = span.start + head.len();
                    let close = match c {
                        '{' => '}',
                        '[' => ']',
                        _ => ')',
                    };
                    self.push(Level::Bracket(close), Span::new(end - len, end), at);
                }
                '}' | ']' | ')'
                    if self
                        .open
                        .last()
                        .is_some_and(|(l, _)| *l == Level::Bracket(c)) =>
                {
                    self.open.pop();
                    self.change(at);
                }
                _ => {}
            }
            before = c;
        }
    }

    fn push(&mut self, level: Level, name: Span, at: usize) {
        if self.open.len() >= DEEPEST {
            return;
        }
        let up = self.open.last().map_or(0, |(_, node)| *node);
        self.open.push((level, self.nodes.len()));
        self.nodes.push(Node {
            name,
            up,
            in_braces: level == Level::Bracket('}'),
        });
        self.change(at);
    }

    fn change(&mut self, at: usize) {
        let node = self.open.last().map_or(0, |(_, node)| *node);
        if self.changes.last().is_none_or(|(_, last)| *last != node) {
            self.changes.push((at, node));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::String;

    /// The names round the mark `^`, innermost first.
    fn names(text: &str) -> String {
        let at = text.find('^').unwrap();
        Parents::of(text)
            .chain(at)
            .map(|(_, name)| slice(text, name))
            .filter(|name| !name.is_empty())
            .collect::<Vec<_>>()
            .join("<")
    }

    #[test]
    fn places_know_what_they_stand_below() {
        for (text, expected) in [
            ("a:\n  b:\n    c: 1\n  ^", "a"),
            ("a:\n  b:\n    ^", "b<a"),
            ("a:\n- x: 1\n  ^", "a"),
            ("a:\n  b: 1\nc: ^", ""),
            ("[a]\nb=1\n[c]\n^", "c"),
            ("{\"a\": {\"b\": 1}, \"c\": {^", "c"),
            ("{\"a\": {\"b\": 1}, ^", ""),
            ("'default': {'x': 1, 'OPTIONS': {^", "OPTIONS<default"),
            ("connect(a='${b}', ^", "connect"),
            ("x = \"(\"\n^", ""),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
        let deep = format!("{}^", "(".repeat(100));
        assert_eq!(Parents::of(&deep).chain(100).count(), DEEPEST + 1);
    }
}
