//! ERR033: the client does not know the server's way to log in.

use crate::triage::failure::{Failure, Hint, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR033",
        "login-method-not-known",
        Persistence::Persistent,
        docs_or_head!("login_method_not_known.md"),
    ),
    category: Category::Other,
    persistence: Persistence::Persistent,
    points_at: PointsAt::None,
    refine: None,
    message: "the client does not know the server's way to log in",
    sqlstates: &[],
    steps: &[Hint {
        text: "Update the driver: the server asks for a login method, mostly SCRAM, that this version does not know.",
        source: "https://www.postgresql.org/docs/current/auth-password.html",
    }],
    wordings: &[
        cause("authentication method {any} not supported"),
        cause("authentication method not supported"),
        cause("authentication type {any} is not supported"),
        cause("SCRAM authentication requires libpq version 10"),
        cause("unsupported authentication method"),
        cause("unknown authentication response"),
        cause("unsupported authentication type"),
        cause("Unknown authenticationOk message type"),
        cause("none of the server's SASL authentication mechanisms are supported"),
        cause("unsupported SASL mechanism"),
        cause("authentication method requirement"),
        cause("SCRAM channel binding"),
        cause("channel binding required"),
    ],
};
