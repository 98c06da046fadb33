//! ERR045: the server reached takes no writes.

use crate::triage::failure::{Failure, Hint, about};
use crate::triage::wording::{cause, server};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR045",
        "server-takes-no-writes",
        Persistence::Persistent,
        docs_or_head!("server_takes_no_writes.md"),
    ),
    category: Category::Other,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Host,
    refine: None,
    message: "the server reached takes no writes",
    sqlstates: &["25006"],
    steps: &[
        Hint {
            text: "Connect to the primary, not to a replica or a reader endpoint; with several hosts, ask for it with target_session_attrs=read-write.",
            source: "https://www.postgresql.org/docs/current/libpq-connect.html",
        },
        Hint {
            text: "Look at the storage: Flexible Server goes read-only at 95 % or with less than 5 GiB left.",
            source: "https://learn.microsoft.com/azure/postgresql/configure-maintain/concepts-limits",
        },
    ],
    wordings: &[
        server("25006", "in a read-only transaction"),
        cause("session is read-only"),
        cause("session is not read-only"),
        cause("server is in hot standby mode"),
        cause("server is not in hot standby mode"),
        cause("Could not find a server with specified targetServerType"),
        cause("no server matching"),
        cause("read-write server"),
        server(
            "25006",
            "cannot set transaction read-write mode during recovery",
        ),
    ],
};
