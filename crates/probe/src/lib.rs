//! The connlint probe: walks the way that a driver takes to a PostgreSQL server, from the name to
//! the server's first answer, tells about each step, and leaves politely. It never has a password.
//!
//! [`Prober::probe`] does the walking, [`http::router`] offers it over HTTP, [`http::run`] serves
//! that with the time limits that a public listener needs.

mod certificate;
mod codes;
mod config;
mod dns;
mod frame;
pub mod http;
mod login_tls;
mod order;
mod policy;
mod product;
mod recorder;
mod stages;
mod tap;
mod tls;
mod triage;
mod verdict;
mod walk;
mod watch;

pub use certificate::{Roots, RootsError};
pub use codes::{ALL as ALL_CODES, Code};
pub use config::{ProbeConfig, StageBudgets, Tuning};
pub use dns::{DnsAnswer, DnsFailure, DnsFailureKind, Family, Resolve, ResolveFuture, SystemDns};
pub use login_tls::LoginTls;
pub use policy::{
    AddressKind, HostPattern, Nat64, Nat64Error, Network, NetworkError, PatternError, Policy,
    USUAL_PORTS, Unsafe,
};
pub use triage::{Category, Persistence};
pub use walk::{Prober, line_channel};

/// Fuzzing and property tests reach what reads a server's bytes through this.
#[doc(hidden)]
pub mod testing {
    pub use crate::certificate::inspect;
    pub use crate::frame::{Answer, FrameError, Refusal, decode_answer};
}
