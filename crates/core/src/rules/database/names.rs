//! The name of the database, where it can be judged.

use crate::model::{Grammar, Param, Setting};
use crate::placeholder;
use crate::rules::Context;

/// The database's name as the driver reads it, with its setting.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a> {
    /// The setting.
    pub(super) setting: &'a Setting,
    /// What the driver reads.
    pub(super) text: &'a str,
}

/// The database's name, where all of it is known: no variable, no placeholder, no piece of a secret, and nothing that belongs to
/// a query or to a string of its own. A line of `.pgpass` names what another string must say, and is none.
pub(super) fn name<'a>(ctx: &Context<'a>) -> Option<Name<'a>> {
    let setting = ctx.get(Param::Database)?;
    let span = setting.value.span;
    let text = setting.value.shown()?;
    let known = !text.is_empty()
        && ctx.grammar() != Grammar::Pgpass
        && !ctx.redactor.hides(span)
        && !ctx.has_variable(span)
        && placeholder::find(ctx.raw(span)).is_empty();
    let alone = !text.contains(['=', '&', '?', ';', '@']) && !text.contains("://");
    (known && alone).then_some(Name { setting, text })
}

/// Whether the string as a whole says where to connect to, so that what it does not say is not said elsewhere.
pub(super) const fn stands_alone(ctx: &Context<'_>) -> bool {
    !matches!(
        ctx.grammar(),
        Grammar::Command | Grammar::Pgpass | Grammar::Entries
    )
}
