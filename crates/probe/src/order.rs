//! The order in which libpq tries a host's addresses: that of `getaddrinfo`, which sorts by RFC 6724
//! (<https://www.rfc-editor.org/rfc/rfc6724>) and by how this computer would reach each address.
//!
//! Systems differ in one table of that standard: the C library of most Linux systems still has that
//! of its predecessor, RFC 3484. Where the two come to different first addresses, and where the
//! computer has rules of its own (`/etc/gai.conf`), no address is called the first.

use std::cmp::Reverse;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, UdpSocket};

/// The addresses as libpq would go through them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Order {
    /// All of them, with the address that this computer would connect from; none if it has no way.
    pub(crate) addresses: Vec<(IpAddr, Option<IpAddr>)>,
    /// Whether the first of them is certainly the one that libpq tries first.
    pub(crate) first_is_certain: bool,
}

/// Sorts addresses as this computer's `getaddrinfo` would; each comes once.
pub(crate) fn here(addresses: &[IpAddr]) -> Order {
    let mut order = sort(addresses, source_of);
    order.first_is_certain &= !has_rules_of_its_own();
    order
}

/// The address that this computer would connect from. Nothing is sent: a UDP socket that is told its
/// peer only looks up the route.
pub(crate) fn source_of(ip: IpAddr) -> Option<IpAddr> {
    let any: SocketAddr = if ip.is_ipv4() {
        ([0, 0, 0, 0], 0).into()
    } else {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    };
    let socket = UdpSocket::bind(any).ok()?;
    // The port is not used; it only must not be 0.
    socket.connect((ip, 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

fn has_rules_of_its_own() -> bool {
    let is_rule = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    std::fs::read_to_string("/etc/gai.conf").is_ok_and(|rules| rules.lines().any(is_rule))
}

fn sort(addresses: &[IpAddr], source_of: impl Fn(IpAddr) -> Option<IpAddr>) -> Order {
    let mut all: Vec<(IpAddr, Option<IpAddr>)> = Vec::with_capacity(addresses.len());
    for ip in addresses.iter().map(IpAddr::to_canonical) {
        if !all.iter().any(|(seen, _)| *seen == ip) {
            all.push((ip, source_of(ip)));
        }
    }
    let mut older = all.clone();
    all.sort_by_key(|(ip, source)| key(*ip, *source, RFC_6724));
    older.sort_by_key(|(ip, source)| key(*ip, *source, RFC_3484));
    Order {
        first_is_certain: all.first() == older.first(),
        addresses: all,
    }
}

/// Rules 1, 2, 5, 6, 8 and 9 of the standard, smaller is better; 3, 4 and 7 need what a program does
/// not get to know, and 10 is that the sort keeps the order otherwise.
type Key = (bool, bool, bool, Reverse<u8>, u8, Reverse<u32>);

fn key(ip: IpAddr, source: Option<IpAddr>, table: &[Entry]) -> Key {
    let (precedence, label) = look_up(ip, table);
    let Some(source) = source else {
        return (true, true, true, Reverse(precedence), scope(ip), Reverse(0));
    };
    let common = match (ip, source) {
        (IpAddr::V6(ip), IpAddr::V6(source)) => (ip.to_bits() ^ source.to_bits()).leading_zeros(),
        _ => 0,
    };
    (
        false,
        scope(ip) != scope(source),
        label != look_up(source, table).1,
        Reverse(precedence),
        scope(ip),
        Reverse(common),
    )
}

/// The scope, in the numbers that multicast addresses have for it.
fn scope(ip: IpAddr) -> u8 {
    const LINK: u8 = 2;
    const SITE: u8 = 5;
    const GLOBAL: u8 = 14;
    match ip {
        IpAddr::V4(ip) if ip.is_loopback() || ip.is_link_local() => LINK,
        IpAddr::V4(_) => GLOBAL,
        IpAddr::V6(ip) if ip.is_multicast() => ip.octets()[1] & 0xf,
        IpAddr::V6(ip) if ip.is_loopback() || ip.is_unicast_link_local() => LINK,
        IpAddr::V6(ip) if ip.segments()[0] & 0xffc0 == 0xfec0 => SITE,
        IpAddr::V6(_) => GLOBAL,
    }
}

/// A prefix with its length, precedence and label.
type Entry = (Ipv6Addr, u32, u8, u8);

const fn prefix(a: u16, b: u16, f: u16) -> Ipv6Addr {
    Ipv6Addr::new(a, b, 0, 0, 0, f, 0, 0)
}

/// The longest prefix that fits comes first.
const RFC_6724: &[Entry] = &[
    (Ipv6Addr::LOCALHOST, 128, 50, 0),
    (prefix(0, 0, 0xffff), 96, 35, 4),
    (prefix(0, 0, 0), 96, 1, 3),
    (prefix(0x2001, 0, 0), 32, 5, 5),
    (prefix(0x2002, 0, 0), 16, 30, 2),
    (prefix(0x3ffe, 0, 0), 16, 1, 12),
    (prefix(0xfec0, 0, 0), 10, 1, 11),
    (prefix(0xfc00, 0, 0), 7, 3, 13),
    (prefix(0, 0, 0), 0, 40, 1),
];

/// As the GNU C library has it.
const RFC_3484: &[Entry] = &[
    (Ipv6Addr::LOCALHOST, 128, 50, 0),
    (prefix(0, 0, 0xffff), 96, 10, 4),
    (prefix(0, 0, 0), 96, 20, 3),
    (prefix(0x2001, 0, 0), 32, 40, 7),
    (prefix(0x2002, 0, 0), 16, 30, 2),
    (prefix(0xfec0, 0, 0), 10, 40, 5),
    (prefix(0xfc00, 0, 0), 7, 40, 6),
    (prefix(0, 0, 0), 0, 40, 1),
];

fn look_up(ip: IpAddr, table: &[Entry]) -> (u8, u8) {
    let bits = match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
        IpAddr::V6(ip) => ip.to_bits(),
    };
    table
        .iter()
        .find(|(net, length, ..)| (net.to_bits() ^ bits).leading_zeros() >= *length)
        .map_or((40, 1), |(_, _, precedence, label)| (*precedence, *label))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Destinations with the source for each, in the order that DNS gave, and as they are sorted.
    fn sorted(given: &[(&str, Option<&str>)]) -> (Vec<String>, bool) {
        let read = |text: &str| text.parse::<IpAddr>().unwrap();
        let addresses: Vec<IpAddr> = given.iter().map(|(ip, _)| read(ip)).collect();
        let order = sort(&addresses, |ip| {
            let (_, source) = given.iter().find(|(to, _)| read(to) == ip).unwrap();
            source.map(read)
        });
        let names = order.addresses.iter().map(|(ip, _)| ip.to_string());
        (names.collect(), order.first_is_certain)
    }

    /// The examples of RFC 6724, section 10.2, that do not rest on rules 3, 4 and 7.
    #[test]
    fn the_examples_of_the_standard_come_out_as_it_says() {
        for (given, first) in [
            (
                [
                    ("2001:db8:1::1", Some("2001:db8:1::2")),
                    ("198.51.100.121", Some("169.254.13.78")),
                ],
                "2001:db8:1::1",
            ),
            (
                [
                    ("2001:db8:1::1", Some("fe80::1")),
                    ("198.51.100.121", Some("198.51.100.117")),
                ],
                "198.51.100.121",
            ),
            (
                [
                    ("10.1.2.3", Some("10.1.2.4")),
                    ("2001:db8:1::1", Some("2001:db8:1::2")),
                ],
                "2001:db8:1::1",
            ),
            (
                [
                    ("2001:db8:1::1", Some("2001:db8:1::2")),
                    ("fe80::1", Some("fe80::2")),
                ],
                "fe80::1",
            ),
            (
                [
                    ("2002:c633:6401::1", Some("2002:c633:6401::2")),
                    ("2001:db8:1::1", Some("2002:c633:6401::2")),
                ],
                "2002:c633:6401::1",
            ),
            (
                [
                    ("2001:db8:1::1", Some("2001:db8:1::2")),
                    ("2001:db8:3ffe::1", Some("2001:db8:3f44::2")),
                ],
                "2001:db8:1::1",
            ),
        ] {
            for turned in [given, [given[1], given[0]]] {
                let (order, certain) = sorted(&turned);
                assert_eq!(order[0], first, "{turned:?}");
                assert!(certain, "{turned:?}");
            }
        }
    }

    #[test]
    fn what_this_computer_cannot_reach_comes_last() {
        let (order, certain) =
            sorted(&[("2603:1030::1", None), ("20.50.60.70", Some("192.168.1.5"))]);
        assert_eq!(order, ["20.50.60.70", "2603:1030::1"]);
        assert!(certain);
    }

    #[test]
    fn equals_stay_as_dns_gave_them_and_each_comes_once() {
        let from = Some("192.168.1.5");
        let (order, _) = sorted(&[
            ("20.0.0.9", from),
            ("20.0.0.1", from),
            ("20.0.0.9", from),
            ("10.0.0.1", from),
        ]);
        assert_eq!(order, ["20.0.0.9", "20.0.0.1", "10.0.0.1"]);
    }

    #[test]
    fn where_systems_differ_no_address_is_called_the_first() {
        let (_, certain) = sorted(&[
            ("fd12::1", Some("fd12::2")),
            ("20.50.60.70", Some("192.168.1.5")),
        ]);
        assert!(!certain);
    }

    #[test]
    fn the_way_to_this_computer_begins_at_itself() {
        let loopback: IpAddr = "127.0.0.1".parse().unwrap();
        assert_eq!(source_of(loopback), Some(loopback));
    }
}
