//! ERR028: the gateway wants the user as `user@servername`.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::server;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR028",
        "user-without-server",
        Persistence::Persistent,
        docs_or_head!("user_without_server.md"),
    ),
    category: Category::UsernameFormat,
    persistence: Persistence::Persistent,
    points_at: PointsAt::User,
    refine: None,
    message: "the gateway wants the user as `user@servername`",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        server("28000", "Invalid Username specified"),
        server(
            "28000",
            "The Username should be in <username@hostname> format",
        ),
    ],
};
