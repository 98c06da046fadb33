//! IPv4 addresses inside IPv6 ones, as networks without IPv4 write them (RFC 6052).

use core::fmt;
use core::str::FromStr;
use ipnet::{IpNet, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr};

/// A prefix under which a network reaches IPv4 servers, such as `64:ff9b::/96`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nat64(Ipv6Net);

/// Why a text is no such prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nat64Error;

impl fmt::Display for Nat64Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "A NAT64 prefix is an IPv6 network of length 32, 40, 48, 56, 64 or 96, such as 64:ff9b::/96.",
        )
    }
}

impl core::error::Error for Nat64Error {}

impl FromStr for Nat64 {
    type Err = Nat64Error;

    fn from_str(text: &str) -> Result<Self, Nat64Error> {
        match text.parse() {
            Ok(IpNet::V6(net))
                if net.trunc() == net
                    && matches!(net.prefix_len(), 32 | 40 | 48 | 56 | 64 | 96) =>
            {
                Ok(Self(net))
            }
            _ => Err(Nat64Error),
        }
    }
}

impl Nat64 {
    /// The IPv4 address inside, if the address lies under the prefix. The bits 64 to 71 are left
    /// out, as the standard keeps them zero; an address where they are not is not under the prefix.
    #[must_use]
    pub fn decode(&self, ip: IpAddr) -> Option<Ipv4Addr> {
        let IpAddr::V6(ip) = ip else { return None };
        if !self.0.contains(&ip) {
            return None;
        }
        let all = ip.octets();
        if self.0.prefix_len() == 96 {
            let [.., a, b, c, d] = all;
            return Some(Ipv4Addr::new(a, b, c, d));
        }
        if all[8] != 0 {
            return None;
        }
        let after = usize::from(self.0.prefix_len() / 8);
        let mut rest = all
            .iter()
            .enumerate()
            .skip(after)
            .filter(|(index, _)| *index != 8)
            .map(|(_, octet)| *octet);
        let mut next = || rest.next();
        Some(Ipv4Addr::new(next()?, next()?, next()?, next()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 6052, section 2.4.
    #[test]
    fn the_address_inside_is_where_the_standard_puts_it() {
        for (prefix, address) in [
            ("2001:db8::/32", "2001:db8:c000:221::"),
            ("2001:db8:100::/40", "2001:db8:1c0:2:21::"),
            ("2001:db8:122::/48", "2001:db8:122:c000:2:2100::"),
            ("2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::"),
            ("2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100::"),
            ("2001:db8:122:344::/96", "2001:db8:122:344::192.0.2.33"),
            ("64:ff9b::/96", "64:ff9b::192.0.2.33"),
        ] {
            let prefix: Nat64 = prefix.parse().unwrap();
            assert_eq!(
                prefix.decode(address.parse().unwrap()),
                Some(Ipv4Addr::new(192, 0, 2, 33)),
                "{address}"
            );
        }
    }

    #[test]
    fn other_addresses_have_none_inside() {
        let prefix: Nat64 = "64:ff9b::/96".parse().unwrap();
        for text in ["64:ff9b::1:0:0", "2001:db8::1", "192.0.2.33"] {
            assert_eq!(prefix.decode(text.parse().unwrap()), None, "{text}");
        }
        let long: Nat64 = "2001:db8:122:344::/64".parse().unwrap();
        assert_eq!(
            long.decode("2001:db8:122:344:1c0:2:2100::".parse().unwrap()),
            None
        );
    }

    #[test]
    fn only_the_lengths_of_the_standard_are_taken() {
        for text in [
            "64:ff9b::/95",
            "64:ff9b::1/96",
            "10.0.0.0/8",
            "64:ff9b::",
            "",
        ] {
            assert_eq!(text.parse::<Nat64>(), Err(Nat64Error), "{text}");
        }
    }
}
