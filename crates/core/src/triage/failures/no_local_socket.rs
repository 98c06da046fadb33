//! ERR006: the client looks for a server on this machine.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::network;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR006",
        "no-local-socket",
        Persistence::Depends,
        docs_or_head!("no_local_socket.md"),
    ),
    category: Category::TcpRefused,
    persistence: Persistence::Depends,
    points_at: PointsAt::Host,
    refine: None,
    message: "the client looks for a server on this machine",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        network(r#"connection to server on socket "{any}" failed: No such file or directory"#),
        network(r#"connection to server on socket "{any}" failed: Connection refused"#),
        network("could not connect to server: No such file or directory"),
        network(r#"connections on Unix domain socket "{any}""#),
        network("connect ENOENT {any}.s.PGSQL.{port}"),
        network("dial unix {any}.s.PGSQL.{port}: connect: no such file or directory"),
    ],
};
