//! ERR050: the pairs of the string cannot be told apart.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::{cause, wrapper};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR050",
        "pairs-fall-apart",
        Persistence::Persistent,
        docs_or_head!("pairs_fall_apart.md"),
    ),
    category: Category::ClientParseError,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Password,
    refine: None,
    message: "the pairs of the string cannot be told apart",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause(r#"missing "=" after "{secret}" in connection info string"#),
        cause(r#"missing "=" after "{secret}""#),
        cause(r#"missing "=""#),
        cause("unterminated quoted string in connection info string"),
        cause("unterminated quoted string literal in connection string"),
        cause("unterminated quoted string"),
        cause("Format of the initialization string does not conform to specification"),
        cause("Please provide a valid connection string").at(PointsAt::None),
        wrapper("failed to parse as DSN"),
        cause("unexpected character in connection string"),
        cause("unexpected EOF, expected"),
    ],
};
