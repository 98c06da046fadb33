//! Leaving without a trace in the server's log: the goodbye of TLS, then the end of the stream,
//! then waiting shortly for the other side to do the same.
//!
//! Closing without the goodbye makes PostgreSQL log `could not receive data from client`; a
//! Terminate message before the login makes it log a FATAL.

use super::Connection;
use crate::frame::TERMINATE;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Says goodbye; gives whether that worked within the time.
pub(crate) async fn leave(stream: &mut dyn Connection, logged_in: bool, budget: Duration) -> bool {
    let goodbye = async {
        if logged_in {
            stream.write_all(&TERMINATE).await?;
        }
        stream.shutdown().await?;
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
