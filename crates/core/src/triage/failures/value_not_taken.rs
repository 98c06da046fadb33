//! ERR048: a setting has a value that the client does not take.

use crate::triage::failure::{Failure, about};
use crate::triage::refine;
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR048",
        "value-not-taken",
        Persistence::Persistent,
        docs_or_head!("value_not_taken.md"),
    ),
    category: Category::ClientParseError,
    persistence: Persistence::Persistent,
    points_at: PointsAt::None,
    refine: Some(refine::by_key),
    message: "a setting has a value that the client does not take",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause(r#"InvalidValue("{key}")"#),
        cause(r#"invalid sslmode value: "{any}""#).at(PointsAt::Sslmode),
        cause(r#"invalid value for option "sslmode""#).at(PointsAt::Sslmode),
        cause(r#"unsupported sslmode "{any}""#).at(PointsAt::Sslmode),
        cause("Invalid sslmode value").at(PointsAt::Sslmode),
        cause("invalid sslmode").at(PointsAt::Sslmode),
        cause("sslmode is invalid").at(PointsAt::Sslmode),
        cause(r#"unknown value "{any}" for `ssl_mode`"#).at(PointsAt::Sslmode),
        cause(r#"unknown value "{any}" for ssl_mode"#).at(PointsAt::Sslmode),
        cause(r#""sslmode" parameter must be one of"#).at(PointsAt::Sslmode),
        cause(r#"sslmode value "{any}" invalid"#).at(PointsAt::Sslmode),
        cause(r#"weak sslmode "{any}" may not be used"#).at(PointsAt::Sslmode),
        cause(r#"invalid integer value "{secret}" for connection option "{key}""#),
        cause(r#"invalid value for option "{key}""#),
        cause(r#"invalid value for parameter "{key}""#),
        cause(r#"invalid {key} value: "{any}""#),
        cause("Couldn't set {key} (Parameter"),
    ],
};
