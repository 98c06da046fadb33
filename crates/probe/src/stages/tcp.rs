//! The TCP connection: to the checked address and to no other.

use super::Deadline;
use crate::codes::{self, Code};
use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;

/// Connects.
///
/// # Errors
/// The code of what came instead of a connection.
pub(crate) async fn connect(
    addr: SocketAddr,
    deadline: Deadline,
    budget: Duration,
) -> Result<TcpStream, &'static Code> {
    let stream = match deadline.within(budget, TcpStream::connect(addr)).await {
        None => return Err(&codes::TCP_TIMEOUT),
        Some(Err(error)) => return Err(reason(&error, addr)),
        Some(Ok(stream)) => stream,
    };
    // Without a listener, a local port can by chance be connected to itself.
    if stream.local_addr().is_ok_and(|local| local == addr) {
        return Err(&codes::TCP_REFUSED);
    }
    let peer = stream.peer_addr().map_err(|_| &codes::TCP_RESET)?;
    if (peer.ip(), peer.port()) != (addr.ip(), addr.port()) {
        return Err(&codes::TCP_LOCAL_ERROR);
    }
    // Small messages in turn: waiting for more to send would only cost time.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

fn reason(error: &Error, addr: SocketAddr) -> &'static Code {
    match error.kind() {
        ErrorKind::ConnectionRefused => &codes::TCP_REFUSED,
        ErrorKind::TimedOut => &codes::TCP_TIMEOUT,
        ErrorKind::HostUnreachable => &codes::TCP_HOST_UNREACHABLE,
        ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown | ErrorKind::AddrNotAvailable => {
            &codes::TCP_NET_UNREACHABLE
        }
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => &codes::TCP_RESET,
        // A computer without IPv6 does not even know the address family.
        _ if addr.is_ipv6() => &codes::TCP_NET_UNREACHABLE,
        _ => &codes::TCP_LOCAL_ERROR,
    }
}
