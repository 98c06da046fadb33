//! Kubernetes secrets: the values below `data:` are in base64, those below `stringData:` stand as they are.

use super::blocks::{block_scalar, indent};
use super::step::Writer;
use super::{Escapes, Step, base64};
use crate::text::{Span, slice};
use alloc::string::String;
use alloc::vec::Vec;

/// The document with what its base64 stands for in its place, so that it reads like `stringData:`.
pub(super) fn decode(text: &str) -> (String, Step) {
    let mut writer = Writer::new(text, 0);
    let values = if text.trim_start().starts_with('{') {
        json(text)
    } else {
        yaml(text)
    };
    for value in values {
        writer.keep_to(value.start);
        let raw = slice(text, value);
        let quoted = text
            .get(..value.start)
            .is_some_and(|before| before.ends_with(['"', '\'']));
        match base64::decode(raw) {
            Ok(decoded) => put(&mut writer, &decoded, value, quoted),
            Err(base64::Refusal::NoText) if !looks_plain(raw) => writer.keep_to(value.end),
            Err(_) => writer.not_base64(value.end),
        }
    }
    writer.keep_to(text.len());
    writer.finish()
}

/// Puts a decoded value where YAML or JSON reads it as it is: in quotes, where it would not do so without.
fn put(writer: &mut Writer<'_>, decoded: &str, value: Span, quoted: bool) {
    let escapes = Escapes::Backslash { quote: '"' };
    if quoted {
        writer.whole(escapes.encode(decoded), value, escapes);
        return;
    }
    let line = decoded.trim_end_matches(['\r', '\n']);
    let is_document = line.contains('\n') || (line.starts_with('{') && line.contains("\":"));
    let reads_alike = !line.starts_with(|c: char| c.is_whitespace() || "\"'{[(&*".contains(c))
        && !line.ends_with([' ', '\t'])
        && !line.contains(" #");
    if is_document || reads_alike {
        writer.whole(decoded.into(), value, Escapes::None);
    } else {
        writer.stand_in('"', 0);
        writer.whole(escapes.encode(decoded), value, escapes);
        writer.stand_in('"', 0);
    }
}

/// Whether what happens to be base64 reads like a word that was never encoded: `postgres`, `my-db`.
pub(super) fn looks_plain(raw: &str) -> bool {
    let count = |wanted: fn(&u8) -> bool| raw.bytes().filter(wanted).count();
    let upper = count(u8::is_ascii_uppercase);
    let begins_upper = raw.starts_with(|c: char| c.is_ascii_uppercase());
    raw.len() < 24
        && raw.bytes().all(|b| b.is_ascii_alphanumeric())
        && count(u8::is_ascii_lowercase) > 0
        && upper == usize::from(begins_upper)
}

/// A template fills it in.
fn is_template(raw: &str) -> bool {
    raw.contains("{{") || raw.contains("${") || raw.starts_with(['<', '$', '!', '{', '[', '&', '*'])
}

/// Where the values below `data:` stand, in every document whose kind is Secret.
fn yaml(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut lines: Vec<Span> = Vec::new();
    for line in text.split_inclusive('\n') {
        let span = Span::new(at, at + line.len());
        at = span.end;
        if line.starts_with("---") {
            document(text, &lines, &mut out);
            lines.clear();
        } else {
            lines.push(span);
        }
    }
    document(text, &lines, &mut out);
    out
}

