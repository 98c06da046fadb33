//! ERR020: the client cannot use its own certificate or key.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR020",
        "client-key-not-usable",
        Persistence::Persistent,
        docs_or_head!("client_key_not_usable.md"),
    ),
    category: Category::ClientParseError,
    persistence: Persistence::Persistent,
    points_at: PointsAt::None,
    refine: None,
    message: "the client cannot use its own certificate or key",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause(r#"private key file "{any}" has group or world access"#),
        cause("could not load private key file"),
        cause("but not private key file"),
        cause(r#"private key file "{any}" does not exist"#),
        cause("could not read certificate file"),
        cause("could not open certificate file"),
        cause("Could not read SSL key file"),
        cause("Could not decrypt SSL key file"),
    ],
};
