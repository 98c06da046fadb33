//! ERR026: this role may not log in.

use crate::triage::failure::{Failure, Hint, about};
use crate::triage::wording::server;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR026",
        "role-may-not-log-in",
        Persistence::Persistent,
        docs_or_head!("role_may_not_log_in.md"),
    ),
    category: Category::PermissionDenied,
    persistence: Persistence::Persistent,
    points_at: PointsAt::User,
    refine: None,
    message: "this role may not log in",
    sqlstates: &[],
    steps: &[Hint {
        text: "Let the role log in: ALTER ROLE … LOGIN; or use a role that may.",
        source: "https://www.postgresql.org/docs/current/sql-alterrole.html",
    }],
    wordings: &[
        server("28000", r#"role "{user}" is not permitted to log in"#),
        server("28000", "is not permitted to log in"),
        server(
            "28000",
            r#"Rolle "{user}" hat keine Berechtigung zum Einloggen"#,
        ),
        server(
            "28000",
            r#"le rôle "{user}" n'est pas autorisé à se connecter"#,
        ),
        server("28000", r#"al rol "{user}" no se le permite conectarse"#),
    ],
};
