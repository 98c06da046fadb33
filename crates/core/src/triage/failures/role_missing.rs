//! ERR025: the server has no role of this name.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::server;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR025",
        "role-missing",
        Persistence::Persistent,
        docs_or_head!("role_missing.md"),
    ),
    category: Category::UserUnknown,
    persistence: Persistence::Persistent,
    points_at: PointsAt::User,
    refine: None,
    message: "the server has no role of this name",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        server("28000", r#"FATAL: role "{user}" does not exist"#),
        server("28000", r#"role "{user}" does not exist"#).likely(),
        server("28000", r#"FATAL: Rolle "{user}" existiert nicht"#),
        server("28000", r#"le rôle "{user}" n'existe pas"#).likely(),
        server("28000", r#"no existe el rol "{user}""#).likely(),
        server("28000", r#"ロール"{user}"は存在しません"#).likely(),
    ],
};
