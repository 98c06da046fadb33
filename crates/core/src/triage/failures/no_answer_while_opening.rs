//! ERR004: the port is open, but PostgreSQL does not answer there.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::network;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR004",
        "no-answer-while-opening",
        Persistence::Depends,
        docs_or_head!("no_answer_while_opening.md"),
    ),
    category: Category::TcpTimeout,
    persistence: Persistence::Depends,
    points_at: PointsAt::Host,
    refine: None,
    message: "the port is open, but PostgreSQL does not answer there",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        network("Timeout during reading attempt"),
        network("Read timed out").likely(),
        network("tls error (read tcp {any}: i/o timeout)"),
        network("TLS handshake timeout"),
        network("Timeout performing SSL handshake"),
        network("canceling statement due to connection timeout").likely(),
    ],
};
