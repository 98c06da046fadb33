//! ERR037: every connection slot of the server is taken.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::{cause, server};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR037",
        "too-many-connections",
        Persistence::Transient,
        docs_or_head!("too_many_connections.md"),
    ),
    category: Category::TooManyConnections,
    persistence: Persistence::Transient,
    points_at: PointsAt::None,
    refine: None,
    message: "every connection slot of the server is taken",
    sqlstates: &["53300"],
    steps: &[],
    wordings: &[
        server("53300", "sorry, too many clients already"),
        server("53300", "too many clients already"),
        server("53300", "remaining connection slots are reserved"),
        server("53300", r#"too many connections for role "{user}""#),
        server("53300", r#"too many connections for database "{database}""#),
        server("53300", "too many connections for"),
        server("53300", "Too many database connections opened"),
        cause("TooManyConnectionsError"),
        cause("(too_many_connections)"),
        server("53300", "zu viele Verbindungen"),
        server("53300", "trop de connexions pour"),
        server("53300", "demasiadas conexiones para"),
        server("53300", "からの接続が多すぎます"),
        server("53300", "verbleibende Verbindungen sind reserviert"),
        server("53300", "désolé, trop de clients sont déjà connectés"),
        server("53300", "lo siento, ya tenemos demasiados clientes"),
        server("53300", "現在クライアント数が多すぎます"),
    ],
};
