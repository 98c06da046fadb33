//! What was lost in a conversion, for people.

use super::{BOLD, DIM, Layout};
use crate::printable::printable;
use anstyle::{AnsiColor, Style};
use connlint_core::LineIndex;
use connlint_core::convert::{Converted, LossKind};
use std::fmt::Write as _;

const GONE: Style = AnsiColor::Yellow.on_default().bold();

/// The losses of `converted`, one after the other; empty if there are none.
///
/// `path` is what to call `text`, which was converted.
#[must_use]
pub fn losses(path: &str, text: &str, converted: &[Converted], layout: Layout) -> String {
    let index = LineIndex::new(text);
    let mut out = String::new();
    for one in converted {
        for loss in &one.losses {
            let at = index.line_column(loss.span.unwrap_or(one.span).start);
            let (style, kind) = match loss.kind {
                LossKind::Dropped => (GONE, "left out"),
                LossKind::NeedsCode => (GONE, "left out, needs code"),
                LossKind::Changed => (BOLD, "changed"),
            };
            let place = format!("{path}:{}:{}:", at.line, at.column);
            let line = format!("{}: {}", printable(&loss.keyword), printable(&loss.note));
            let head = format!(
                "{} {} ",
                layout.paint(DIM, &printable(&place)),
                layout.paint(style, kind)
            );
            // The colours take no cells, so what is wrapped stands on lines of its own.
            let _ = writeln!(out, "{}", head.trim_end());
            let _ = writeln!(out, "{}", layout.wrap(&line, "  ", "  "));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::convert::convert;
    use connlint_core::{Dialect, Options};

    #[test]
    fn a_loss_says_where_what_and_why() {
        let text = "\npostgresql://app:pw@db.example/shop?sslmode=require&sslcrl=x";
        let converted = convert(text, &Options::default(), Dialect::NodeUrl).unwrap();
        let shown = losses("-", text, &converted, Layout::default());
        assert_eq!(
            shown,
            "-:2:37: changed\n  sslmode: to node-postgres `require` means TLS always, issuer and host name checked against the\n  system's or the runtime's roots; written otherwise to keep TLS always, the certificate unchecked\n-:2:60: left out\n  sslcrl: node-url has nothing like it\n"
        );
    }
}
