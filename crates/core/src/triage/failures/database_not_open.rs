//! ERR035: this database takes no connections.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::server;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR035",
        "database-not-open",
        Persistence::Persistent,
        docs_or_head!("database_not_open.md"),
    ),
    category: Category::PermissionDenied,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Database,
    refine: None,
    message: "this database takes no connections",
    sqlstates: &["55000"],
    steps: &[],
    wordings: &[
        server(
            "55000",
            r#"database "{database}" is not currently accepting connections"#,
        ),
        server("55000", "is not currently accepting connections"),
    ],
};
