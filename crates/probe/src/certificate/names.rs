//! Whether a certificate is for a host, by libpq's rules (`src/interfaces/libpq/fe-secure-common.c`
//! and `fe-secure-openssl.c`), which are wider than those of other drivers.

use connlint_probe_api::Host;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use x509_parser::prelude::{GeneralName, X509Certificate};

/// Whether libpq takes the certificate for one of this host. Without an alternative name of the
/// host's kind the common name decides; an address may stand among the DNS names.
pub(super) fn libpq_accepts(parsed: &X509Certificate<'_>, host: &Host) -> bool {
    let written = host.to_string();
    let san = parsed.subject_alternative_name().ok().flatten();
    let names = san.as_ref().map(|san| san.value.general_names.as_slice());
    let names = names.unwrap_or_default();
    let fits = |name: &GeneralName<'_>| match (name, host) {
        (GeneralName::DNSName(name), _) => covers(name, &written),
        (GeneralName::IPAddress(bytes), Host::Ip(ip)) => address(bytes) == Some(*ip),
        _ => false,
    };
    if names.iter().any(fits) {
        return true;
    }
    let same_kind = |name: &GeneralName<'_>| match host {
        Host::Name(_) => matches!(name, GeneralName::DNSName(_)),
        Host::Ip(_) => matches!(name, GeneralName::IPAddress(_)),
    };
    !names.iter().any(same_kind)
        && parsed
            .subject()
            .iter_common_name()
            .next()
            .and_then(|name| name.as_str().ok())
            .is_some_and(|name| covers(name, &written))
}

/// Whether a certificate's name covers a host: equal, or `*.` in place of exactly one label.
fn covers(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(parent) => host.split_once('.').is_some_and(|(label, rest)| {
            !label.is_empty() && !parent.is_empty() && rest.eq_ignore_ascii_case(parent)
        }),
        None => pattern.eq_ignore_ascii_case(host),
    }
}

/// The address in the bytes of an alternative name.
pub(super) fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(four).into());
    }
    <[u8; 16]>::try_from(bytes)
        .ok()
        .map(|sixteen| Ipv6Addr::from(sixteen).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_one_label() {
        for (pattern, host, covered) in [
            ("db.example.invalid", "db.example.invalid", true),
            ("DB.Example.invalid", "db.example.invalid", true),
            ("*.example.invalid", "db.example.invalid", true),
            ("*.example.invalid", "a.db.example.invalid", false),
            ("*.example.invalid", "example.invalid", false),
            ("d*.example.invalid", "db.example.invalid", false),
            ("*", "db", false),
            ("*.", "db.", false),
        ] {
            assert_eq!(covers(pattern, host), covered, "{pattern} {host}");
        }
    }
}
