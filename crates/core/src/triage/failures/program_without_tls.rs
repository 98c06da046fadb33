//! ERR021: the program was built without TLS.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR021",
        "program-without-tls",
        Persistence::Persistent,
        docs_or_head!("program_without_tls.md"),
    ),
    category: Category::ClientParseError,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Sslmode,
    refine: None,
    message: "the program was built without TLS",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("no TLS implementation configured"),
        cause("NoTlsError"),
        cause("when SSL support is not compiled in"),
        cause("built without TLS support"),
        cause("TLS support is not compiled"),
    ],
};
