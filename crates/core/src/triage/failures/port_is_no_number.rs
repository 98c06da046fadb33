//! ERR049: the port is not a number: the string fell apart before it.

use crate::triage::failure::{Failure, about};
use crate::triage::refine;
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR049",
        "port-is-no-number",
        Persistence::Persistent,
        docs_or_head!("port_is_no_number.md"),
    ),
    category: Category::ClientParseError,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Password,
    refine: Some(refine::port_or_password),
    message: "the port is not a number: the string fell apart before it",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("Configuration(InvalidPort)"),
        cause(r#"InvalidValue("port")"#),
        cause(r#"invalid value for option "port""#),
        cause(r#"failed to resolve host "{host}": [Errno -8]"#),
        cause("Servname not supported for ai_socktype"),
        cause(r#"invalid port number: "{secret}""#),
        cause(r#"invalid integer value "{secret}" for connection option "port""#),
        cause(r#"invalid port "{secret}" after host"#),
        cause("invalid port number in database URL"),
        cause("invalid port number"),
        cause(r#"Port could not be cast to integer value as "{secret}""#),
        cause(r#"invalid literal for int() with base 10: "{secret}""#),
        cause("Port should be >= 0 and < 65536").at(PointsAt::Port),
        cause("port should be > 0 and < 65536").at(PointsAt::Port),
        cause("Port out of range").at(PointsAt::Port),
        cause("JDBC URL invalid port number: {secret}"),
        cause(r#"invalid port "{secret}""#),
        cause("invalid port (outside range)").at(PointsAt::Port),
    ],
};
