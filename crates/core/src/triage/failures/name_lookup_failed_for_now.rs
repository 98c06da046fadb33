//! ERR002: the host name could not be looked up just now.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::{cause, network};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR002",
        "name-lookup-failed-for-now",
        Persistence::Transient,
        docs_or_head!("name_lookup_failed_for_now.md"),
    ),
    category: Category::DnsTemporary,
    persistence: Persistence::Transient,
    points_at: PointsAt::Host,
    refine: None,
    message: "the host name could not be looked up just now",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause(
            r#"could not translate host name "{host}" to address: Temporary failure in name resolution"#,
        ),
        cause(r#"could not translate host name "{host}" to address: Try again"#),
        cause(r#"failed to resolve host "{host}": [Errno -3]"#),
        cause("[Errno -3] Temporary failure in name resolution"),
        cause("Temporary failure in name resolution"),
        cause("getaddrinfo EAI_AGAIN {host}"),
        cause("EAI_AGAIN"),
        cause("lookup {host} on {any}: server misbehaving"),
        cause("lookup {host} on {any}: i/o timeout"),
        cause("lookup {host}: i/o timeout"),
        cause("failed to lookup address information: Try again"),
        cause("usually a temporary error during hostname resolution"),
        network("Resource temporarily unavailable").likely(),
    ],
};
