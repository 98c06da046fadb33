//! ERR042: a replica ended the connection to go on with recovery.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::server;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR042",
        "in-the-way-of-recovery",
        Persistence::Transient,
        docs_or_head!("in_the_way_of_recovery.md"),
    ),
    category: Category::ConnectionDropped,
    persistence: Persistence::Transient,
    points_at: PointsAt::None,
    refine: None,
    message: "a replica ended the connection to go on with recovery",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        server(
            "40001",
            "terminating connection due to conflict with recovery",
        ),
        server("40001", "canceling statement due to conflict with recovery"),
    ],
};
