//! What addresses are used for, after the special-purpose registries of IANA
//! (<https://www.iana.org/assignments/iana-ipv4-special-registry>,
//! <https://www.iana.org/assignments/iana-ipv6-special-registry>). For IPv6 the table is turned
//! round: what lies outside 2000::/3 is special unless it is known, so that new registrations are
//! closed by default.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AddressKind {
    /// Reachable from everywhere.
    Public,
    /// This computer.
    Loopback,
    /// A private network (RFC 1918, RFC 4193) or a carrier's shared space (RFC 6598).
    Private,
    /// Only this link; cloud machines find their own credentials at 169.254.169.254.
    LinkLocal,
    /// The platform services that a cloud offers its machines, such as Azure's at 168.63.129.16,
    /// which looks public and is not; see
    /// <https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16>.
    Platform,
    /// No address at all: 0.0.0.0/8 or `::`.
    Unspecified,
    /// Many receivers at once.
    Multicast,
    /// Carries an IPv4 address inside (NAT64, 6to4, Teredo, IPv4-compatible), which would slip past
    /// the rules for IPv4.
    Embedded,
    /// Documentation, benchmarks, reserved.
    Reserved,
    /// The probe's own computer, by whichever of its addresses.
    Own,
    /// Closed by the probe's operator.
    Closed,
}

impl AddressKind {
    /// The name in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::LinkLocal => "link-local",
            Self::Platform => "cloud-platform",
            Self::Unspecified => "unspecified",
            Self::Multicast => "multicast",
            Self::Embedded => "embedded-ipv4",
            Self::Reserved => "reserved",
            Self::Own => "own-address",
            Self::Closed => "closed-by-operator",
        }
    }

    /// Whether an operator's list of networks may open addresses of this kind. The others lead to
    /// no database server, whatever a wide network (`0.0.0.0/0`) takes in.
    #[must_use]
    pub const fn may_be_listed(self) -> bool {
        matches!(
            self,
            Self::Public | Self::Loopback | Self::Private | Self::Reserved
        )
    }

    /// The kind of an address; IPv4-mapped IPv6 addresses are read as the IPv4 address.
    #[must_use]
    pub fn of(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(ip) => first_match(u128::from(ip.to_bits()), 32, V4).unwrap_or(Self::Public),
            IpAddr::V6(ip) => first_match(ip.to_bits(), 128, V6).unwrap_or(Self::Reserved),
        }
    }
}

fn first_match<A: Bits>(
    bits: u128,
    width: u32,
    table: &[(A, u32, AddressKind)],
) -> Option<AddressKind> {
    let inside = |net: u128, prefix: u32| prefix == 0 || (bits ^ net) >> (width - prefix) == 0;
    table
        .iter()
        .find(|(net, prefix, _)| inside(net.bits(), *prefix))
        .map(|(_, _, kind)| *kind)
}

trait Bits: Copy {
    fn bits(self) -> u128;
}

impl Bits for Ipv4Addr {
    fn bits(self) -> u128 {
        u128::from(self.to_bits())
    }
}

impl Bits for Ipv6Addr {
    fn bits(self) -> u128 {
        self.to_bits()
    }
}

use AddressKind as K;

const fn v4(a: u8, b: u8, c: u8, d: u8) -> Ipv4Addr {
    Ipv4Addr::new(a, b, c, d)
}

const fn v6(a: u16, b: u16, c: u16, d: u16) -> Ipv6Addr {
    Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)
}

/// First match counts, so the narrow networks stand before the wide ones around them.
const V4: &[(Ipv4Addr, u32, K)] = &[
    (v4(0, 0, 0, 0), 8, K::Unspecified),
    (v4(10, 0, 0, 0), 8, K::Private),
    (v4(100, 100, 100, 200), 32, K::Platform),
    (v4(100, 64, 0, 0), 10, K::Private),
    (v4(127, 0, 0, 0), 8, K::Loopback),
    (v4(168, 63, 129, 16), 32, K::Platform),
    (v4(169, 254, 0, 0), 16, K::LinkLocal),
    (v4(172, 16, 0, 0), 12, K::Private),
    (v4(192, 0, 0, 192), 32, K::Platform),
    (v4(192, 0, 0, 0), 24, K::Reserved),
    (v4(192, 0, 2, 0), 24, K::Reserved),
    (v4(192, 31, 196, 0), 24, K::Reserved),
    (v4(192, 52, 193, 0), 24, K::Reserved),
    (v4(192, 88, 99, 0), 24, K::Embedded),
    (v4(192, 168, 0, 0), 16, K::Private),
    (v4(192, 175, 48, 0), 24, K::Reserved),
    (v4(198, 18, 0, 0), 15, K::Reserved),
    (v4(198, 51, 100, 0), 24, K::Reserved),
    (v4(203, 0, 113, 0), 24, K::Reserved),
    (v4(224, 0, 0, 0), 4, K::Multicast),
    (v4(255, 255, 255, 255), 32, K::Multicast),
    (v4(240, 0, 0, 0), 4, K::Reserved),
];

