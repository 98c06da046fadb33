//! ERR061: this is an error of another database than PostgreSQL.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::aside;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR061",
        "error-of-another-database",
        Persistence::Persistent,
        docs_or_head!("error_of_another_database.md"),
    ),
    category: Category::Other,
    persistence: Persistence::Persistent,
    points_at: PointsAt::None,
    refine: None,
    message: "this is an error of another database than PostgreSQL",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        aside(r#"Access denied for user "{user}"@"#),
        aside("Can't connect to MySQL server"),
        aside("Can't connect to local MySQL server"),
        aside("Communications link failure"),
        aside("network-related or instance-specific error"),
        aside("Login failed for user"),
        aside("MongoServerSelectionError"),
        aside("MongoNetworkError"),
        aside("ORA-12541"),
        aside("ORA-12514"),
        aside("WRONGPASS"),
        aside("NOAUTH Authentication required"),
        aside("Microsoft.Data.SqlClient"),
    ],
};
