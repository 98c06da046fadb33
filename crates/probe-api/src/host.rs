//! Host names as the probe takes them: strict, so that no spelling slips past an address policy.

use core::fmt;
use core::net::IpAddr;

/// A host that the probe may look at: an address, or a name for DNS.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// An IP address in its canonical text form (IPv4-mapped IPv6 is read as IPv4).
    Ip(IpAddr),
    /// A DNS name: ASCII, lower case, without the trailing dot.
    Name(String),
}

/// Why a text is not a host that can be probed. The texts are meant for users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostError {
    /// Nothing there.
    Empty,
    /// More than 253 bytes, or a label of more than 63.
    TooLong,
    /// A directory: libpq would use a Unix-domain socket.
    UnixSocket,
    /// A character of a URL or of another setting, such as `@`, `/`, `:` or a space.
    Character,
    /// An empty label (`a..b`) or a label that starts or ends with a hyphen.
    Label,
    /// Looks like a number but is not an address in dotted or colon form (`127.1`, `0x7f.1`).
    Numeric,
    /// Letters beyond ASCII: the name has to be given in its `xn--` form.
    NotAscii,
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "The host is empty. Give a host name or an IP address.",
            Self::TooLong => {
                "The host is too long: a DNS name has at most 253 characters, and 63 between two dots."
            }
            Self::UnixSocket => {
                "The host is a directory, which means a Unix-domain socket. A probe can only test a network address."
            }
            Self::Character => {
                "The host contains a character that no host name has. Give only the name or the address, \
                 without scheme, user, password, port or path."
            }
            Self::Label => {
                "The host has an empty part between two dots, or a part that starts or ends with a hyphen."
            }
            Self::Numeric => {
                "The host looks like a number but is not a full IP address. Write all four numbers, such as 192.0.2.10."
            }
            Self::NotAscii => {
                "The host has letters that DNS does not carry. Give the name in its xn-- form."
            }
        })
    }
}

impl core::error::Error for HostError {}

impl Host {
    /// Reads a host as a connection string has it: a name, an IPv4 address, or an IPv6 address
    /// with or without brackets.
    ///
    /// # Errors
    /// [`HostError`] says what is wrong, without repeating the text.
    pub fn parse(text: &str) -> Result<Self, HostError> {
        if text.is_empty() {
            return Err(HostError::Empty);
        }
        if text.starts_with('/') {
            return Err(HostError::UnixSocket);
        }
        let bare = match text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
            Some(inner) if inner.contains(':') => inner,
            _ => text,
        };
        if let Ok(ip) = bare.parse::<IpAddr>() {
            return Ok(Self::Ip(ip.to_canonical()));
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        if name.len() > 253 {
            return Err(HostError::TooLong);
        }
        if !name.is_ascii() {
            return Err(HostError::NotAscii);
        }
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        if !name.bytes().all(allowed) {
            return Err(HostError::Character);
        }
        for label in name.split('.') {
            if label.len() > 63 {
                return Err(HostError::TooLong);
            }
            if label.is_empty() || label.starts_with('-') || label.ends_with('-') {
                return Err(HostError::Label);
            }
        }
        let last = name.rsplit('.').next().unwrap_or(name);
        let hex = last
            .strip_prefix("0x")
            .or_else(|| last.strip_prefix("0X"))
            .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit()));
        if hex || last.bytes().all(|b| b.is_ascii_digit()) {
            return Err(HostError::Numeric);
        }
        Ok(Self::Name(name.to_ascii_lowercase()))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(ip) => ip.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lowered_and_lose_one_trailing_dot() {
        assert_eq!(
            Host::parse("DB.Example.Invalid."),
            Ok(Host::Name("db.example.invalid".into()))
        );
        assert_eq!(Host::parse("db.example.invalid.."), Err(HostError::Label));
    }

    #[test]
    fn addresses_are_canonical() {
        for text in ["127.0.0.1", "::ffff:127.0.0.1", "[::ffff:7f00:1]"] {
            assert_eq!(
                Host::parse(text),
                Ok(Host::Ip([127, 0, 0, 1].into())),
                "{text}"
            );
        }
        assert!(matches!(Host::parse("[::1]"), Ok(Host::Ip(_))));
    }

    #[test]
    fn spellings_that_slip_past_a_policy_are_refused() {
        for text in [
            "2130706433",
            "0177.0.0.1",
            "0x7f.1",
            "0x7f000001",
            "127.1",
            "1.2.3.4.5",
        ] {
            assert_eq!(Host::parse(text), Err(HostError::Numeric), "{text}");
        }
        for text in [
            "fe80::1%eth0",
            "u:p@h",
            "h/d",
            "h:5432",
            "a b",
            "[db]",
            "h\0",
        ] {
            assert_eq!(Host::parse(text), Err(HostError::Character), "{text}");
        }
        assert_eq!(
            Host::parse("/var/run/postgresql"),
            Err(HostError::UnixSocket)
        );
        assert_eq!(Host::parse(""), Err(HostError::Empty));
        assert_eq!(Host::parse("-a.b"), Err(HostError::Label));
        assert_eq!(Host::parse("dätenbank.invalid"), Err(HostError::NotAscii));
        assert_eq!(Host::parse(&"a".repeat(254)), Err(HostError::TooLong));
        assert_eq!(Host::parse(&"a".repeat(64)), Err(HostError::TooLong));
    }
}
