//! ERR031: the token is for another kind of principal than the role.

use crate::triage::failure::{Failure, Hint, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR031",
        "token-of-another-kind",
        Persistence::Persistent,
        docs_or_head!("token_of_another_kind.md"),
    ),
    category: Category::TokenInvalid,
    persistence: Persistence::Persistent,
    points_at: PointsAt::User,
    refine: None,
    message: "the token is for another kind of principal than the role",
    sqlstates: &[],
    steps: &[Hint {
        text: "Make the role again for the kind of principal that logs in: for a service principal or a managed identity, with the type 'service'.",
        source: "https://learn.microsoft.com/azure/postgresql/security/security-manage-entra-users",
    }],
    wordings: &[
        cause("Service Principals cannot generate"),
        cause("AAD_AUTH_TOKENTYPE"),
    ],
};
