//! The request for TLS and its one byte of answer, see
//! <https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL>.
//!
//! More than that one byte is an error: it is how a man in the middle would smuggle plain text into
//! the encrypted connection (CVE-2021-23222), and how an SSH server looks, whose greeting begins
//! with the same letter `S`.

use super::Deadline;
use crate::codes::{self, Code};
use crate::frame::{self, SSL_REQUEST};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What the server said.
pub(crate) enum Reply {
    /// `S`.
    Offered,
    /// `N`.
    NotOffered,
}

/// Why there is no reply; the second is what else may be listening there.
pub(crate) type Refusal = (&'static Code, Option<&'static str>);

/// Asks for TLS.
///
/// # Errors
/// [`Refusal`] if the answer is not the one byte that it should be.
pub(crate) async fn ask(
    stream: &mut TcpStream,
    deadline: Deadline,
    budget: Duration,
) -> Result<Reply, Refusal> {
    let mut first = [0u8; 64];
    let exchange = async {
        stream.write_all(&SSL_REQUEST).await?;
        stream.read(&mut first).await
    };
    let count = match deadline.within(budget, exchange).await {
        None => return Err((&codes::SSL_TIMEOUT, None)),
        Some(Err(_)) => return Err((&codes::SSL_CLOSED, None)),
        Some(Ok(count)) => count,
    };
    let seen = first.get(..count).unwrap_or_default();
    match seen {
        [] => Err((&codes::SSL_CLOSED, None)),
        b"S" => Ok(Reply::Offered),
        b"N" => Ok(Reply::NotOffered),
        // An error: its text is not looked at, anybody on the way could have written it
        // (CVE-2024-10977).
        [b'E', ..] => Err((&codes::SSL_ERROR, None)),
        [b'S' | b'N', ..] => match frame::other_service(seen) {
            "unknown" => Err((&codes::SSL_EXTRA_BYTES, None)),
            other => Err((&codes::SSL_NOT_POSTGRES, Some(other))),
        },
        _ => Err((&codes::SSL_NOT_POSTGRES, Some(frame::other_service(seen)))),
    }
}
