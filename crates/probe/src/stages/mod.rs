//! The steps that belong to one address, each in its own file, each bounded in time and bytes.

pub(crate) mod close;
pub(crate) mod sslrequest;
pub(crate) mod startup;
pub(crate) mod tcp;

use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

/// A connection, encrypted or not.
pub(crate) trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Connection for T {}

/// The time that an address has: each step its own budget, and all together no more than the whole.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(pub(crate) Instant);

impl Deadline {
    /// Runs a step for at most its budget; none if the time is over.
    pub(crate) async fn within<F: Future>(self, budget: Duration, step: F) -> Option<F::Output> {
        let until = self.0.min(Instant::now() + budget);
        tokio::time::timeout_at(until, step).await.ok()
    }
}
