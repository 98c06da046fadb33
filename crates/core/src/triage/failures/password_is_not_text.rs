//! ERR024: the password that the program passes is not a string.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR024",
        "password-is-not-text",
        Persistence::Persistent,
        docs_or_head!("password_is_not_text.md"),
    ),
    category: Category::ClientParseError,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Password,
    refine: None,
    message: "the password that the program passes is not a string",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("client password must be a string"),
        cause("client password must be a non-empty string"),
        cause("password must be a string"),
        cause("Invalid password type"),
    ],
};