const V6: &[(Ipv6Addr, u32, K)] = &[
    (Ipv6Addr::UNSPECIFIED, 128, K::Unspecified),
    (Ipv6Addr::LOCALHOST, 128, K::Loopback),
    (v6(0, 0, 0, 0), 96, K::Embedded),
    (v6(0x64, 0xff9b, 0, 0), 96, K::Embedded),
    (v6(0x64, 0xff9b, 1, 0), 48, K::Embedded),
    // Amazon's services for its machines (metadata at ::254), then Google's and Oracle's metadata.
    (v6(0xfd00, 0xec2, 0, 0), 32, K::Platform),
    (
        Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
        128,
        K::Platform,
    ),
    (
        Ipv6Addr::new(0xfd00, 0xc1, 0, 0, 0, 0, 0xa9fe, 0xa9fe),
        128,
        K::Platform,
    ),
    (v6(0xfc00, 0, 0, 0), 7, K::Private),
    (v6(0xfe80, 0, 0, 0), 10, K::LinkLocal),
    (v6(0xff00, 0, 0, 0), 8, K::Multicast),
    (v6(0x2001, 0, 0, 0), 32, K::Embedded),
    (v6(0x2001, 0, 0, 0), 23, K::Reserved),
    (v6(0x2001, 0xdb8, 0, 0), 32, K::Reserved),
    (v6(0x2002, 0, 0, 0), 16, K::Embedded),
    (v6(0x2620, 0x4f, 0x8000, 0), 48, K::Reserved),
    (v6(0x3fff, 0, 0, 0), 20, K::Reserved),
    (v6(0x2000, 0, 0, 0), 3, K::Public),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_edges_of_every_network_are_right() {
        for (text, kind) in [
            ("0.0.0.0", K::Unspecified),
            ("0.255.255.255", K::Unspecified),
            ("1.0.0.0", K::Public),
            ("9.255.255.255", K::Public),
            ("10.0.0.0", K::Private),
            ("10.255.255.255", K::Private),
            ("11.0.0.0", K::Public),
            ("100.63.255.255", K::Public),
            ("100.64.0.0", K::Private),
            ("100.100.100.200", K::Platform),
            ("100.127.255.255", K::Private),
            ("100.128.0.0", K::Public),
            ("126.255.255.255", K::Public),
            ("127.0.0.1", K::Loopback),
            ("127.255.255.255", K::Loopback),
            ("128.0.0.0", K::Public),
            ("168.63.129.15", K::Public),
            ("168.63.129.16", K::Platform),
            ("168.63.129.17", K::Public),
            ("169.253.255.255", K::Public),
            ("169.254.0.0", K::LinkLocal),
            ("169.254.169.254", K::LinkLocal),
            ("169.255.0.0", K::Public),
            ("172.15.255.255", K::Public),
            ("172.16.0.0", K::Private),
            ("172.31.255.255", K::Private),
            ("172.32.0.0", K::Public),
            ("191.255.255.255", K::Public),
            ("192.0.0.1", K::Reserved),
            ("192.0.0.191", K::Reserved),
            ("192.0.0.193", K::Reserved),
            ("192.0.0.255", K::Reserved),
            ("192.0.1.0", K::Public),
            ("192.0.0.192", K::Platform),
            ("192.0.2.0", K::Reserved),
            ("192.0.2.255", K::Reserved),
            ("192.0.3.0", K::Public),
            ("192.31.195.255", K::Public),
            ("192.31.196.0", K::Reserved),
            ("192.31.197.0", K::Public),
            ("192.52.192.255", K::Public),
            ("192.52.193.0", K::Reserved),
            ("192.52.194.0", K::Public),
            ("192.88.98.255", K::Public),
            ("192.88.99.1", K::Embedded),
            ("192.88.100.0", K::Public),
            ("192.167.255.255", K::Public),
            ("192.168.0.0", K::Private),
            ("192.168.255.255", K::Private),
            ("192.169.0.0", K::Public),
            ("192.175.47.255", K::Public),
            ("192.175.48.0", K::Reserved),
            ("192.175.49.0", K::Public),
            ("198.17.255.255", K::Public),
            ("198.18.0.0", K::Reserved),
            ("198.19.255.255", K::Reserved),
            ("198.20.0.0", K::Public),
            ("198.51.99.255", K::Public),
            ("198.51.100.0", K::Reserved),
            ("198.51.100.255", K::Reserved),
            ("198.51.101.0", K::Public),
            ("203.0.112.255", K::Public),
            ("203.0.113.0", K::Reserved),
            ("203.0.113.255", K::Reserved),
            ("203.0.114.0", K::Public),
            ("223.255.255.255", K::Public),
            ("224.0.0.0", K::Multicast),
            ("239.255.255.255", K::Multicast),
            ("240.0.0.0", K::Reserved),
            ("255.255.255.254", K::Reserved),
            ("255.255.255.255", K::Multicast),
            ("::", K::Unspecified),
            ("::1", K::Loopback),
            ("::2", K::Embedded),
            ("::ffff:169.254.169.254", K::LinkLocal),
            ("::ffff:127.0.0.1", K::Loopback),
            ("::127.0.0.1", K::Embedded),
            ("64:ff9b::a9fe:a9fe", K::Embedded),
            ("64:ff9b:1::1", K::Embedded),
            ("100::1", K::Reserved),
            ("2000::1", K::Public),
            ("2001::1", K::Embedded),
            ("2001:1::1", K::Reserved),
            ("2001:1ff::1", K::Reserved),
            ("2001:200::1", K::Public),
            ("2001:db7:ffff::1", K::Public),
            ("2001:db8::1", K::Reserved),
            ("2001:db9::1", K::Public),
            ("2002::", K::Embedded),
            ("2003::1", K::Public),
            ("2620:4f:7fff::1", K::Public),
            ("2620:4f:8001::1", K::Public),
            ("2002:a9fe:a9fe::1", K::Embedded),
            ("2620:4f:8000::1", K::Reserved),
            ("2603:1030::1", K::Public),
            ("3ffe::1", K::Public),
            ("3fff::1", K::Reserved),
            ("3fff:fff::1", K::Reserved),
            ("3fff:1000::1", K::Public),
            ("4000::1", K::Reserved),
            ("5f00::1", K::Reserved),
            ("64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff", K::Reserved),
            ("64:ff9b::", K::Embedded),
            ("64:ff9b::ffff:ffff", K::Embedded),
            ("64:ff9b::1:0:0", K::Reserved),
            ("64:ff9b:2::", K::Reserved),
            ("::fffe:127.0.0.1", K::Reserved),
            ("::1:0:0:0", K::Reserved),
            ("100::ffff:ffff:ffff:ffff", K::Reserved),
            ("100:0:0:1::1", K::Reserved),
            ("1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", K::Reserved),
            ("3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", K::Public),
            ("fc00::1", K::Private),
            ("fdff::1", K::Private),
            ("fd00:ec2::254", K::Platform),
            ("fd00:ec2::253", K::Platform),
            ("fd20:ce::254", K::Platform),
            ("fd20:ce::253", K::Private),
            ("fd00:c1::a9fe:a9fe", K::Platform),
            ("fbff::1", K::Reserved),
            ("fe00::1", K::Reserved),
            ("febf::1", K::LinkLocal),
            ("fe80::1", K::LinkLocal),
            ("fec0::1", K::Reserved),
            ("ff02::1", K::Multicast),
        ] {
            assert_eq!(AddressKind::of(text.parse().unwrap()), kind, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_mapped_address_is_judged_as_the_address_inside(bits: u32) {
            let inside = Ipv4Addr::from_bits(bits);
            prop_assert_eq!(AddressKind::of(inside.into()), AddressKind::of(inside.to_ipv6_mapped().into()));
        }

        #[test]
        fn outside_the_global_block_nothing_is_public(bits: u128) {
            let ip = Ipv6Addr::from_bits(bits);
            if bits >> 125 != 1 && ip.to_ipv4_mapped().is_none() {
                prop_assert_ne!(AddressKind::of(ip.into()), AddressKind::Public);
            }
        }
    }
}
