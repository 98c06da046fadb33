//! The password of a string, for the rules about secrets: whether there is a real one, never what it is.

use crate::model::{Param, Setting};
use crate::placeholder;
use crate::rules::Context;

/// The password that the string gives, where it is a real one: not empty, and nothing that is yet to be filled in.
pub(super) fn real<'a>(ctx: &Context<'a>) -> Option<&'a Setting> {
    ctx.get(Param::Password).filter(|setting| {
        let span = setting.value.span;
        !setting.value.expose().is_empty()
            && !ctx.has_variable(span)
            && placeholder::find(ctx.raw(span)).is_empty()
    })
}
