//! ERR046: what answers on this port is not PostgreSQL.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR046",
        "not-postgresql",
        Persistence::Persistent,
        docs_or_head!("not_postgresql.md"),
    ),
    category: Category::NotPostgres,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Port,
    refine: None,
    message: "what answers on this port is not PostgreSQL",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("received invalid response to SSL negotiation"),
        cause("received invalid response to GSSAPI negotiation"),
        cause("expected authentication request from server, but received"),
        cause("There was an error establishing an SSL connection"),
        cause("An error occurred while setting up the SSL connection"),
        cause("unsupported frontend protocol"),
        cause("invalid length of startup packet"),
        cause("lost synchronization with server"),
        cause("unexpected response from SSLRequest"),
        cause("bytes remaining on stream").ambiguous(),
        cause("unexpected response from server"),
        cause("Protocol error. Session setup failed"),
        cause("Received unexpected backend message").likely(),
        cause("unexpected message from server"),
        cause("HTTP/1.1 400 Bad Request").likely(),
    ],
};
