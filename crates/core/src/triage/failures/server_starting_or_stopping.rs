//! ERR039: the server is starting up, shutting down or recovering.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::{cause, server};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR039",
        "server-starting-or-stopping",
        Persistence::Transient,
        docs_or_head!("server_starting_or_stopping.md"),
    ),
    category: Category::ServerStartingOrStopping,
    persistence: Persistence::Transient,
    points_at: PointsAt::None,
    refine: None,
    message: "the server is starting up, shutting down or recovering",
    sqlstates: &["57P03"],
    steps: &[],
    wordings: &[
        server("57P03", "the database system is starting up"),
        server("57P03", "the database system is shutting down"),
        server("57P03", "the database system is in recovery mode"),
        server("57P03", "the database system is not accepting connections"),
        server(
            "57P03",
            "the database system is not yet accepting connections",
        ),
        server(
            "57P03",
            "Consistent recovery state has not been yet reached",
        ),
        server("57P03", "Hot standby mode is disabled"),
        cause("CannotConnectNowError"),
        cause("(cannot_connect_now)"),
        cause("server login has been failing"),
        cause("server login failed: FATAL"),
        cause("server_login_retry"),
        cause("pgbouncer cannot connect to server"),
        cause("client_login_timeout (server down)"),
        cause("database does not allow connections"),
        cause("FATAL: server shutting down"),
        cause("FATAL: pause failed"),
        server("57P03", "das Datenbanksystem startet"),
        server("57P03", "das Datenbanksystem fährt herunter"),
        server(
            "57P03",
            "das Datenbanksystem ist im Wiederherstellungsmodus",
        ),
        server("57P03", "le système de bases de données se lance"),
        server("57P03", "le système de base de données s'arrête"),
        server("57P03", "el sistema de base de datos está iniciándose"),
        server("57P03", "データベースシステムは起動処理中です"),
    ],
};
