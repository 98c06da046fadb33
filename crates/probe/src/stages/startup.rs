//! The startup message and the server's first answer.
//!
//! One answer is enough, and the probe leaves at once after it: a connection that waits takes one
//! of the server's slots. Only a server that asks for no proof is read on, to the end of its
//! greeting, because leaving earlier would look like a crash in its log; the greeting is discarded.

use super::{Connection, Deadline};
use crate::codes::{self, Code};
use crate::frame::{self, Answer, FrameError};
use connlint_probe_api::{Auth, AuthKind, ServerError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The longest greeting of a server that lets us in, in bytes and in messages.
const MAX_GREETING: usize = 64 * 1024;
const MAX_MESSAGES: usize = 64;

/// What came of the startup message.
pub(crate) enum Reply {
    /// The server asks for a proof.
    Asked(Auth),
    /// The server let us in.
    LetIn,
    /// The server said no.
    Refused {
        /// With what.
        error: ServerError,
        /// Whether it had let us in before.
        logged_in: bool,
    },
    /// There was no answer of PostgreSQL; the second is what else may be listening there.
    Nothing(&'static Code, Option<&'static str>),
}

/// Sends the startup message and reads the answer.
pub(crate) async fn introduce(
    stream: &mut dyn Connection,
    user: &str,
    database: &str,
    deadline: Deadline,
    budget: Duration,
) -> Reply {
    let message = frame::startup(user, database);
    let exchange = async {
        if stream.write_all(&message).await.is_err() || stream.flush().await.is_err() {
            // The server may have answered and closed before it read us; its answer still counts.
        }
        read_answer(stream).await
    };
    deadline
        .within(budget, exchange)
        .await
        .unwrap_or(Reply::Nothing(&codes::PG_TIMEOUT, None))
}

async fn read_answer(stream: &mut dyn Connection) -> Reply {
    let mut bytes: Vec<u8> = Vec::with_capacity(1024);
    let mut used = 0;
    let mut logged_in = false;
    let mut messages = 0;
    let mut chunk = [0u8; 2048];
    loop {
        let rest = bytes.get(used..).unwrap_or_default();
        match frame::decode_answer(rest, logged_in) {
            Ok(Some((answer, count))) => {
                used += count;
                messages += 1;
                match answer {
                    Answer::Auth(auth) if auth.kind == AuthKind::Ok => logged_in = true,
                    Answer::Auth(auth) => return Reply::Asked(auth),
                    Answer::Error(error) => return Reply::Refused { error, logged_in },
                    Answer::Ready => return Reply::LetIn,
                    Answer::Negotiate | Answer::AfterLogin => {}
                }
                if messages > MAX_MESSAGES {
                    return Reply::Nothing(&codes::PG_TOO_LARGE, None);
                }
                continue;
            }
            Ok(None) => {}
            Err(FrameError::TooLarge) => return Reply::Nothing(&codes::PG_TOO_LARGE, None),
            Err(FrameError::Malformed) => {
                return Reply::Nothing(&codes::PG_MALFORMED, Some(frame::other_service(rest)));
            }
        }
        if bytes.len() > MAX_GREETING {
            return Reply::Nothing(&codes::PG_TOO_LARGE, None);
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return Reply::Nothing(&codes::PG_CLOSED, None),
            Ok(count) => bytes.extend_from_slice(chunk.get(..count).unwrap_or_default()),
        }
    }
}
