//! ERR058: encryption by GSSAPI was asked for and is not possible.

use crate::triage::failure::{Failure, Hint, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR058",
        "gss-encryption-fails",
        Persistence::Persistent,
        docs_or_head!("gss_encryption_fails.md"),
    ),
    category: Category::Other,
    persistence: Persistence::Persistent,
    points_at: PointsAt::None,
    refine: None,
    message: "encryption by GSSAPI was asked for and is not possible",
    sqlstates: &[],
    steps: &[Hint {
        text: "Set gssencmode=disable (in pgJDBC gssEncMode=disable), or get a Kerberos ticket first.",
        source: "https://www.postgresql.org/docs/current/libpq-connect.html",
    }],
    wordings: &[
        cause("GSSAPI encryption required but"),
        cause("could not initiate GSSAPI security context"),
        cause("GSS Authentication failed"),
        cause("GSSAPI continuation error"),
    ],
};
