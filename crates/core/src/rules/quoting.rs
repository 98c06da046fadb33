//! Puts quotes round a password that fell apart because it has none.

use super::Context;
use crate::diagnostics::Edit;
use crate::model::Grammar;
use crate::text::Span;
use alloc::vec::Vec;

/// The edits that quote the secret to which the characters at `span` belong, by the grammar's own rules; `None` where they
/// belong to none, or where quotes would have to be guessed.
pub(super) fn quote_secret(ctx: &Context<'_>, span: Span) -> Option<(&'static str, Vec<Edit>)> {
    let secret = *ctx
        .redactor
        .spans()
        .iter()
        .find(|s| s.start <= span.start && span.start < s.end)?;
    let setting = ctx
        .meant
        .settings
        .all
        .iter()
        .find(|s| s.param.is_secret() && s.value.span.start == secret.start)?;
    let raw = ctx.raw(secret);
    let (quote, title) = match ctx.grammar() {
        Grammar::KeyValue => ("'", "Put the value in single quotes"),
        Grammar::AdoNet => ("\"", "Put the value in double quotes"),
        _ => return None,
    };
    let plain = setting.value.quote.is_none()
        && !raw.contains(['\'', '"', '\\', '\n'])
        && !ctx.has_variable(secret);
    plain.then(|| {
        let edits = alloc::vec![
            Edit::insert(secret.start, quote),
            Edit::insert(secret.end, quote)
        ];
        (title, edits)
    })
}
