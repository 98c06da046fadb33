//! Servers that tests talk to: a real PostgreSQL, scripted fakes of it, and a fake DNS.
//!
//! Everything listens on loopback, on a port that the system chooses, in threads of its own, and
//! goes away when its handle is dropped. Nothing here needs an async runtime.

mod certs;
mod dns;
mod fake;
mod gateway;
mod pgbouncer;
mod postgres;
mod process;
pub mod wire;

pub use rcgen;

pub use certs::{Ca, Identity};
pub use dns::{FakeDns, Reply, Zone};
pub use fake::{FakeServer, Session, Startup};
pub use gateway::azure_single_gateway;
pub use pgbouncer::PgBouncer;
pub use postgres::{Postgres, PostgresBuilder};
pub use process::free_port;

/// The error of every function here: a text for whoever reads the failed test.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
