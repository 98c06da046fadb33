//! Writes a connection string in another dialect, and says what is lost on the way.
//!
//! What is written is what the source's driver reads, not what the source's text looks like; and it is written so that the
//! target's driver reads the same. Where a driver refuses a text whose meaning is beyond doubt, the meaning is converted.

pub(crate) mod equivalents;
mod quote;
mod source;
#[cfg(test)]
mod tests;
mod tls;
mod word;
mod write;

use crate::detect::{self, Beside, Candidate, Clues};
use crate::lint::{Options, unmarked};
use crate::model::{Dialect, Driver};
use crate::text::Span;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// A connection string in another dialect.
#[derive(Clone, PartialEq, Eq)]
pub struct Converted {
    /// What it was written in.
    pub from: Dialect,
    /// What it is written in now.
    pub to: Dialect,
    /// Where the original stands, in bytes of the whole text.
    pub span: Span,
    /// The result, with the user's own password in it.
    pub text: String,
    /// The result as it may be shown: `***` in the place of every secret.
    pub masked: String,
    /// What could not be taken over as it was, in the order of the original.
    pub losses: Vec<Loss>,
}

impl fmt::Debug for Converted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Converted")
            .field("from", &self.from)
            .field("to", &self.to)
            .field("span", &self.span)
            .field("masked", &self.masked)
            .field("losses", &self.losses)
            .finish_non_exhaustive()
    }
}

/// What became of a setting that has no exact counterpart. Shows no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Where the setting stands in the whole text; `None` for one that the text does not spell out.
    pub span: Option<Span>,
    /// The keyword as written, or libpq's for what a position says.
    pub keyword: String,
    /// What became of it.
    pub kind: LossKind,
    /// Why, and what to do.
    pub note: String,
}

/// What becomes of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LossKind {
    /// It was left out.
    Dropped,
    /// It is there, and means or looks a little different.
    Changed,
    /// It was left out, and the target's driver can be told in code.
    NeedsCode,
}

impl LossKind {
    /// The name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dropped => "dropped",
            Self::Changed => "changed",
            Self::NeedsCode => "needs-code",
        }
    }
}

/// Why a text cannot be converted. Shows no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConvertError {
    /// Nothing can be converted to this dialect.
    NoTarget {
        /// The dialect.
        to: Dialect,
    },
    /// The source's driver refuses the string, and what was meant is in doubt.
    Refused {
        /// What it refuses, in bytes of the whole text.
        span: Span,
        /// The driver.
        driver: Driver,
        /// Its own words, where connlint knows them.
        error: Option<String>,
    },
    /// The dialect has no place for what matters most in the string.
    Unfit {
        /// What has no place, in bytes of the whole text; `None` for something that is missing.
        span: Option<Span>,
        /// The dialect.
        to: Dialect,
        /// Why.
        why: &'static str,
    },
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTarget { to } => write!(
                f,
                "cannot convert to {to}: no driver reads it, its `Data Source` least of all; ado.net is what .NET reads"
            ),
            Self::Refused {
                driver,
                error: Some(error),
                ..
            } => write!(
                f,
                "{} refuses this text: {error}; mend it first, connlint lint says how",
                driver.label()
            ),
            Self::Refused {
                driver,
                error: None,
                ..
            } => write!(
                f,
                "{} cannot read this text; mend it first, connlint lint says how",
                driver.label()
            ),
            Self::Unfit { to, why, .. } => write!(f, "cannot convert to {to}: {why}"),
        }
    }
}

impl core::error::Error for ConvertError {}

impl ConvertError {
    /// Where the trouble is, in bytes of the whole text.
    #[must_use]
    pub const fn span(&self) -> Option<Span> {
        match self {
            Self::NoTarget { .. } => None,
            Self::Refused { span, .. } => Some(*span),
            Self::Unfit { span, .. } => *span,
        }
    }
}

/// Writes every connection string in `text` in the dialect `to`; empty if there is none.
///
/// Time is linear in the text's length.
///
/// # Errors
///
/// The first string that cannot be converted, and why.
///
/// ```
/// use connlint_core::{Dialect, Options, convert::convert};
///
/// let text = "postgresql://app:p%40ss@db.example/shop?sslmode=require";
/// let out = convert(text, &Options::default(), Dialect::AdoNet)?;
/// assert_eq!(
///     out[0].text,
///     "Host=db.example;Database=shop;Username=app;Password=p@ss;SSL Mode=Require"
/// );
/// # Ok::<(), connlint_core::convert::ConvertError>(())
/// ```
pub fn convert(text: &str, options: &Options, to: Dialect) -> Result<Vec<Converted>, ConvertError> {
    some(text, None, options, to)
}

/// As [`convert`], for the string at `index` of those that [`lint`](crate::lint::lint) finds; `None` if there is none.
///
/// # Errors
///
/// Why it cannot be converted.
pub fn convert_one(
    text: &str,
    index: usize,
    options: &Options,
    to: Dialect,
) -> Result<Option<Converted>, ConvertError> {
    some(text, Some(index), options, to).map(|converted| converted.into_iter().next())
}

/// All strings, or the one at `index`.
fn some(
    text: &str,
    index: Option<usize>,
    options: &Options,
    to: Dialect,
) -> Result<Vec<Converted>, ConvertError> {
    if to == Dialect::Webapp {
        return Err(ConvertError::NoTarget { to });
    }
    let text = &*unmarked(text);
    let found = detect::find(text);
    // One look for all of them.
    let clues = Clues::of(text);
    let beside = Beside::of(text, &found);
    let paste = Paste {
        text,
        clues,
        beside,
    };
    found
        .iter()
        .enumerate()
        .filter(|(at, _)| index.is_none_or(|index| *at == index))
        .map(|(_, candidate)| one(&paste, candidate, options, to))
        .collect()
}

/// The whole text, with what was seen in it.
struct Paste<'a> {
    text: &'a str,
    clues: Clues,
    beside: Beside,
}

fn one(
    paste: &Paste<'_>,
    candidate: &Candidate,
    options: &Options,
    to: Dialect,
) -> Result<Converted, ConvertError> {
    let excerpt = &candidate.excerpt;
    let driver = if options.driver == Driver::Auto {
        paste.clues.driver(candidate.dialect)
    } else {
        options.driver
    };
    let from = candidate.dialect.spoken_by(driver);
    let place = |span| excerpt.to_paste(span);
    let placed = |error: ConvertError| match error {
        ConvertError::Refused {
            span,
            driver,
            error,
        } => ConvertError::Refused {
            span: place(span),
            driver,
            error,
        },
        ConvertError::Unfit { span, to, why } => ConvertError::Unfit {
            span: span.map(place),
            to,
            why,
        },
        error @ ConvertError::NoTarget { .. } => error,
    };
    let mut source =
        source::read(&excerpt.text, from, driver, &excerpt.variables()).map_err(placed)?;
    let beside = paste.beside.of_string(paste.text, excerpt, from);
    source::complete(paste.text, &beside, &mut source);
    let (text, losses) = write::write(&source, to).map_err(placed)?;
    let mut losses: Vec<Loss> = source
        .losses
        .into_iter()
        .chain(losses)
        .map(|loss| Loss {
            span: loss.span.map(place),
            ..loss
        })
        .collect();
    losses.sort_by_key(|loss| loss.span.map(|span| span.start));
    Ok(Converted {
        from,
        to,
        span: excerpt.span,
        text: text.full,
        masked: text.masked,
        losses,
    })
}
