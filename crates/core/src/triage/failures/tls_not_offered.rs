//! ERR014: the client insists on TLS, and the server offers none.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::{cause, symptom};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR014",
        "tls-not-offered",
        Persistence::Persistent,
        docs_or_head!("tls_not_offered.md"),
    ),
    category: Category::TlsUnsupportedByServer,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Sslmode,
    refine: None,
    message: "the client insists on TLS, and the server offers none",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("server does not support SSL, but SSL was required"),
        cause("The server does not support SSL connections"),
        cause("The server does not support SSL").ambiguous(),
        cause("SSL is not enabled on the server").ambiguous(),
        cause("server refused TLS connection").ambiguous(),
        cause("rejected SSL upgrade").ambiguous(),
        cause("server does not support TLS"),
        cause("No SSL enabled connection from this host is configured"),
        cause("Postgrex.Protocol: ssl not available"),
        cause("ssl not available"),
        symptom("Client network socket disconnected before secure TLS connection was established")
            .ambiguous(),
    ],
};
