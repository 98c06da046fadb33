//! ERR036: this user may not connect to this database.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::{cause, server};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR036",
        "no-right-to-connect",
        Persistence::Persistent,
        docs_or_head!("no_right_to_connect.md"),
    ),
    category: Category::PermissionDenied,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Database,
    refine: None,
    message: "this user may not connect to this database",
    sqlstates: &["42501"],
    steps: &[],
    wordings: &[
        server("42501", r#"permission denied for database "{database}""#),
        server("42501", "User does not have CONNECT privilege"),
        server("42501", "keine Berechtigung für Datenbank {database}").likely(),
        cause("was denied access on the database"),
    ],
};
