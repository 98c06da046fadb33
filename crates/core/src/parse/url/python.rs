//! What Python's `urlsplit` refuses in an authority (3.11): brackets that enclose no address.

use crate::text::Span;
use core::net::IpAddr;

/// What it says of brackets that do not match.
pub(super) const INVALID: &str = "Invalid IPv6 URL";
/// What it says of what stands between brackets that do.
const NO_ADDRESS: &str = "'{}' does not appear to be an IPv4 or IPv6 address";

/// Why it refuses `netloc`, in its words, and what of it the words quote in the place of `{}`.
pub(super) fn refused_netloc(netloc: &str) -> Option<(&'static str, Option<Span>)> {
    let (open, close) = (netloc.find('['), netloc.find(']'));
    match (open, close) {
        (None, None) => None,
        (Some(open), Some(_)) => {
            let behind = netloc.get(open + 1..)?;
            let inside = behind.split(']').next().unwrap_or("");
            let plain = inside.split('%').next().unwrap_or("");
            let future = inside.starts_with('v') && inside.contains('.');
            let is_address = plain.parse::<IpAddr>().is_ok() || future;
            let span = Span::new(open + 1, open + 1 + inside.len());
            (!is_address).then_some((NO_ADDRESS, Some(span)))
        }
        _ => Some((INVALID, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_enclose_an_address() {
        for (netloc, expected) in [
            ("u:p@h:5432", None),
            ("[::1]:5432", None),
            ("[fe80::1%eth0]", None),
            ("u@ho[st", Some((INVALID, None))),
            ("[h]", Some((NO_ADDRESS, Some(Span::new(1, 2))))),
            ("u:[pw]@h", Some((NO_ADDRESS, Some(Span::new(3, 5))))),
        ] {
            assert_eq!(refused_netloc(netloc), expected, "{netloc}");
        }
    }
}
