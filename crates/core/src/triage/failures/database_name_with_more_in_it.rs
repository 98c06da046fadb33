//! ERR054: the database name has other settings in it.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR054",
        "database-name-with-more-in-it",
        Persistence::Persistent,
        docs_or_head!("database_name_with_more_in_it.md"),
    ),
    category: Category::ClientParseError,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Database,
    refine: None,
    message: "the database name has other settings in it",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause(r#"Failed to select your database ("{any}"): invalid database name"#),
        cause("Failed to select your database"),
        cause("invalid database name"),
    ],
};
