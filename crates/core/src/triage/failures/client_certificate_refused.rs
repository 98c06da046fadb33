//! ERR019: the server wants a client certificate that it accepts.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::{cause, server};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR019",
        "client-certificate-refused",
        Persistence::Persistent,
        docs_or_head!("client_certificate_refused.md"),
    ),
    category: Category::PermissionDenied,
    persistence: Persistence::Persistent,
    points_at: PointsAt::User,
    refine: None,
    message: "the server wants a client certificate that it accepts",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        server("28000", "connection requires a valid client certificate"),
        server(
            "28000",
            r#"certificate authentication failed for user "{user}""#,
        ),
        cause("alert certificate required"),
        cause("certificate_required"),
    ],
};
