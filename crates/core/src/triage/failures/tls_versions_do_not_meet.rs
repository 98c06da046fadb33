//! ERR018: client and server find no TLS version in common.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::{cause, wrapper};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR018",
        "tls-versions-do-not-meet",
        Persistence::Persistent,
        docs_or_head!("tls_versions_do_not_meet.md"),
    ),
    category: Category::TlsUnsupportedByServer,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Sslmode,
    refine: None,
    message: "client and server find no TLS version in common",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("SSL error: unsupported protocol"),
        cause("unsupported protocol"),
        cause("alert protocol version"),
        cause("protocol_version"),
        cause("no protocols available"),
        cause("handshake failure"),
        cause("handshake_failure"),
        cause("no shared cipher"),
        cause("no ciphers available"),
        cause("wrong version number").likely(),
        cause("tls: server selected unsupported protocol version"),
        cause("tls: protocol version not supported"),
        cause("No appropriate protocol"),
        cause("peer is incompatible"),
        cause("invalid SSL protocol version range"),
        wrapper("Exception while performing SSL handshake"),
        wrapper("Authentication failed, see inner exception"),
    ],
};
