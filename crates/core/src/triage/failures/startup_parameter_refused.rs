//! ERR056: PgBouncer does not take a setting that the client sends.

use crate::triage::failure::{Failure, Hint, about};
use crate::triage::wording::server;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR056",
        "startup-parameter-refused",
        Persistence::Persistent,
        docs_or_head!("startup_parameter_refused.md"),
    ),
    category: Category::Other,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Port,
    refine: None,
    message: "PgBouncer does not take a setting that the client sends",
    sqlstates: &[],
    steps: &[Hint {
        text: "Add the name to PgBouncer's ignore_startup_parameters; on Flexible Server that is the server parameter pgbouncer.ignore_startup_parameters. Or connect to the server itself, on port 5432.",
        source: "https://www.pgbouncer.org/config.html",
    }],
    wordings: &[
        server("08P01", "unsupported startup parameter: {key}"),
        server("08P01", "unsupported startup parameter in options: {key}"),
        server("08P01", "unsupported startup parameter"),
    ],
};
