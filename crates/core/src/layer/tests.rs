//! Steps put together, and edits on their way back through them.

use super::*;
use crate::diagnostics::apply;
use std::string::ToString;
use std::vec;

fn excerpt(sheet: &Sheet<'_>, body: &str, escapes: Escapes) -> Excerpt {
    let at = sheet.text.find(body).unwrap();
    let piece = Piece::new(Span::new(at, at + body.len()), escapes);
    sheet.excerpt(Layer::Plain, Notation::Plain, &[piece])
}

#[test]
fn an_edit_is_written_in_every_layer_on_its_way() {
    // JSON in a shell's single quotes.
    let paste = r#"az --set '{"a": "b\\c"}'"#;
    let outer = paste.find('{').unwrap();
    let inner = Sheet::paste(paste).open(
        Layer::Shell,
        &[Piece::new(
            Span::new(outer, paste.len() - 1),
            Escapes::ShellSingle,
        )],
    );
    let string = excerpt(&inner, r"b\\c", Escapes::Backslash { quote: '"' });
    assert_eq!(string.text, r"b\c");
    assert_eq!(string.layer, Layer::Shell);
    assert_eq!(slice(paste, string.span), r"b\\c");
    let edits = string
        .write(vec![Edit::replace(Span::new(1, 2), "'\"")], &[])
        .unwrap();
    assert_eq!(
        apply(paste, &edits).unwrap(),
        r#"az --set '{"a": "b'\''\"c"}'"#
    );
}

#[test]
fn base64_is_written_again_as_far_as_it_changes() {
    let paste = "kind: Secret\ndata:\n  A: cG9zdGdyZXMK\n";
    let sheet = Paper::Kubernetes.peel(&Sheet::paste(paste)).unwrap();
    let string = excerpt(&sheet, "postgres\n", Escapes::None);
    assert_eq!(string.layer, Layer::KubernetesSecret);
    assert_eq!(slice(paste, string.span), "cG9zdGdyZXMK");
    // The last sign holds the line break alone, so that nothing of a secret has to be written.
    let secret = [Span::new(0, 8)];
    let edits = string
        .write(vec![Edit::delete(Span::new(8, 9))], &secret)
        .unwrap();
    assert_eq!(edits.len(), 1);
    assert_eq!(edits[0].text, "=");
    assert_eq!(apply(paste, &edits).unwrap(), paste.replace("XMK", "XM="));
    // What is put before a secret moves it, so that it would have to be shown.
    let grown = vec![Edit::insert(0, "x")];
    assert!(string.write(grown.clone(), &[]).is_some());
    assert_eq!(string.write(grown, &secret), None);
    let behind = vec![Edit::insert(8, "!")];
    assert!(string.write(behind, &secret).is_some());
}

#[test]
fn secrets_are_covered_by_whole_groups() {
    let paste = "kind: Secret\ndata:\n  A: cG9zdGdyZXMK\n";
    let sheet = Paper::Kubernetes.peel(&Sheet::paste(paste)).unwrap();
    let string = excerpt(&sheet, "postgres\n", Escapes::None);
    let shown = |from, to| slice(paste, string.cover(Span::new(from, to)));
    assert_eq!(shown(0, 1), "cG9z");
    assert_eq!(shown(2, 4), "cG9zdGdy");
    assert_eq!(shown(3, 9), "dGdyZXMK");
}

#[test]
fn characters_that_stand_raw_are_told_from_escaped_ones() {
    let paste = r#"export A="a\$b$c""#;
    let string = excerpt(&Sheet::paste(paste), r"a\$b$c", Escapes::ShellDouble);
    assert_eq!(string.text, "a$b$c");
    let raw = string.raw_in(
        Span::new(0, string.text.len()),
        |c| c == '$',
        |escapes| escapes == Escapes::ShellDouble,
    );
    assert_eq!(raw, [Span::new(3, 4)]);
    let edits = string.write(vec![Edit::replace(raw[0], "$")], &[]).unwrap();
    assert_eq!(apply(paste, &edits).unwrap(), r#"export A="a\$b\$c""#);
    assert_eq!(string.to_paste(Span::new(1, 2)), Span::new(11, 13));
}

#[test]
fn code_between_literals_is_a_variable() {
    let paste = "\"a=\" + b + \";c\"";
    let pieces = [
        Piece::plain(Span::new(1, 3)),
        Piece::hole(Span::new(3, 12)),
        Piece::plain(Span::new(12, 14)),
    ];
    let string = Sheet::paste(paste).excerpt(Layer::Plain, Notation::Plain, &pieces);
    assert_eq!(string.text, "a=\" + b + \";c".to_string());
    assert_eq!(string.variables(), [Span::new(2, 11)]);
}