fn document(text: &str, lines: &[Span], out: &mut Vec<Span>) {
    let is_secret = lines.iter().any(|line| {
        let line = slice(text, *line).trim();
        let line = line.strip_prefix("- ").unwrap_or(line);
        line.strip_prefix("kind:")
            .is_some_and(|kind| kind.trim().trim_matches(['"', '\'']) == "Secret")
    });
    if !is_secret {
        return;
    }
    let mut data: Option<usize> = None;
    let mut done = 0;
    for line in lines
        .iter()
        .filter(|line| !slice(text, **line).trim().is_empty())
    {
        let raw = slice(text, *line);
        let content = raw.trim();
        if line.start < done || content.starts_with('#') {
            continue;
        }
        if data.is_some_and(|outer| indent(raw) <= outer) {
            data = None;
        }
        if data.is_none() {
            data = (content == "data:").then(|| indent(raw));
            continue;
        }
        let start = line.start + indent(raw);
        let trimmed = Span::new(start, start + content.len());
        if let Some(block) = block_scalar(text, trimmed) {
            done = block.span.end;
            let kept = slice(text, block.span);
            let first = block.span.start + indent(kept);
            out.push(Span::new(first, block.span.start + kept.trim_end().len()));
            continue;
        }
        let Some(len) = content.find(": ") else {
            continue;
        };
        let behind = content.get(len + 2..).unwrap_or("");
        let value = behind.trim_start();
        let from = trimmed.end - value.len();
        let span = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inside = value.get(1..).unwrap_or("");
                inside
                    .find(quote)
                    .map(|len| Span::new(from + 1, from + 1 + len))
            }
            _ => {
                let len = value.find(" #").unwrap_or(value.len());
                Some(Span::new(
                    from,
                    from + value.get(..len).unwrap_or("").trim_end().len(),
                ))
            }
        };
        out.extend(span.filter(|span| !span.is_empty() && !is_template(slice(text, *span))));
    }
}

/// Where the values of the member `data` stand, in a secret that is written in JSON.
fn json(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("\"data\"")) {
        from += at + 6;
        let rest = text.get(from..).unwrap_or("");
        let Some(body) = rest
            .trim_start()
            .strip_prefix(':')
            .and_then(|rest| rest.trim_start().strip_prefix('{'))
        else {
            continue;
        };
        let start = text.len() - body.len();
        let end = start + body.find('}').unwrap_or(body.len());
        // Strings in turn: a name, a value.
        let mut quotes = slice(text, Span::new(start, end)).match_indices('"');
        while let (Some(_), Some(_), Some((open, _)), Some((close, _))) =
            (quotes.next(), quotes.next(), quotes.next(), quotes.next())
        {
            let span = Span::new(start + open + 1, start + close);
            out.extend(Some(span).filter(|s| !s.is_empty() && !is_template(slice(text, *s))));
        }
        from = end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_decoded_and_string_data_kept() {
        let text = "kind: Secret\ndata:\n  A: cG9zdGdyZXM=\n  B: \"YQo=\" # c\n  C: |\n    cG9z\n    dGdyZXM=\n  D: ICNh\nstringData:\n  E: cG9zdGdyZXM=\n";
        assert_eq!(
            decode(text).0,
            "kind: Secret\ndata:\n  A: postgres\n  B: \"a\\n\" # c\n  C: |\n    postgres\n  D: \" #a\"\nstringData:\n  E: cG9zdGdyZXM=\n"
        );
        let text = "{\"kind\": \"Secret\", \"data\": {\"A\": \"cG9zdGdyZXM=\", \"B\": \"YSJi\"}}";
        assert_eq!(
            decode(text).0,
            "{\"kind\": \"Secret\", \"data\": {\"A\": \"postgres\", \"B\": \"a\\\"b\"}}"
        );
    }

    #[test]
    fn what_is_no_secret_or_no_base64_stays() {
        for text in [
            "kind: ConfigMap\ndata:\n  A: cG9zdGdyZXM=\n",
            "kind: Secret\ndata:\n  A: {{ .Values.a | b64enc }}\n",
            "kind: Secret\ndata:\n  A: p@ss\n  B: postgres\n",
            "kind: Secret\ndata:\n  key.p12: /////w==\n",
        ] {
            assert_eq!(decode(text).0, text);
        }
        let (_, step) = decode("kind: Secret\ndata:\n  A: p@ss\n  B: postgres\n  C: /////w==\n");
        assert_eq!(step.regions().len(), 2);
    }
}
