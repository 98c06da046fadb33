//! ERR040: the server ended the connection for a restart or on command.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::{cause, server};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR040",
        "ended-by-administrator",
        Persistence::Transient,
        docs_or_head!("ended_by_administrator.md"),
    ),
    category: Category::AdminShutdown,
    persistence: Persistence::Transient,
    points_at: PointsAt::None,
    refine: None,
    message: "the server ended the connection for a restart or on command",
    sqlstates: &["57P01", "57P02"],
    steps: &[],
    wordings: &[
        server(
            "57P01",
            "terminating connection due to administrator command",
        ),
        server(
            "57P01",
            "terminating background worker {any} due to administrator command",
        ),
        server(
            "57P01",
            "terminating connection due to unexpected postmaster exit",
        ),
        server(
            "57P02",
            "terminating connection because of crash of another server process",
        ),
        cause("AdminShutdown"),
        cause("CrashShutdown"),
        cause("(admin_shutdown)"),
        server(
            "57P01",
            "Verbindung wird abgebrochen aufgrund von Anweisung des Administrators",
        ),
        server(
            "57P01",
            "arrêt des connexions suite à la demande de l'administrateur",
        ),
        server(
            "57P01",
            "terminando la conexión debido a una orden del administrador",
        ),
        server("57P01", "管理者コマンドにより接続を終了しています"),
    ],
};
