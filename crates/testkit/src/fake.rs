//! A server on loopback that follows a script, one thread a connection.

use crate::{Error, wire};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::SockRef;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a script waits for a client's bytes before it gives up, so that no thread stays.
const PATIENCE: Duration = Duration::from_secs(20);

/// A scripted server; stops when dropped.
#[derive(Debug)]
pub struct FakeServer {
    addr: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    stopped: AtomicBool,
    connections: AtomicUsize,
    startups: Mutex<Vec<Startup>>,
    left_over: Mutex<Vec<Vec<u8>>>,
}

/// What a client said in its startup message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Startup {
    /// The protocol's version as the client wrote it: 196608 is 3.0.
    pub version: u32,
    /// The parameters in their order.
    pub params: Vec<(String, String)>,
    /// Whether it came over TLS.
    pub tls: bool,
}

impl Startup {
    /// The value of a parameter such as `user`.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }
}

/// One connection, in the hands of a script.
#[derive(Debug)]
pub struct Session {
    stream: Stream,
    shared: Arc<Shared>,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
    Gone,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FakeServer {
    /// Starts on 127.0.0.1. The script runs once a connection; an error in it closes the connection.
    ///
    /// # Errors
    /// If the system gives no port.
    pub fn start<F>(script: F) -> Result<Self, Error>
    where
        F: Fn(&mut Session) -> Result<(), Error> + Send + Sync + 'static,
    {
        Self::start_on(Ipv4Addr::LOCALHOST.into(), 0, script)
    }

    /// Starts on this loopback address and port (0: any).
    ///
    /// # Errors
    /// If the address is not a loopback address, or the port is taken.
    pub fn start_on<F>(ip: IpAddr, port: u16, script: F) -> Result<Self, Error>
    where
        F: Fn(&mut Session) -> Result<(), Error> + Send + Sync + 'static,
    {
        if !ip.is_loopback() {
            return Err("a fake server listens on loopback only".into());
        }
        let listener = TcpListener::bind((ip, port))?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let script = Arc::new(script);
        let for_thread = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if for_thread.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let _ = stream.set_nodelay(true);
                let _ = stream.set_read_timeout(Some(PATIENCE));
                for_thread.connections.fetch_add(1, Ordering::SeqCst);
                let script = Arc::clone(&script);
                let mut session = Session {
                    stream: Stream::Plain(stream),
                    shared: Arc::clone(&for_thread),
                };
                // A script that fails has lost its client, which is what many tests are about.
                thread::spawn(move || script(&mut session));
            }
        });
        Ok(Self { addr, shared })
    }

    /// Starts a database without TLS that asks for a password so long after the startup message.
    ///
    /// # Errors
    /// If the system gives no port.
    pub fn asking_after(pause: Duration) -> Result<Self, Error> {
        Self::start(move |session| {
            session.read_startup()?;
            thread::sleep(pause);
            session.send(&wire::auth(3, b""))?;
            session.read_to_end()?;
            Ok(())
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The port where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.addr.port()
    }

    /// How many connections came.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// The startup messages read so far.
    #[must_use]
    pub fn startups(&self) -> Vec<Startup> {
        lock(&self.shared.startups).clone()
    }

    /// What clients sent after the script was done with them (see [`Session::read_to_end`]).
    #[must_use]
    pub fn left_over(&self) -> Vec<Vec<u8>> {
        lock(&self.shared.left_over).clone()
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the accepting thread, which then leaves.
        let _ = TcpStream::connect_timeout(&self.addr, Duration::from_millis(200));
    }
}

impl Session {
    /// Sends bytes.
    ///
    /// # Errors
    /// If the client is gone.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), Error> {
        match &mut self.stream {
            Stream::Plain(s) => s.write_all(bytes)?,
            Stream::Tls(s) => {
                s.write_all(bytes)?;
                s.flush()?;
            }
            Stream::Gone => return Err("the connection is closed".into()),
        }
        Ok(())
    }

    /// Sends bytes one at a time with a pause after each.
    ///
    /// # Errors
    /// If the client is gone.
    pub fn dribble(&mut self, bytes: &[u8], pause: Duration) -> Result<(), Error> {
        for byte in bytes {
            self.send(std::slice::from_ref(byte))?;
            thread::sleep(pause);
        }
        Ok(())
    }

    /// Reads exactly that many bytes.
    ///
    /// # Errors
    /// If the client is gone or takes longer than 20 s.
    pub fn read(&mut self, count: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; count];
        match &mut self.stream {
            Stream::Plain(s) => s.read_exact(&mut bytes)?,
            Stream::Tls(s) => s.read_exact(&mut bytes)?,
            Stream::Gone => return Err("the connection is closed".into()),
        }
        Ok(bytes)
    }

    /// Reads the request for TLS.
    ///
    /// # Errors
    /// If something else comes.
    pub fn expect_ssl_request(&mut self) -> Result<(), Error> {
        if self.read(8)? == wire::SSL_REQUEST {
            Ok(())
        } else {
            Err("not a request for TLS".into())
        }
    }

    /// Reads a startup message and notes it for [`FakeServer::startups`].
    ///
    /// # Errors
    /// If what comes is none.
    pub fn read_startup(&mut self) -> Result<Startup, Error> {
        let number = |bytes: &[u8]| bytes.iter().fold(0u32, |n, b| (n << 8) | u32::from(*b));
        let length = number(&self.read(4)?);
        if !(8..=10_000).contains(&length) {
            return Err("not the length of a startup message".into());
        }
        let body = self.read(length as usize - 4)?;
        let (version, rest) = body.split_at(4);
        let mut words = rest
            .split(|b| *b == 0)
            .map(|w| String::from_utf8_lossy(w).into_owned());
        let mut params = Vec::new();
        while let (Some(name), Some(value)) = (words.next(), words.next()) {
            if name.is_empty() {
                break;
            }
            params.push((name, value));
        }
        let tls = matches!(self.stream, Stream::Tls(_));
        let startup = Startup {
            version: number(version),
            params,
            tls,
        };
        lock(&self.shared.startups).push(startup.clone());
        Ok(startup)
    }

    /// Goes on over TLS; the handshake happens here.
    ///
    /// # Errors
    /// If the handshake fails.
    pub fn start_tls(&mut self, config: &Arc<ServerConfig>) -> Result<(), Error> {
        let Stream::Plain(mut tcp) = std::mem::replace(&mut self.stream, Stream::Gone) else {
            return Err("TLS is on already".into());
        };
        let mut connection = ServerConnection::new(Arc::clone(config))?;
        while connection.is_handshaking() {
            if let Err(error) = connection.complete_io(&mut tcp) {
                // Alerts are queued by rustls; the client should see them, which it does not if bytes
                // that nobody read turn the end of the connection into a reset.
                let _ = connection.write_tls(&mut tcp);
                let _ = tcp.shutdown(Shutdown::Write);
                let _ = tcp.set_read_timeout(Some(Duration::from_secs(1)));
                let _ = tcp.read_to_end(&mut Vec::new());
                return Err(error.into());
            }
        }
        self.stream = Stream::Tls(Box::new(StreamOwned::new(connection, tcp)));
        Ok(())
    }

    /// What nearly every script begins with: request for TLS, `S`, handshake, startup message.
    ///
    /// # Errors
    /// If the client does otherwise.
    pub fn up_to_startup(&mut self, config: &Arc<ServerConfig>) -> Result<Startup, Error> {
        self.expect_ssl_request()?;
        self.send(b"S")?;
        self.start_tls(config)?;
        self.read_startup()
    }

    /// Reads until the client ends the connection and notes the bytes for
    /// [`FakeServer::left_over`]. Gives true if the end was a proper one: over TLS, with a
    /// close_notify before the end of the TCP stream.
    ///
    /// # Errors
    /// If the client takes longer than 20 s.
    pub fn read_to_end(&mut self) -> Result<bool, Error> {
        let mut bytes = Vec::new();
        let result = match &mut self.stream {
            Stream::Plain(s) => s.read_to_end(&mut bytes),
            Stream::Tls(s) => s.read_to_end(&mut bytes),
            Stream::Gone => Ok(0),
        };
        lock(&self.shared.left_over).push(bytes);
        match result {
            Ok(_) => Ok(true),
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset
                ) =>
            {
                Ok(false)
            }
            Err(e) => Err(e.into()),
        }
    }

    /// Says nothing until the server is dropped, at most 20 s.
    pub fn stay_silent(&mut self) {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until && !self.shared.stopped.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the TCP connection with a reset.
    pub fn reset(&mut self) {
        let stream = match std::mem::replace(&mut self.stream, Stream::Gone) {
            Stream::Plain(s) => s,
            Stream::Tls(s) => s.sock,
            Stream::Gone => return,
        };
        // Closing a socket that lingers for no time at all is what makes the reset.
        let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
    }

    /// Ends the TCP connection without a goodbye of TLS.
    pub fn cut(&mut self) {
        match std::mem::replace(&mut self.stream, Stream::Gone) {
            Stream::Plain(s) => drop(s.shutdown(Shutdown::Both)),
            Stream::Tls(s) => drop(s.sock.shutdown(Shutdown::Both)),
            Stream::Gone => {}
        }
    }
}
