//! ERR041: the server ended the connection because it was idle too long.

use crate::triage::failure::{Failure, Hint, about};
use crate::triage::wording::{cause, server};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR041",
        "ended-after-idling",
        Persistence::Persistent,
        docs_or_head!("ended_after_idling.md"),
    ),
    category: Category::ConnectionDropped,
    persistence: Persistence::Persistent,
    points_at: PointsAt::None,
    refine: None,
    message: "the server ended the connection because it was idle too long",
    sqlstates: &["25P03", "57P05", "25P04"],
    steps: &[Hint {
        text: "End each transaction before the program waits for anything else, and let the pool close idle connections sooner than the server does.",
        source: "https://www.postgresql.org/docs/current/runtime-config-client.html",
    }],
    wordings: &[
        server(
            "25P03",
            "terminating connection due to idle-in-transaction timeout",
        ),
        server(
            "57P05",
            "terminating connection due to idle-session timeout",
        ),
        server("25P04", "terminating connection due to transaction timeout"),
        cause("client_idle_timeout"),
        cause("idle transaction timeout"),
        cause("idle_transaction_timeout"),
    ],
};
