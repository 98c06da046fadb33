//! Which part of a string a character stands in.

use crate::model::{Param, Setting};
use crate::order::Order as _;
use crate::parse::TokenKind;
use crate::rules::Context;
use crate::text::Span;
use alloc::vec::Vec;

/// A part of a string.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'a> {
    /// The value of a setting.
    Value(&'a Setting),
    /// The keyword of a setting.
    Keyword,
    /// What stands before the authority of a URI.
    Scheme,
    /// What the driver takes for a blank.
    Blank,
    /// Anything else.
    Elsewhere,
}

impl Place<'_> {
    /// What people call it in a sentence.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Value(setting) => setting.param.noun(),
            Self::Keyword => "keyword",
            Self::Scheme => "scheme",
            Self::Blank | Self::Elsewhere => "string",
        }
    }

    /// What the setting means whose value it is.
    pub(super) const fn param(self) -> Option<Param> {
        match self {
            Self::Value(setting) => Some(setting.param),
            _ => None,
        }
    }

    /// Whether it is the value of a secret.
    pub(super) fn is_secret(self) -> bool {
        self.param().is_some_and(Param::is_secret)
    }
}

/// The parts of a string in order, to look many characters up in.
pub(super) struct Places<'a> {
    parts: Vec<(Span, Place<'a>)>,
}

impl<'a> Places<'a> {
    pub(super) fn of(ctx: &Context<'a>) -> Self {
        let settings = ctx.settings().all.iter();
        let values = settings
            .clone()
            .map(|s| (s.value.span, Place::Value(s)))
            .chain(settings.filter_map(|s| Some((s.key_span?, Place::Keyword))));
        let tokens = ctx.meant.tokens.iter().filter_map(|token| {
            let place = match token.kind {
                TokenKind::Scheme => Place::Scheme,
                TokenKind::Space => Place::Blank,
                _ => return None,
            };
            Some((token.span, place))
        });
        let mut parts: Vec<_> = values.chain(tokens).collect();
        parts.order_by_key(|(span, _)| (span.start, span.end));
        Self { parts }
    }

    /// The part that the character at byte `at` stands in.
    pub(super) fn at(&self, at: usize) -> Place<'a> {
        let next = self.parts.partition_point(|(span, _)| span.start <= at);
        // Parts seldom lie in one another; the one that begins last is the innermost.
        self.parts
            .get(..next)
            .into_iter()
            .flatten()
            .rev()
            .take(4)
            .find(|(span, _)| at < span.end)
            .map_or(Place::Elsewhere, |(_, place)| *place)
    }
}
