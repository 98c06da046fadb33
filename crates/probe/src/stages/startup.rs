//! The startup message and the server's first answer.
//!
//! One answer is enough, and the probe leaves at once after it: a connection that waits takes one
//! of the server's slots. Only a server that asks for no proof is read on, to the end of its
//! greeting, because leaving earlier would look like a crash in its log; the greeting is discarded.

use super::{Connection, Deadline};
use crate::codes::{self, Code};
use crate::frame::{self, Answer, FrameError, Refusal};
use crate::tls;
use connlint_probe_api::{Auth, AuthKind};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The longest greeting of a server that lets us in, in bytes and in messages.
const MAX_GREETING: usize = 16 * 1024;
const MAX_MESSAGES: usize = 64;

/// What came of the startup message.
pub(crate) enum Reply {
    /// The server asks for a proof.
    Asked(Auth),
    /// The server let us in.
    LetIn {
        /// Whether it also said that it is ready for queries, which it does once user, database and
        /// the right to connect were looked at.
        ready: bool,
    },
    /// The server said no.
    Refused {
        /// With what.
        refusal: Refusal,
        /// Whether it had let us in before.
        logged_in: bool,
    },
    /// There was no answer of PostgreSQL.
    Nothing(Nothing),
}

/// Why there was no answer.
pub(crate) struct Nothing {
    pub(crate) code: &'static Code,
    /// What else may be listening there.
    pub(crate) service: Option<&'static str>,
    /// The alert of TLS that came instead.
    pub(crate) alert: Option<String>,
}

impl From<&'static Code> for Nothing {
    fn from(code: &'static Code) -> Self {
        Self {
            code,
            service: None,
            alert: None,
        }
    }
}

/// Sends the startup message, unless it is under way already, and reads the answer.
pub(crate) async fn introduce(
    stream: &mut dyn Connection,
    message: Option<&[u8]>,
    deadline: Deadline,
    budget: Duration,
) -> Reply {
    let mut reading = Reading::default();
    let exchange = async {
        if let Some(message) = message {
            // The server may have answered and closed before it read us; its answer still counts.
            let _ = stream.write_all(message).await;
            let _ = stream.flush().await;
        }
        reading.answer(stream).await
    };
    if let Some(reply) = deadline.within(budget, exchange).await {
        return reply;
    }
    let code = if reading.logged_in {
        &codes::PG_NOT_READY
    } else {
        &codes::PG_TIMEOUT
    };
    Reply::Nothing(code.into())
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    bytes: Vec<u8>,
    used: usize,
    messages: usize,
    logged_in: bool,
    negotiated: bool,
}

impl Reading {
    async fn answer(&mut self, stream: &mut dyn Connection) -> Reply {
        let mut chunk = [0u8; 2048];
        loop {
            while let Some(step) = self.step() {
                if let Err(reply) = step {
                    return reply;
                }
            }
            // A server with a long greeting is none the less one that let us in.
            if self.logged_in && (self.used > MAX_GREETING || self.messages > MAX_MESSAGES) {
                return Reply::LetIn { ready: false };
            }
            match stream.read(&mut chunk).await {
                Ok(0) => return Reply::Nothing((&codes::PG_CLOSED).into()),
                Ok(count) => {
                    self.bytes
                        .extend_from_slice(chunk.get(..count).unwrap_or_default());
                }
                Err(error) => return Reply::Nothing(broken(&error)),
            }
        }
    }

    /// Takes one message: none if more bytes are needed, an error if that was the last one.
    fn step(&mut self) -> Option<Result<(), Reply>> {
        if self.messages > MAX_MESSAGES {
            return None;
        }
        let rest = self.bytes.get(self.used..).unwrap_or_default();
        let nothing = |code: &'static Code| Some(Err(Reply::Nothing(code.into())));
        let (answer, count) = match frame::decode_answer(rest, self.logged_in) {
            Ok(found) => found?,
            Err(FrameError::TooLarge) => return nothing(&codes::PG_TOO_LARGE),
            Err(FrameError::OldError) => return nothing(&codes::PG_OLD_ERROR),
            Err(FrameError::Malformed) => {
                return Some(Err(Reply::Nothing(Nothing {
                    service: Some(frame::other_service(rest)),
                    ..Nothing::from(&codes::PG_MALFORMED)
                })));
            }
        };
        self.used += count;
        self.messages += 1;
        let logged_in = self.logged_in;
        match answer {
            Answer::Auth(auth) if auth.kind == AuthKind::Ok && !logged_in => self.logged_in = true,
            Answer::Auth(auth) if !logged_in => return Some(Err(Reply::Asked(auth))),
            // The server speaks a lower version of the protocol, and says so once.
            Answer::Negotiate if !logged_in && !self.negotiated => self.negotiated = true,
            Answer::Auth(_) | Answer::Negotiate => return nothing(&codes::PG_MALFORMED),
            Answer::Error(refusal) => return Some(Err(Reply::Refused { refusal, logged_in })),
            Answer::Ready => return Some(Err(Reply::LetIn { ready: true })),
            Answer::AfterLogin => {}
        }
        Some(Ok(()))
    }
}

/// What a connection that broke off says.
fn broken(error: &io::Error) -> Nothing {
    match tls::late_alert(error) {
        Some((code, alert)) => Nothing {
            alert: Some(alert),
            ..Nothing::from(code)
        },
        None => (&codes::PG_CLOSED).into(),
    }
}
