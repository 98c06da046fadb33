//! Steps for a server that is full, restarting, or dropping connections.

use super::{Situation, Step, TRANSIENT, step};
use crate::model::Target;
use crate::triage::Persistence;
use alloc::format;
use alloc::vec::Vec;

const LIMITS: &str =
    "https://learn.microsoft.com/azure/postgresql/configure-maintain/concepts-limits";
const SINGLE_LIMITS: &str =
    "https://learn.microsoft.com/previous-versions/azure/postgresql/single-server/concepts-limits";
const BOUNCER: &str =
    "https://learn.microsoft.com/azure/postgresql/connectivity/concepts-pgbouncer";
const ACTIVITY: &str = "https://www.postgresql.org/docs/current/monitoring-stats.html";
const PGBOUNCER: &str = "https://www.pgbouncer.org/config.html";

pub(super) fn too_many(situation: &Situation, steps: &mut Vec<Step>) {
    if situation.is_azure() || situation.is_unknown() {
        steps.push(step(
            "Use a connection pool and fewer connections per instance. Flexible Server has one built in: PgBouncer on port 6432 of the same host (not on the Burstable tier).",
            BOUNCER,
        ));
    } else {
        steps.push(step(
            "Use a connection pool and fewer connections per instance, or put PgBouncer in front of the server.",
            PGBOUNCER,
        ));
    }
    let mut who = step(
        "See who holds the connections: many that are idle belong to pools that are too large.",
        ACTIVITY,
    );
    who.command = Some(
        "SELECT usename, application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3 ORDER BY 4 DESC;".into(),
    );
    steps.push(who);
    if situation.target == Some(Target::AzureSingle) {
        steps.push(step(
            "Compare with the limit of the tier, which is fixed: Basic 55 or 105 connections, General Purpose 150 (2 vCores) to 1900, Memory Optimized 300 to 1987; 5 of them are reserved.",
            SINGLE_LIMITS,
        ));
    } else if situation.is_azure() || situation.is_unknown() {
        let mut limit = step(
            "Compare with the limit of the compute size: by default 50 connections with 2 GiB of memory (B1ms), 429 with 4, 859 with 8, 1718 with 16, 3437 with 32, 5000 with 48 GiB and more; 15 of them are reserved. It does not grow by itself when the server is scaled.",
            LIMITS,
        );
        limit.command = Some(format!(
            "az postgres flexible-server parameter show --resource-group <resource-group> --server-name {} --name max_connections",
            situation.server()
        ));
        steps.push(limit);
    }
}

pub(super) fn restart(situation: &Situation, steps: &mut Vec<Step>) {
    steps.push(step(
        "Retry: a restart, a failover, scaling or maintenance usually passes within 60 seconds.",
        TRANSIENT,
    ));
    if situation.is_azure() {
        steps.push(step(
            "Compare the time with the server's activity log and maintenance window: scaling takes 2 to 10 minutes, near-zero-downtime scaling 40 to 60 seconds, a failover mostly up to two minutes.",
            TRANSIENT,
        ));
    }
}

pub(super) fn dropped(persistence: Persistence, situation: &Situation, steps: &mut Vec<Step>) {
    if persistence == Persistence::Persistent {
        return;
    }
    restart(situation, steps);
    steps.push(step(
        "If it is always after a pause, something on the way cuts idle connections: turn TCP keepalives on (idle 10 s, interval 10 s, count 60), and let the pool test connections before use and close them after a few minutes.",
        TRANSIENT,
    ));
}
