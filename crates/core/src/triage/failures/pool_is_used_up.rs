//! ERR010: every connection of the program's own pool is in use.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR010",
        "pool-is-used-up",
        Persistence::Depends,
        docs_or_head!("pool_is_used_up.md"),
    ),
    category: Category::TooManyConnections,
    persistence: Persistence::Depends,
    points_at: PointsAt::None,
    refine: None,
    message: "every connection of the program's own pool is in use",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("The connection pool has been exhausted"),
        cause("QueuePool limit of size"),
        cause("all pooled connections were in use"),
        cause("Timeout: Pool empty"),
        cause("Timeout waiting for idle object"),
        cause("pool exhausted"),
    ],
};
