//! ERR055: the server sent an error before TLS was set up.

use crate::triage::failure::{Failure, Hint, about};
use crate::triage::wording::symptom;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR055",
        "server-error-before-tls",
        Persistence::Depends,
        docs_or_head!("server_error_before_tls.md"),
    ),
    category: Category::Other,
    persistence: Persistence::Depends,
    points_at: PointsAt::None,
    refine: None,
    message: "the server sent an error before TLS was set up",
    sqlstates: &[],
    steps: &[Hint {
        text: "Look into the server's log for the text that the client does not show: at this point it is mostly a lack of memory, or a pooler at its limit.",
        source: "https://www.postgresql.org/docs/current/libpq-ssl.html",
    }],
    wordings: &[symptom("server sent an error response during SSL exchange")],
};
