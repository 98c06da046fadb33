//! ERR059: the server is out of memory or disk space.

use crate::triage::failure::{Failure, Hint, about};
use crate::triage::wording::server;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR059",
        "server-out-of-resources",
        Persistence::Depends,
        docs_or_head!("server_out_of_resources.md"),
    ),
    category: Category::Other,
    persistence: Persistence::Depends,
    points_at: PointsAt::None,
    refine: None,
    message: "the server is out of memory or disk space",
    sqlstates: &["53100", "53200", "53000"],
    steps: &[Hint {
        text: "Look at storage and memory of the server in its metrics; take a larger size if they stay near the limit.",
        source: "https://learn.microsoft.com/azure/postgresql/configure-maintain/concepts-limits",
    }],
    wordings: &[
        server("53100", "No space left on device"),
        server("53100", "could not extend file"),
        server("53200", "FATAL: out of memory"),
        server("53200", "ERROR: out of memory"),
        server("53200", "out of shared memory"),
        server("53000", "could not fork new process for connection"),
    ],
};
