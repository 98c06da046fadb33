//! ERR001: the host name does not resolve.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR001",
        "host-not-found",
        Persistence::Persistent,
        docs_or_head!("host_not_found.md"),
    ),
    category: Category::DnsNotFound,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Host,
    refine: None,
    message: "the host name does not resolve",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause(r#"could not translate host name "{host}" to address: Name or service not known"#),
        cause(
            r#"could not translate host name "{host}" to address: nodename nor servname provided, or not known"#,
        ),
        cause(r#"could not translate host name "{host}" to address: Unknown host"#),
        cause(r#"could not translate host name "{host}" to address: No such host is known"#),
        cause(
            r#"could not translate host name "{host}" to address: No address associated with hostname"#,
        ),
        cause(r#"could not translate host name "{host}" to address: Name does not resolve"#),
        cause(r#"could not translate host name "{host}" to address"#).likely(),
        cause(r#"failed to resolve host "{host}": [Errno -2]"#),
        cause(r#"failed to resolve host "{host}""#).likely(),
        cause("[Errno -2] Name or service not known"),
        cause("[Errno -5] No address associated with hostname"),
        cause("[Errno 8] nodename nor servname provided"),
        cause("[Errno 11001] getaddrinfo failed"),
        cause("getaddrinfo ENOTFOUND {host}"),
        cause("ENOTFOUND"),
        cause(r#"UnknownHostException: Failed to resolve "{host}""#),
        cause("UnknownHostException: {host}"),
        cause("UnknownHostException"),
        cause("lookup {host} on {any}: no such host"),
        cause("lookup {host}: no such host"),
        cause("No such host is known"),
        cause("Name or service not known"),
        cause("nodename nor servname provided"),
        cause("Name does not resolve"),
        cause("non-existing domain - :nxdomain"),
    ],
};
