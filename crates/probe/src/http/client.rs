//! Who is asking: the address that limits are counted for.

use axum::http::HeaderMap;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// The other end of the connection, which the accept loop leaves with each request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) SocketAddr);

/// A client as the limits know it: one IPv4 address, or the /64 that one IPv6 subscriber has.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ClientKey(IpNet);

/// Shows nothing, so that no address gets into a log by accident.
impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientKey(..)")
    }
}

impl ClientKey {
    pub(super) fn of(ip: IpAddr) -> Self {
        Self(network(ip, 32, 64))
    }

    /// For what hashes it.
    pub(super) fn text(self) -> String {
        self.0.to_string()
    }
}

/// The network around an address; IPv4 in an IPv6 coat counts as IPv4.
pub(super) fn network(ip: IpAddr, v4: u8, v6: u8) -> IpNet {
    match ip.to_canonical() {
        IpAddr::V4(ip) => Ipv4Net::new(ip, v4).unwrap_or(ip.into()).trunc().into(),
        IpAddr::V6(ip) => Ipv6Net::new(ip, v6).unwrap_or(ip.into()).trunc().into(),
    }
}

/// The nearest hop that is not one of our own proxies: the other end of the connection, or, if that
/// is a trusted proxy, the right-most address in `X-Forwarded-For` that is none. What stands further
/// left was written by the client and proves nothing; `Forwarded` and `X-Real-IP` are not read.
pub(super) fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_proxy = |ip: IpAddr| trusted.iter().any(|net| net.contains(&ip));
    let mut hop = peer.to_canonical();
    let values: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .map(|value| value.to_str().unwrap_or_default())
        .collect();
    let mut before = values.iter().rev().flat_map(|value| value.rsplit(','));
    while is_proxy(hop) {
        // Where the list ends or makes no sense, the last proxy that could be believed counts.
        let Some(ip) = before.next().and_then(|text| read(text.trim())) else {
            break;
        };
        hop = ip;
    }
    hop
}

/// An address, which some proxies write with its port.
fn read(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|addr| addr.ip()))
        .map(|ip| ip.to_canonical())
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        headers.insert("x-real-ip", "203.0.113.99".parse().unwrap());
        headers.insert("forwarded", "for=203.0.113.98".parse().unwrap());
        let trusted: Vec<IpNet> = trusted.iter().map(|t| t.parse().unwrap()).collect();
        address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn without_a_trusted_proxy_the_other_end_of_the_connection_counts() {
        assert_eq!(seen("198.51.100.7", &["203.0.113.1"], &[]), "198.51.100.7");
        assert_eq!(
            seen("198.51.100.7", &["203.0.113.1"], &["10.0.0.0/8"]),
            "198.51.100.7"
        );
    }

    #[test]
    fn behind_proxies_the_right_most_foreign_address_counts() {
        let ours = &["10.0.0.0/8", "fd00::/8"];
        for (forwarded, expected) in [
            (&["203.0.113.1"][..], "203.0.113.1"),
            // The client wrote the first one itself.
            (&["192.0.2.66, 203.0.113.1"], "203.0.113.1"),
            (&["192.0.2.66", "203.0.113.1"], "203.0.113.1"),
            (&["192.0.2.66, 203.0.113.1, 10.1.1.1"], "203.0.113.1"),
            (&["203.0.113.1:51234"], "203.0.113.1"),
            (&["[2001:db8::1]:443"], "2001:db8::1"),
            (&["[2001:db8::1]"], "2001:db8::1"),
            (&["::ffff:203.0.113.1"], "203.0.113.1"),
            // Only proxies: the outermost of them.
            (&["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
            // Nonsense next to a proxy ends the walk at the proxy.
            (&["203.0.113.1, unknown"], "10.0.0.1"),
            (&["203.0.113.1,"], "10.0.0.1"),
            (&[], "10.0.0.1"),
        ] {
            assert_eq!(seen("10.0.0.1", forwarded, ours), expected, "{forwarded:?}");
        }
        assert_eq!(
            seen("::ffff:10.0.0.1", &["203.0.113.1"], ours),
            "203.0.113.1"
        );
    }

    #[test]
    fn one_subscriber_has_one_key() {
        let key = |ip: &str| ClientKey::of(ip.parse().unwrap());
        assert!(key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff::9"));
        assert!(key("2001:db8:1:2::1") != key("2001:db8:1:3::1"));
        assert!(key("192.0.2.1") != key("192.0.2.2"));
        assert!(key("::ffff:192.0.2.1") == key("192.0.2.1"));
        assert!(!format!("{:?}", key("192.0.2.1")).contains("192"));
    }
}
