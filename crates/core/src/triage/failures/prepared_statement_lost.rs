//! ERR057: a prepared statement is on another connection of the pooler.

use crate::triage::failure::{Failure, Hint, about};
use crate::triage::wording::server;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR057",
        "prepared-statement-lost",
        Persistence::Persistent,
        docs_or_head!("prepared_statement_lost.md"),
    ),
    category: Category::Other,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Port,
    refine: None,
    message: "a prepared statement is on another connection of the pooler",
    sqlstates: &["26000", "42P05"],
    steps: &[Hint {
        text: "Switch prepared statements off in the client, connect to port 5432 instead of the pooler, or let PgBouncer 1.21 and later keep track of them with max_prepared_statements.",
        source: "https://www.pgbouncer.org/features.html",
    }],
    wordings: &[
        server("26000", r#"prepared statement "{any}" does not exist"#),
        server("42P05", r#"prepared statement "{any}" already exists"#),
    ],
};
