//! ERR060: a statement failed; the connection is fine.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::aside;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR060",
        "error-of-a-statement",
        Persistence::Persistent,
        docs_or_head!("error_of_a_statement.md"),
    ),
    category: Category::Other,
    persistence: Persistence::Persistent,
    points_at: PointsAt::None,
    refine: None,
    message: "a statement failed; the connection is fine",
    sqlstates: &[
        "42P01", "42601", "42703", "42883", "23505", "23503", "23502", "23514", "22P02", "57014",
        "40P01", "25P02", "22001", "3F000",
    ],
    steps: &[],
    wordings: &[
        aside(r#"relation "{any}" does not exist"#),
        aside("syntax error at or near"),
        aside(r#"column "{any}" does not exist"#),
        aside("function {any} does not exist"),
        aside(r#"type "{any}" does not exist"#),
        aside(r#"schema "{any}" does not exist"#),
        aside("duplicate key value violates unique constraint"),
        aside("violates foreign key constraint"),
        aside("violates not-null constraint"),
        aside("violates check constraint"),
        aside("permission denied for table"),
        aside("permission denied for schema"),
        aside("permission denied for relation"),
        aside("permission denied for sequence"),
        aside("must be owner of"),
        aside("canceling statement due to statement timeout"),
        aside("canceling statement due to user request"),
        aside("canceling statement due to lock timeout"),
        aside("deadlock detected"),
        aside("could not serialize access"),
        aside("current transaction is aborted"),
        aside("invalid input syntax for"),
        aside("division by zero"),
        aside("value too long for type"),
    ],
};
