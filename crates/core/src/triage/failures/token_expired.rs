//! ERR029: the access token has expired.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR029",
        "token-expired",
        Persistence::Persistent,
        docs_or_head!("token_expired.md"),
    ),
    category: Category::TokenExpired,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Password,
    refine: None,
    message: "the access token has expired",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("access token has expired"),
        cause("access token expired"),
        cause("access token is expired"),
        cause("token is expired"),
        cause("token has expired"),
        cause("token expired"),
    ],
};
