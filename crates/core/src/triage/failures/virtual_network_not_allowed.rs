//! ERR012: the server does not let this virtual network in.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR012",
        "virtual-network-not-allowed",
        Persistence::Persistent,
        docs_or_head!("virtual_network_not_allowed.md"),
    ),
    category: Category::ServerFirewall,
    persistence: Persistence::Persistent,
    points_at: PointsAt::None,
    refine: None,
    message: "the server does not let this virtual network in",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("Client from Azure Virtual Networks is not allowed to access the server"),
        cause("configured to allow ipv6 connections"),
    ],
};
