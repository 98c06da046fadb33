//! ERR005: nothing listens on this port.

use crate::triage::failure::{Failure, about};
use crate::triage::refine;
use crate::triage::wording::network;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR005",
        "connection-refused",
        Persistence::Depends,
        docs_or_head!("connection_refused.md"),
    ),
    category: Category::TcpRefused,
    persistence: Persistence::Depends,
    points_at: PointsAt::Port,
    refine: Some(refine::refused_at),
    message: "nothing listens on this port",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        network("Connection to {host}:{port} refused"),
        network("connect ECONNREFUSED {ip}:{port}"),
        network("connection refused"),
        network("ECONNREFUSED"),
        network("Connect call failed ('{ip}', {port})"),
        network("Connect call failed"),
        network("actively refused it"),
        network("os error 111"),
        network("os error 61"),
        network("os error 10061"),
        network("[Errno 111]"),
        network("[Errno 61]"),
        network("[WinError 10061]"),
        network("[WinError 1225]"),
        network(":econnrefused"),
        network("(0x0000274D/10061)"),
        network("Zielcomputer die Verbindung verweigerte"),
    ],
};
