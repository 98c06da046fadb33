//! ERR023: the server asks for a password, and the client has none.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR023",
        "no-password-given",
        Persistence::Persistent,
        docs_or_head!("no_password_given.md"),
    ),
    category: Category::PasswordWrong,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Password,
    refine: None,
    message: "the server asks for a password, and the client has none",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("fe_sendauth: no password supplied"),
        cause("no password supplied"),
        cause("but no password was provided"),
        cause("No password has been provided"),
        cause("password missing"),
        cause("empty password returned by client"),
        cause("password is required"),
    ],
};
