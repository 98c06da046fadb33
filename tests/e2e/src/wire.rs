//! A TCP proxy that writes down every byte, to be put between two parts.

use crate::Result;
use crate::http::{self, Request};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// A recording proxy on 127.0.0.1; stops when dropped.
#[derive(Debug)]
pub struct Wire {
    addr: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    stopped: AtomicBool,
    connections: Mutex<Vec<Recorded>>,
}

/// What one connection carried.
#[derive(Clone, Debug, Default)]
struct Recorded {
    sent: Vec<u8>,
    received: Vec<u8>,
}

impl Wire {
    /// Starts a proxy to this server.
    ///
    /// # Errors
    /// When the system gives no port.
    pub fn to(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let for_thread = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if for_thread.stopped.load(Ordering::SeqCst) {
                    return;
                }
                // Where the server does not listen the client sees its connection end.
                if let Ok(server) = TcpStream::connect(server) {
                    let _ = for_thread.carry(client, server);
                }
            }
        });
        Ok(Self { addr, shared })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Everything that clients sent, all connections one after the other.
    #[must_use]
    pub fn sent(&self) -> Vec<u8> {
        self.shared.all(|recorded| recorded.sent.clone()).concat()
    }

    /// Everything that the server answered.
    #[must_use]
    pub fn received(&self) -> Vec<u8> {
        self.shared
            .all(|recorded| recorded.received.clone())
            .concat()
    }

    /// What clients sent, read as HTTP requests.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared
            .all(|recorded| http::requests(&recorded.sent))
            .concat()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the accepting thread, which then leaves.
        let _ = TcpStream::connect_timeout(&self.addr, Duration::from_millis(200));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Vec<Recorded>> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn all<T>(&self, part: impl FnMut(&Recorded) -> T) -> Vec<T> {
        self.lock().iter().map(part).collect()
    }

    /// Carries a connection's bytes both ways, in threads that end with it.
    fn carry(self: &Arc<Self>, client: TcpStream, server: TcpStream) -> Result {
        let index = {
            let mut connections = self.lock();
            connections.push(Recorded::default());
            connections.len() - 1
        };
        let ways = [
            (client.try_clone()?, server.try_clone()?, true),
            (server, client, false),
        ];
        for (mut from, mut to, to_server) in ways {
            let shared = Arc::clone(self);
            thread::spawn(move || {
                let mut chunk = [0; 16 * 1024];
                while let Ok(length @ 1..) = from.read(&mut chunk) {
                    let bytes = &chunk[..length];
                    // Written down first: what has arrived is always on record.
                    if let Some(recorded) = shared.lock().get_mut(index) {
                        let side = if to_server {
                            &mut recorded.sent
                        } else {
                            &mut recorded.received
                        };
                        side.extend_from_slice(bytes);
                    }
                    if to.write_all(bytes).is_err() {
                        break;
                    }
                }
                let _ = to.shutdown(Shutdown::Write);
                if !to_server {
                    let _ = from.shutdown(Shutdown::Both);
                }
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_are_carried_and_written_down() {
        let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let wire = Wire::to(server.local_addr().unwrap()).unwrap();
        let answering = thread::spawn(move || {
            let (mut stream, _) = server.accept().unwrap();
            let mut question = Vec::new();
            stream.read_to_end(&mut question).unwrap();
            stream.write_all(b"answer").unwrap();
            question
        });
        let mut client = TcpStream::connect(wire.addr()).unwrap();
        client.write_all(b"GET /q HTTP/1.1\r\n\r\n").unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();

        assert_eq!(answer, "answer");
        assert_eq!(answering.join().unwrap(), wire.sent());
        assert_eq!(wire.received(), b"answer");
        assert_eq!(wire.requests()[0].line(), "GET /q");
    }
}
