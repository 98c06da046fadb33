//! A fake DNS server on loopback, UDP only, that answers from a small table.

use crate::Error;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// What the server says about one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// These addresses; the family that was not asked for is left out.
    Addresses(Vec<IpAddr>),
    /// An alias, followed as far as the table goes.
    Alias(String),
    /// The name does not exist (NXDOMAIN).
    NoSuchName,
    /// The name exists and has no address (NODATA).
    NoData,
    /// The server could not find out (SERVFAIL).
    ServFail,
    /// The server does not want to answer (REFUSED).
    Refused,
    /// No answer at all.
    Silence,
    /// One reply to questions for IPv4 addresses, another one to all others.
    ByFamily(Box<Reply>, Box<Reply>),
    /// Another reply each time the name is asked, for both families together; the last one stays.
    Turns(Vec<Reply>),
}

/// The table: names in lower case, without trailing dot. What is not in it does not exist.
pub type Zone = HashMap<String, Reply>;

/// A fake DNS server; stops when dropped.
#[derive(Debug)]
pub struct FakeDns {
    addr: SocketAddr,
    stopped: Arc<AtomicBool>,
    queries: Arc<AtomicUsize>,
}

const A: u16 = 1;
const CNAME: u16 = 5;
const AAAA: u16 = 28;

impl FakeDns {
    /// Starts a server with this table.
    ///
    /// # Errors
    /// If the system gives no port.
    pub fn start<N: Into<String>>(
        zone: impl IntoIterator<Item = (N, Reply)>,
    ) -> Result<Self, Error> {
        let zone: Zone = zone
            .into_iter()
            .map(|(name, reply)| (name.into(), reply))
            .collect();
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_read_timeout(Some(Duration::from_millis(50)))?;
        let addr = socket.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let queries = Arc::new(AtomicUsize::new(0));
        let (stop, count) = (Arc::clone(&stopped), Arc::clone(&queries));
        let turns = Mutex::new(HashMap::new());
        thread::spawn(move || {
            let mut packet = [0u8; 1500];
            while !stop.load(Ordering::SeqCst) {
                let Ok((length, from)) = socket.recv_from(&mut packet) else {
                    continue;
                };
                count.fetch_add(1, Ordering::SeqCst);
                if let Some(answer) = answer(&packet[..length], &zone, &turns) {
                    let _ = socket.send_to(&answer, from);
                }
            }
        });
        Ok(Self {
            addr,
            stopped,
            queries,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// How many queries came.
    #[must_use]
    pub fn queries(&self) -> usize {
        self.queries.load(Ordering::SeqCst)
    }
}

impl Drop for FakeDns {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
    }
}

/// How often a name was asked, by name and type.
type Turns = Mutex<HashMap<(String, u16), usize>>;

fn answer(packet: &[u8], zone: &Zone, turns: &Turns) -> Option<Vec<u8>> {
    let (mut name, question_end) = read_name(packet, 12)?;
    let kind = u16::from_be_bytes([*packet.get(question_end)?, *packet.get(question_end + 1)?]);
    let mut records = Vec::new();
    let mut code = 0u8;
    // An alias loop ends here, as it does in a real server that answers with what it has.
    for _ in 0..8 {
        let mut reply = zone.get(&name).cloned().unwrap_or(Reply::NoSuchName);
        if let Reply::Turns(all) = reply {
            let mut seen = turns.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = seen.entry((name.clone(), kind)).or_insert(0);
            reply = all.get((*turn).min(all.len().saturating_sub(1)))?.clone();
            *turn += 1;
        }
        if let Reply::ByFamily(v4, other) = reply {
            reply = if kind == A { *v4 } else { *other };
        }
        match reply {
            Reply::Addresses(addresses) => {
                for address in addresses {
                    match (address, kind) {
                        (IpAddr::V4(ip), A) => {
                            records.push((name.clone(), A, ip.octets().to_vec()));
                        }
                        (IpAddr::V6(ip), AAAA) => {
                            records.push((name.clone(), AAAA, ip.octets().to_vec()));
                        }
                        _ => {}
                    }
                }
            }
            Reply::Alias(target) => {
                records.push((name, CNAME, write_name(&target)));
                // Who asks for the alias itself gets it and nothing else.
                if kind == CNAME {
                    break;
                }
                name = target;
                continue;
            }
            Reply::NoSuchName => code = 3,
            Reply::NoData => {}
            Reply::ServFail => code = 2,
            Reply::Refused => code = 5,
            Reply::Silence | Reply::Turns(_) | Reply::ByFamily(..) => return None,
        }
        break;
    }
    let mut out = packet.get(..2)?.to_vec();
    // Response, authoritative, recursion desired and available.
    out.extend_from_slice(&[0x85, 0x80 | code, 0, 1]);
    out.extend_from_slice(&u16::try_from(records.len()).ok()?.to_be_bytes());
    out.extend_from_slice(&[0, 0, 0, 0]);
    out.extend_from_slice(packet.get(12..question_end + 4)?);
    for (owner, kind, data) in records {
        out.extend_from_slice(&write_name(&owner));
        out.extend_from_slice(&kind.to_be_bytes());
        out.extend_from_slice(&[0, 1, 0, 0, 0, 5]);
        out.extend_from_slice(&u16::try_from(data.len()).ok()?.to_be_bytes());
        out.extend_from_slice(&data);
    }
    Some(out)
}

/// Reads an uncompressed name, gives it in lower case with the position after it.
fn read_name(packet: &[u8], mut at: usize) -> Option<(String, usize)> {
    let mut labels = Vec::new();
    loop {
        let length = usize::from(*packet.get(at)?);
        at += 1;
        if length == 0 {
            return Some((labels.join("."), at));
        }
        let label = packet.get(at..at + length)?;
        labels.push(String::from_utf8_lossy(label).to_ascii_lowercase());
        at += length;
    }
}

fn write_name(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for label in name.split('.').filter(|l| !l.is_empty()) {
        out.push(u8::try_from(label.len().min(63)).unwrap_or(63));
        out.extend(label.bytes().take(63));
    }
    out.push(0);
    out
}
