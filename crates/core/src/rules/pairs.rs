//! Edits of whole `keyword=value` pairs: taking one out with its separator, or adding one at the end.

use super::Context;
use crate::diagnostics::{Edit, apply};
use crate::layer::neutral;
use crate::model::{Grammar, Origin, Setting};
use crate::parse::parse;
use crate::text::{Span, slice};

/// Takes `setting` out, with one of the separators beside it; `None` where its place is not a pair of its own.
pub(super) fn remove(ctx: &Context<'_>, setting: &Setting) -> Option<Edit> {
    let key = setting.key_span?;
    let whole = with_quotes(ctx, key.to(setting.value.span), setting.value.quote);
    let before = slice(ctx.text, Span::new(0, whole.start));
    let after = slice(ctx.text, Span::new(whole.end, ctx.text.len()));
    let span = match ctx.grammar() {
        Grammar::Uri | Grammar::Jdbc if setting.origin == Origin::Query => {
            if before.ends_with('&') {
                Span::new(whole.start - 1, whole.end)
            } else if after.starts_with('&') {
                Span::new(whole.start, whole.end + 1)
            } else if before.ends_with('?') {
                Span::new(whole.start - 1, whole.end)
            } else {
                return None;
            }
        }
        Grammar::KeyValue if blank_len(after) > 0 => {
            Span::new(whole.start, whole.end + blank_len(after))
        }
        Grammar::KeyValue if after.is_empty() => Span::new(before.trim_end().len(), whole.end),
        Grammar::AdoNet | Grammar::Odbc | Grammar::Pdo => {
            let blanks = after.len() - after.trim_start().len();
            match after.get(blanks..).unwrap_or("") {
                "" => Span::new(before.trim_end().trim_end_matches(';').len(), whole.end),
                rest if rest.starts_with(';') => {
                    let behind = rest.get(1..).unwrap_or("");
                    // The blank behind the separator goes along, a line break does not.
                    let gap = behind.len() - behind.trim_start_matches(' ').len();
                    Span::new(whole.start, whole.end + blanks + 1 + gap)
                }
                _ => return None,
            }
        }
        _ => return None,
    };
    (!ctx.has_variable(span)).then(|| Edit::delete(span))
}

/// Adds `pair` at the end; `None` where it could land in something else, or mean something to a shell.
pub(super) fn add(ctx: &Context<'_>, pair: &str) -> Option<Edit> {
    let end = ctx.text.trim_end().len();
    let text = slice(ctx.text, Span::new(0, end));
    let sound = ctx.meant.errors.is_empty() && !ctx.is_misread() && end > 0;
    // Where a variable ends the string, nobody knows what it ends in.
    if !sound || ctx.has_variable(Span::new(end - 1, end)) {
        return None;
    }
    let separator = match ctx.grammar() {
        Grammar::Uri | Grammar::Jdbc => {
            let before = ctx.surroundings.before;
            let quoted = before.is_empty() || before.ends_with(['"', '\'', '`', '\n']);
            let question = text.contains('?');
            if text.contains('#') || end < ctx.text.len() || !(quoted || text.contains('&')) {
                return None;
            }
            match text.chars().next_back()? {
                '?' | '&' if question => "",
                _ if question => "&",
                _ => "?",
            }
        }
        Grammar::KeyValue if !text.ends_with('\\') => " ",
        Grammar::AdoNet if text.ends_with(';') => "",
        Grammar::AdoNet => ";",
        _ => return None,
    };
    let edit = Edit::insert(end, alloc::format!("{separator}{pair}"));
    // Where the end of the text is not the end of the pairs, it would become a piece of something else.
    let text = neutral(ctx.text, ctx.variables);
    let changed = apply(&text, core::slice::from_ref(&edit)).ok()?;
    let read = parse(&changed, ctx.parse.dialect, ctx.driver);
    let key = pair.split('=').next()?;
    let arrived = |s: &Setting| s.key_span.is_some_and(|at| at.start >= end) && s.key == key;
    read.settings.all.iter().any(arrived).then_some(edit)
}

/// `pair` with the quotes or braces that stand round its value.
fn with_quotes(ctx: &Context<'_>, pair: Span, quote: Option<char>) -> Span {
    let close = match quote {
        None => return pair,
        Some('{') => '}',
        Some(quote) => quote,
    };
    let after = slice(ctx.text, Span::new(pair.end, ctx.text.len()));
    if after.starts_with(close) {
        Span::new(pair.start, pair.end + close.len_utf8())
    } else {
        pair
    }
}

fn blank_len(text: &str) -> usize {
    text.len() - text.trim_start().len()
}
