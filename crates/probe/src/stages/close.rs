//! Leaving without a trace in the server's log: the goodbye of TLS, then the end of the stream,
//! then waiting shortly for the other side to do the same.
//!
//! Closing without the goodbye makes PostgreSQL log `could not receive data from client`; a
//! Terminate message before the login makes it log a FATAL.

use super::Connection;
use crate::frame::TERMINATE;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// How the connection stands when it is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// The server has answered and wants to know who we are, or has refused.
    BeforeLogin,
    /// The server has let us in, and expects to be told that we go.
    LoggedIn,
    /// The server has said nothing in its time, and will not say goodbye either.
    Silent,
}

/// Says goodbye; gives whether that worked within the time.
pub(crate) async fn leave(stream: &mut dyn Connection, left: Left, budget: Duration) -> bool {
    let goodbye = async {
        if left == Left::LoggedIn {
            stream.write_all(&TERMINATE).await?;
        }
        stream.shutdown().await?;
        if left == Left::Silent {
            return Ok(());
        }
        // Bytes left unread would turn the end of the stream into a reset.
        let mut rest = [0u8; 1024];
        for _ in 0..64 {
            // Whether the other side says goodbye properly is its own business.
            if !matches!(stream.read(&mut rest).await, Ok(count) if count > 0) {
                break;
            }
        }
        Ok::<(), std::io::Error>(())
    };
    matches!(tokio::time::timeout(budget, goodbye).await, Ok(Ok(())))
}
