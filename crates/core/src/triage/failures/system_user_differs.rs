//! ERR027: the server compares with the system's user, and they differ.

use crate::triage::failure::{Failure, Hint, about};
use crate::triage::wording::server;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR027",
        "system-user-differs",
        Persistence::Persistent,
        docs_or_head!("system_user_differs.md"),
    ),
    category: Category::PasswordWrong,
    persistence: Persistence::Persistent,
    points_at: PointsAt::User,
    refine: None,
    message: "the server compares with the system's user, and they differ",
    sqlstates: &[],
    steps: &[Hint {
        text: "Name the host, so that the client comes over TCP and is asked for a password; or change the method of this line in pg_hba.conf from peer or ident to scram-sha-256.",
        source: "https://www.postgresql.org/docs/current/auth-peer.html",
    }],
    wordings: &[
        server("28000", r#"Peer authentication failed for user "{user}""#),
        server("28000", r#"Ident authentication failed for user "{user}""#),
        server("28000", "Peer authentication failed"),
        server("28000", "Ident authentication failed"),
    ],
};
