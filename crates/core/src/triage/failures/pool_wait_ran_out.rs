//! ERR009: the pool got no connection in time.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::wrapper;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR009",
        "pool-wait-ran-out",
        Persistence::Depends,
        docs_or_head!("pool_wait_ran_out.md"),
    ),
    category: Category::ServerUnreachable,
    persistence: Persistence::Depends,
    points_at: PointsAt::None,
    refine: None,
    message: "the pool got no connection in time",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        wrapper("Connection is not available, request timed out after"),
        wrapper("pool timed out while waiting for an open connection"),
        wrapper("Timed out fetching a new connection from the connection pool"),
        wrapper("Timeout acquiring a connection. The pool is probably full"),
        wrapper("SequelizeConnectionAcquireTimeoutError"),
        wrapper("ResourceRequest timed out"),
        wrapper("couldn't get a connection after"),
        wrapper("connection not available and request was dropped from queue"),
        wrapper("Connection acquire timeout"),
        wrapper("timed out trying to get connection"),
        wrapper("PoolTimedOut"),
        wrapper("PoolTimeout"),
    ],
};
