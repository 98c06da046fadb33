//! ERR032: Microsoft Entra ID knows no user of this name.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR032",
        "principal-unknown",
        Persistence::Persistent,
        docs_or_head!("principal_unknown.md"),
    ),
    category: Category::UserUnknown,
    persistence: Persistence::Persistent,
    points_at: PointsAt::User,
    refine: None,
    message: "Microsoft Entra ID knows no user of this name",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("Could not validate AAD user {user} because its name is not found in the tenant"),
        cause("name is not found in the tenant"),
        cause("Could not validate AAD user"),
    ],
};
