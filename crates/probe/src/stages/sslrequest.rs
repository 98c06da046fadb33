//! The request for TLS and its one byte of answer, see
//! <https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL>.
//!
//! More than that one byte is an error: it is how a man in the middle would smuggle plain text into
//! the encrypted connection (CVE-2021-23222), and how an SSH server looks, whose greeting begins
//! with the same letter `S`.

use super::Deadline;
use crate::codes::{self, Code};
use crate::frame::{self, SSL_REQUEST, UNKNOWN_SERVICE};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long a service that is not PostgreSQL may take to say enough to be recognised.
const MORE: Duration = Duration::from_millis(250);

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
/// [`Refusal`] if the connection does not take that.
pub(crate) async fn ask(
    stream: &mut TcpStream,
    deadline: Deadline,
    budget: Duration,
) -> Result<(), Refusal> {
    match deadline
        .within(budget, stream.write_all(&SSL_REQUEST))
        .await
    {
        None => Err((&codes::SSL_TIMEOUT, None)),
        Some(Err(_)) => Err((&codes::SSL_CLOSED, None)),
        Some(Ok(())) => Ok(()),
    }
}

/// Reads the answer.
///
/// # Errors
/// [`Refusal`] if it is not the one byte that it should be.
pub(crate) async fn answer(
    stream: &mut TcpStream,
    deadline: Deadline,
    budget: Duration,
) -> Result<Reply, Refusal> {
    let mut first = [0u8; 64];
    let count = match deadline.within(budget, stream.read(&mut first)).await {
        None => return Err((&codes::SSL_TIMEOUT, None)),
        Some(Err(_)) => return Err((&codes::SSL_CLOSED, None)),
        Some(Ok(count)) => count,
    };
    match first.get(..count).unwrap_or_default() {
        [] => Err((&codes::SSL_CLOSED, None)),
        b"S" => Ok(Reply::Offered),
        b"N" => Ok(Reply::NotOffered),
        // An error: its text is not looked at, anybody on the way could have written it
        // (CVE-2024-10977).
        [b'E', ..] => Err((&codes::SSL_ERROR, None)),
        [letter, ..] => {
            let doubtful = matches!(letter, b'S' | b'N');
            let more = listen(stream, &mut first, count);
            let service = deadline.within(MORE, more).await;
            match service.unwrap_or(UNKNOWN_SERVICE) {
                UNKNOWN_SERVICE if doubtful => Err((&codes::SSL_EXTRA_BYTES, None)),
                service => Err((&codes::SSL_NOT_POSTGRES, Some(service))),
            }
        }
    }
}

/// Reads on until the service can be recognised, or the bytes or the connection are at their end.
async fn listen(stream: &mut TcpStream, bytes: &mut [u8], mut count: usize) -> &'static str {
    loop {
        let service = frame::other_service(bytes.get(..count).unwrap_or_default());
        let rest = bytes.get_mut(count..).unwrap_or_default();
        if service != UNKNOWN_SERVICE || rest.is_empty() {
            return service;
        }
        match stream.read(rest).await {
            Ok(more) if more > 0 => count += more,
            _ => return service,
        }
    }
}
