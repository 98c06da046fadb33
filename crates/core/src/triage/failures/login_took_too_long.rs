//! ERR044: the login took longer than the server waits.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR044",
        "login-took-too-long",
        Persistence::Transient,
        docs_or_head!("login_took_too_long.md"),
    ),
    category: Category::ConnectionDropped,
    persistence: Persistence::Transient,
    points_at: PointsAt::None,
    refine: None,
    message: "the login took longer than the server waits",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("canceling authentication due to timeout"),
        cause("client_login_timeout"),
    ],
};
