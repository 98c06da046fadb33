//! ERR052: the string is of a kind that this driver does not take.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::{cause, wrapper};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR052",
        "wrong-kind-of-string",
        Persistence::Persistent,
        docs_or_head!("wrong_kind_of_string.md"),
    ),
    category: Category::ClientParseError,
    persistence: Persistence::Persistent,
    points_at: PointsAt::None,
    refine: None,
    message: "the string is of a kind that this driver does not take",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("No suitable driver found for").state("08001"),
        cause("No suitable driver"),
        cause("scheme is expected to be either"),
        cause("Can't load plugin: sqlalchemy.dialects:{key}"),
        cause("the URL must start with the protocol"),
        cause("must start with the protocol"),
        cause("claims to not accept jdbcUrl"),
        cause("Failed to determine a suitable driver class"),
        cause(r#"unknown driver "{any}" (forgotten import?)"#),
        cause("could not find driver"),
        cause("Failed to get driver instance"),
        cause(r#"Could not load the "{any}" Active Record adapter"#),
        cause("Data source name not found"),
        cause("invalid data source name"),
        cause("Can't open lib"),
        cause("Database configuration specifies nonexistent"),
        cause(r#"URL must start with "jdbc""#),
        cause("No suitable R2DBC driver"),
        cause("Unknown database type"),
        wrapper("invalid DSN"),
    ],
};
