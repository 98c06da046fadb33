//! What a certificate says about itself, in words and numbers that may be shown.

use super::Presented;
use super::names::address;
use super::roots::Roots;
use connlint_probe_api::Certificate;
use ring::digest::{SHA256, digest};
use rustls::pki_types::UnixTime;
use x509_parser::oid_registry::{
    OID_EC_P256, OID_NIST_EC_P384, OID_NIST_EC_P521, OID_SIG_ED448, OID_SIG_ED25519,
};
use x509_parser::prelude::{GeneralName, X509Certificate, X509Name};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// Issuers that are described, at most.
const MAX_ISSUERS: usize = 5;
/// A certificate that ends within so many days is said to end soon. One with a short life ends soon
/// when two thirds of it are over, which is when such certificates are renewed.
const SOON_DAYS: i64 = 14;
const DAY: i64 = 86_400;

/// The first certificate of a chain.
pub(super) fn leaf(certificate: &Presented<'_>, chain_len: usize, now: UnixTime) -> Certificate {
    let mut out = one(certificate, now);
    out.chain_len = chain_len;
    if let Ok(Some(san)) = certificate.parsed.subject_alternative_name() {
        let names = san.value.general_names.iter();
        let names = names.filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(shown(name, 253)),
            GeneralName::IPAddress(bytes) => address(bytes).map(|ip| ip.to_string()),
            _ => None,
        });
        out.names = names.take(20).collect();
    }
    out
}

/// The others of a chain.
pub(super) fn issuers(others: &[Presented<'_>], now: UnixTime) -> Vec<Certificate> {
    let others = others.iter().take(MAX_ISSUERS);
    others.map(|certificate| one(certificate, now)).collect()
}

fn one(certificate: &Presented<'_>, now: UnixTime) -> Certificate {
    let Presented { der, parsed } = certificate;
    let (start, end) = (
        parsed.validity().not_before.timestamp(),
        parsed.validity().not_after.timestamp(),
    );
    Certificate {
        subject: title(parsed.subject()),
        issuer: title(parsed.issuer()),
        not_before: Some(start),
        not_after: Some(end),
        days_left: Some((end - seconds(now)).div_euclid(DAY)),
        key: key(parsed.public_key()),
        sha256: Some(hex(digest(&SHA256, der).as_ref())),
        self_signed: parsed.subject().as_raw() == parsed.issuer().as_raw(),
        ..Certificate::default()
    }
}

/// Whether a certificate that is valid now will soon be no longer.
pub(super) fn ends_soon(parsed: &X509Certificate<'_>, now: UnixTime) -> bool {
    let (start, end) = (
        parsed.validity().not_before.timestamp(),
        parsed.validity().not_after.timestamp(),
    );
    let left = end - seconds(now);
    (0..(SOON_DAYS * DAY).min((end - start) / 3)).contains(&left)
}

/// The name of the root that the chain leads to: the first issuer on the way that is a known root,
/// else the one at the chain's end.
pub(super) fn root_needed(chain: &[&X509Certificate<'_>], roots: &Roots) -> Option<String> {
    let known = |parsed: &&&X509Certificate<'_>| {
        let issuer = contents(parsed.issuer().as_raw());
        let mut roots = roots.store.roots.iter();
        roots.any(|root| root.subject.as_ref() == issuer)
    };
    let mut last = chain.first()?;
    if let Some(found) = chain.iter().find(known) {
        return title(found.issuer());
    }
    // Servers send chains in any order, and with certificates that belong to none.
    for _ in 0..chain.len() {
        let next = chain.iter().find(|next| {
            next.subject().as_raw() == last.issuer().as_raw()
                && next.subject().as_raw() != last.subject().as_raw()
        });
        match next {
            Some(next) => last = next,
            None => break,
        }
    }
    title(last.issuer())
}

/// The common name, else what old roots have in its place.
fn title(name: &X509Name<'_>) -> Option<String> {
    let common = name.iter_common_name().last();
    let unit = || name.iter_organizational_unit().last();
    let organisation = || name.iter_organization().last();
    common
        .or_else(unit)
        .or_else(organisation)
        .and_then(|part| part.as_str().ok())
        .map(|text| shown(text, 64))
        .filter(|text| !text.is_empty())
}

fn key(key: &SubjectPublicKeyInfo<'_>) -> Option<String> {
    let algorithm = &key.algorithm;
    let curve = || {
        let oid = algorithm.parameters.as_ref()?.as_oid().ok()?;
        [
            (OID_EC_P256, "EC P-256"),
            (OID_NIST_EC_P384, "EC P-384"),
            (OID_NIST_EC_P521, "EC P-521"),
        ]
        .into_iter()
        .find_map(|(known, name)| (known == oid).then(|| name.to_owned()))
    };
    if algorithm.algorithm == OID_SIG_ED25519 {
        return Some("Ed25519".to_owned());
    }
    if algorithm.algorithm == OID_SIG_ED448 {
        return Some("Ed448".to_owned());
    }
    Some(match key.parsed().ok()? {
        PublicKey::RSA(rsa) => format!("RSA {}", rsa.key_size()),
        PublicKey::EC(ec) => curve().unwrap_or_else(|| format!("EC {}", ec.key_size())),
        PublicKey::DSA(_) => "DSA".to_owned(),
        _ => format!("other ({})", algorithm.algorithm),
    })
}

/// Letters, digits, ASCII signs and spaces, at most so many of them.
fn shown(text: &str, most: usize) -> String {
    text.chars()
        .filter(|c| c.is_ascii_graphic() || *c == ' ' || c.is_alphanumeric())
        .take(most)
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Seconds since 1970.
pub(super) fn seconds(time: UnixTime) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

/// The inside of a DER element.
pub(super) fn contents(element: &[u8]) -> &[u8] {
    let header = match element.get(1) {
        Some(length) if *length >= 0x80 => 2 + usize::from(length & 0x7f),
        _ => 2,
    };
    element.get(header..).unwrap_or_default()
}

/// A DER sequence with this inside, the opposite of [`contents`].
pub(super) fn sequence(inside: &[u8]) -> Vec<u8> {
    let length = inside.len().to_be_bytes();
    let length: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let mut element = vec![0x30];
    if inside.len() >= 0x80 {
        // At most 8 bytes, so this fits.
        element.push(0x80 | u8::try_from(length.len()).unwrap_or(8));
    }
    if inside.is_empty() {
        element.push(0);
    }
    element.extend(length);
    element.extend_from_slice(inside);
    element
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inside_of_a_sequence_is_what_was_put_in() {
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x1_0000] {
            let inside = vec![7; length];
            assert_eq!(contents(&sequence(&inside)), inside, "{length}");
        }
    }
}
