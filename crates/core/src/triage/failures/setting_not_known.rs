//! ERR047: the client or the server does not know this setting.

use crate::triage::failure::{Failure, about};
use crate::triage::refine;
use crate::triage::wording::{cause, server};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR047",
        "setting-not-known",
        Persistence::Persistent,
        docs_or_head!("setting_not_known.md"),
    ),
    category: Category::ClientParseError,
    persistence: Persistence::Persistent,
    points_at: PointsAt::None,
    refine: Some(refine::by_key),
    message: "the client or the server does not know this setting",
    sqlstates: &["42704"],
    steps: &[],
    wordings: &[
        cause(r#"UnknownOption("{key}")"#),
        cause(r#"invalid connection option "{key}""#),
        cause(r#"invalid URI query parameter: "{key}""#),
        server("42704", r#"unrecognized configuration parameter "{key}""#),
        cause(r#"unexpected keyword argument "{key}""#),
        cause("Couldn't set {key}"),
        cause(r#"Keyword not supported: "{key}""#),
        cause("Keyword not supported: {key}"),
        cause(r#"unknown option "{key}""#),
        cause(r#"unknown configuration parameter "{key}""#),
        cause("unsupported connection option"),
        cause(r#"invalid keyword argument "{key}""#),
    ],
};
