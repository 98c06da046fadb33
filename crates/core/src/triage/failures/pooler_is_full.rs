//! ERR038: PgBouncer has no connection to give.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR038",
        "pooler-is-full",
        Persistence::Transient,
        docs_or_head!("pooler_is_full.md"),
    ),
    category: Category::TooManyConnections,
    persistence: Persistence::Transient,
    points_at: PointsAt::None,
    refine: None,
    message: "PgBouncer has no connection to give",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("no more connections allowed (max_client_conn)"),
        cause("no more connections allowed"),
        cause("client connections exceeded"),
        cause("max_client_conn"),
        cause("max_db_connections"),
        cause("query_wait_timeout"),
        cause("Max client connections reached"),
    ],
};
