//! Networks that an operator opens: `10.20.0.0/16`, `10.20.0.0/16:5432,6432`, `fd12::/48:5432`.

use core::fmt;
use core::str::FromStr;
use ipnet::IpNet;
use std::net::IpAddr;

/// A network whose addresses may be connected to, and on which ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// The addresses.
    pub net: IpNet,
    /// The ports; none: the policy's.
    pub ports: Option<Vec<u16>>,
}

/// Why a text is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkError {
    /// Not an address with a prefix length.
    Form,
    /// The address has bits beyond the prefix, so one of the two is a slip of the pen.
    HostBits,
    /// An IPv4 address inside an IPv6 one: it is compared as IPv4 and would never match.
    Mapped,
    /// What stands after the colon is no list of ports from 1 to 65535.
    Ports,
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "A network is an address and a prefix length, such as 10.20.0.0/16 or fd12::/48.",
            Self::HostBits => {
                "The address has bits beyond the prefix length. Write the network's first address, such as 10.20.0.0/16."
            }
            Self::Mapped => "Write the network as IPv4, such as 10.20.0.0/16.",
            Self::Ports => "After the colon stand ports from 1 to 65535 with commas between, such as 10.20.0.0/16:5432,6432.",
        })
    }
}

impl core::error::Error for NetworkError {}

impl Network {
    /// A network on the policy's ports.
    #[must_use]
    pub const fn new(net: IpNet) -> Self {
        Self { net, ports: None }
    }

    /// Whether it holds this address and opens this port; `usual` are the policy's ports.
    pub(super) fn opens(&self, ip: IpAddr, port: u16, usual: Option<&Vec<u16>>) -> bool {
        let ports = self.ports.as_ref().or(usual);
        self.net.contains(&ip) && ports.is_none_or(|ports| ports.contains(&port))
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, rest) = text.split_once('/').ok_or(NetworkError::Form)?;
        let (length, ports) = match rest.split_once(':') {
            Some((length, ports)) => (length, Some(ports)),
            None => (rest, None),
        };
        let ip: IpAddr = address.parse().map_err(|_| NetworkError::Form)?;
        if ip.to_canonical() != ip {
            return Err(NetworkError::Mapped);
        }
        let length: u8 = length.parse().map_err(|_| NetworkError::Form)?;
        let net = IpNet::new(ip, length).map_err(|_| NetworkError::Form)?;
        if net.trunc() != net {
            return Err(NetworkError::HostBits);
        }
        let port = |text: &str| match text.parse() {
            Ok(0) | Err(_) => Err(NetworkError::Ports),
            Ok(port) => Ok(port),
        };
        let ports = ports
            .map(|list| list.split(',').map(port).collect())
            .transpose()?;
        Ok(Self { net, ports })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.net)?;
        for (index, port) in self.ports.iter().flatten().enumerate() {
            write!(f, "{}{port}", if index == 0 { ':' } else { ',' })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_written_as_people_write_them() {
        for text in [
            "10.20.0.0/16",
            "10.20.0.7/32:5432",
            "fd12::/48",
            "fd12::/48:5432,6432",
            "0.0.0.0/0",
        ] {
            let network: Network = text.parse().unwrap();
            assert_eq!(network.to_string(), text);
        }
    }

    #[test]
    fn slips_of_the_pen_are_refused() {
        for (text, error) in [
            ("", NetworkError::Form),
            ("10.20.0.0", NetworkError::Form),
            ("10.20.0.0/33", NetworkError::Form),
            ("10.20/16", NetworkError::Form),
            ("010.20.0.0/16", NetworkError::Form),
            ("10.20.0.0/-1", NetworkError::Form),
            ("db.example/16", NetworkError::Form),
            ("10.20.0.5/16", NetworkError::HostBits),
            ("fd12::1/48", NetworkError::HostBits),
            ("::ffff:10.0.0.0/104", NetworkError::Mapped),
            ("10.20.0.0/16:", NetworkError::Ports),
            ("10.20.0.0/16:0", NetworkError::Ports),
            ("10.20.0.0/16:5432,", NetworkError::Ports),
            ("10.20.0.0/16:70000", NetworkError::Ports),
        ] {
            assert_eq!(text.parse::<Network>(), Err(error), "{text}");
        }
    }
}
