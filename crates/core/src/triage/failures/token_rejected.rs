//! ERR030: the server does not accept this access token.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR030",
        "token-rejected",
        Persistence::Persistent,
        docs_or_head!("token_rejected.md"),
    ),
    category: Category::TokenInvalid,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Password,
    refine: None,
    message: "the server does not accept this access token",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("validating the access token"),
        cause("does not have a valid audience claim"),
        cause("Invalid access token"),
        cause("access token is not valid"),
        cause("access token not valid"),
        cause("Please acquire a new token"),
    ],
};
