//! The record of who asked for what: one JSON line for each request, with keyed hashes in place of
//! the client's address and of the target, so that the record can be kept and compared but not read
//! backwards. User and database are not in it, not even hashed.

use super::client::ClientKey;
use super::token::hex;
use connlint_probe_api::Verdict;
use ring::hmac::{HMAC_SHA256, Key, sign};
use ring::rand::SystemRandom;
use serde::Serialize;
use std::fmt;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, SystemTime};

/// How many lines may wait to be written.
const WAITING: usize = 1024;

/// Writes the record, on a thread of its own: a slow disk does not hold up probes.
#[derive(Clone)]
pub struct Audit {
    key: Key,
    lines: SyncSender<Vec<u8>>,
    lost: Arc<AtomicU64>,
}

impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Audit(..)")
    }
}

/// Why there is no record.
#[derive(Debug)]
pub enum AuditError {
    /// The system has no randomness for a key.
    NoRandomness,
    /// The given key has fewer than [`Audit::SHORTEST_KEY`] bytes.
    ShortKey,
    /// No thread could be started.
    Thread(std::io::Error),
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRandomness => {
                f.write_str("the system gives no random numbers for the audit log's key")
            }
            Self::ShortKey => write!(
                f,
                "the audit log's key needs at least {} bytes; `openssl rand -hex 32` gives a good one",
                Audit::SHORTEST_KEY
            ),
            Self::Thread(error) => write!(f, "the audit log cannot be written: {error}"),
        }
    }
}

impl std::error::Error for AuditError {}

/// One line.
#[derive(Serialize)]
struct Entry<'a> {
    time: String,
    request: &'a str,
    client: String,
    targets: Vec<String>,
    /// The request whose answer this one shared, which has a line of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    shared: Option<&'a str>,
    /// The outcome; null if the request was refused or the caller left before.
    verdict: Option<&'a str>,
    /// The code of the verdict, or of the refusal.
    code: Option<&'a str>,
    ms: u64,
}

/// What came of a request.
pub(super) enum Became<'a> {
    /// A probe, with its verdict unless the caller left before.
    Probe(Option<&'a Verdict>),
    /// A share in the answer to this request.
    Shared(&'a str),
    /// A refusal with this code.
    Refused(&'static str),
}

/// Who asked for what.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) request: String,
    pub(super) client: ClientKey,
    /// None yet if the request was refused before it was read.
    pub(super) hosts: Vec<(String, u16)>,
}

impl Audit {
    /// The fewest bytes of a key.
    pub const SHORTEST_KEY: usize = 16;

    /// A record in `out`, with this key, or with one that ends with the process: hashes can then be
    /// compared within one run only.
    ///
    /// # Errors
    /// [`AuditError`] if the key is short or cannot be made, or there is no thread.
    pub fn new(
        key: Option<&[u8]>,
        mut out: impl Write + Send + 'static,
    ) -> Result<Self, AuditError> {
        let key = match key {
            Some(bytes) if bytes.len() < Self::SHORTEST_KEY => return Err(AuditError::ShortKey),
            Some(bytes) => Key::new(HMAC_SHA256, bytes),
            None => Key::generate(HMAC_SHA256, &SystemRandom::new())
                .map_err(|_| AuditError::NoRandomness)?,
        };
        let (lines, waiting) = sync_channel::<Vec<u8>>(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&lost);
        std::thread::Builder::new()
            .name("audit".into())
            .spawn(move || {
                for line in waiting {
                    if out.write_all(&line).and_then(|()| out.flush()).is_err() {
                        counter.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
            .map_err(AuditError::Thread)?;
        Ok(Self { key, lines, lost })
    }

    /// How many lines could not be written.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Writes down what came of a request.
    pub(super) fn record(&self, asked: &Asked, became: &Became<'_>, took: Duration) {
        let (shared, verdict, code) = match *became {
            Became::Probe(None) => (None, None, None),
            Became::Probe(Some(verdict)) => {
                let code = verdict.code.as_str();
                (None, Some(verdict.outcome.name()), Some(code))
            }
            Became::Shared(other) => (Some(other), None, None),
            Became::Refused(code) => (None, None, Some(code)),
        };
        let entry = Entry {
            time: humantime::format_rfc3339_millis(SystemTime::now()).to_string(),
            request: &asked.request,
            client: self.hash("client", &asked.client.text()),
            targets: asked
                .hosts
                .iter()
                .map(|(host, port)| self.hash("target", &format!("{host} {port}")))
                .collect(),
            shared,
            verdict,
            code,
            ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        };
        let sent = serde_json::to_vec(&entry).ok().is_some_and(|mut line| {
            line.push(b'\n');
            self.lines.try_send(line).is_ok()
        });
        if !sent {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// 64 bits of the keyed hash: enough to tell a few million apart.
    fn hash(&self, kind: &str, text: &str) -> String {
        let tag = sign(&self.key, format!("{kind} {text}").as_bytes());
        hex(tag.as_ref().get(..8).unwrap_or_default())
    }
}
