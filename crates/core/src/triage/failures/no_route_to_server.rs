//! ERR007: there is no way to this address from here.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::network;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR007",
        "no-route-to-server",
        Persistence::Depends,
        docs_or_head!("no_route_to_server.md"),
    ),
    category: Category::ServerUnreachable,
    persistence: Persistence::Depends,
    points_at: PointsAt::Host,
    refine: None,
    message: "there is no way to this address from here",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        network("No route to host"),
        network("Network is unreachable"),
        network("Host is unreachable"),
        network("Host is down"),
        network("connect EHOSTUNREACH {ip}:{port}"),
        network("EHOSTUNREACH"),
        network("connect ENETUNREACH {ip}:{port}"),
        network("ENETUNREACH"),
        network("EADDRNOTAVAIL"),
        network("Cannot assign requested address"),
        network("NoRouteToHostException"),
        network("os error 113"),
        network("os error 101"),
        network("[Errno 113]"),
        network("[Errno 101]"),
        network("[Errno 65]"),
        network("[WinError 10051]"),
        network("[WinError 10065]"),
        network("socket operation was attempted to an unreachable"),
        network("could not connect to server: Permission denied"),
        network("failed: Permission denied"),
        network("forbidden by its access permissions"),
        network(":ehostunreach"),
        network(":enetunreach"),
    ],
};
