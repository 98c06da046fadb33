//! Whether a presented chain leads to a root, as OpenSSL and so libpq sees it.
//!
//! rustls' verifier decides wherever it and OpenSSL agree. It refuses two kinds of certificates
//! that OpenSSL takes and that people make by following old recipes: one of an authority in the
//! place of a server's, and one of X.509 version 1. For those the signatures are followed here.

use super::roots::{Roots, ends};
use super::{Presented, Problem, describe};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, RootCertStore};
use x509_parser::prelude::{FromDer, X509Certificate, X509Error, X509Version};
use x509_parser::x509::SubjectPublicKeyInfo;

/// The longest way to a root that is followed.
const MAX_STEPS: usize = 8;

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Finding {
    /// What libpq would object to.
    pub(super) problem: Option<Problem>,
    /// What stricter drivers object to: a code beginning with `cert.`.
    pub(super) stricter: Option<&'static str>,
}

impl From<Problem> for Finding {
    fn from(problem: Problem) -> Self {
        Self {
            problem: Some(problem),
            stricter: None,
        }
    }
}

/// Follows the chain to a root.
pub(super) fn judge(
    leaf: &Presented<'_>,
    presented: &[CertificateDer<'static>],
    roots: &Roots,
    now: UnixTime,
    algorithms: &WebPkiSupportedAlgorithms,
) -> Finding {
    let Presented { der: leaf, parsed } = leaf;
    let self_signed = parsed.subject().as_raw() == parsed.issuer().as_raw();
    let others: Vec<CertificateDer<'static>> = presented
        .iter()
        .chain(roots.intermediates.iter())
        .cloned()
        .collect();
    let unknown = || {
        if self_signed {
            Problem::SelfSigned
        } else if names_a_root(parsed, &others, roots) {
            Problem::WrongAuthority
        } else {
            Problem::UnknownIssuer
        }
    };
    let own_faults = || dates(parsed, now).or_else(|| purpose(parsed));
    if self_signed && roots.own.contains(*leaf) {
        return Finding {
            problem: own_faults(),
            stricter: stricter(parsed),
        };
    }
    let verified = |store: &RootCertStore| {
        let leaf = ParsedCertificate::try_from(*leaf)?;
        verify_server_cert_signed_by_trust_anchor(&leaf, store, &others, now, algorithms.all)
    };
    let error = match verified(&roots.store) {
        Ok(()) => return Finding::default(),
        Err(rustls::Error::InvalidCertificate(error)) => error,
        Err(_) => CertificateError::BadEncoding,
    };
    let problem = match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Problem::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Problem::NotYetValid
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            Problem::WrongPurpose
        }
        CertificateError::UnknownIssuer if self_signed => own_faults().unwrap_or_else(unknown),
        CertificateError::UnknownIssuer => {
            let partial = ends(&roots.intermediates).is_some_and(|store| verified(&store).is_ok());
            if partial {
                Problem::PartialChain
            } else {
                unknown()
            }
        }
        _ => {
            let others: Vec<_> = others
                .iter()
                .filter_map(|der| X509Certificate::from_der(der).ok())
                .map(|(_, parsed)| parsed)
                .collect();
            return Finding {
                problem: own_faults().or(match follow(parsed, &others, roots, now) {
                    Way::ToRoot => None,
                    Way::Nowhere => Some(unknown()),
                    Way::Unclear => Some(Problem::Unchecked),
                }),
                stricter: stricter(parsed),
            };
        }
    };
    problem.into()
}

/// Whether somebody of a root's name signed one of these, which then was not that root.
fn names_a_root(leaf: &X509Certificate<'_>, others: &[CertificateDer<'_>], roots: &Roots) -> bool {
    let known = |certificate: &X509Certificate<'_>| {
        let issuer = describe::contents(certificate.issuer().as_raw());
        let mut roots = roots.store.roots.iter();
        certificate.issuer().as_raw() != certificate.subject().as_raw()
            && roots.any(|root| root.subject.as_ref() == issuer)
    };
    let other = |der: &CertificateDer<'_>| {
        X509Certificate::from_der(der).is_ok_and(|(_, parsed)| known(&parsed))
    };
    known(leaf) || others.iter().any(other)
}

/// What stricter drivers than libpq refuse.
fn stricter(leaf: &X509Certificate<'_>) -> Option<&'static str> {
    if leaf.version() == X509Version::V1 {
        Some("cert.version_1")
    } else {
        leaf.is_ca().then_some("cert.ca_as_server")
    }
}

fn dates(certificate: &X509Certificate<'_>, now: UnixTime) -> Option<Problem> {
    let now = describe::seconds(now);
    let validity = certificate.validity();
    if validity.not_after.timestamp() < now {
        Some(Problem::Expired)
    } else if validity.not_before.timestamp() > now {
        Some(Problem::NotYetValid)
    } else {
        None
    }
}

/// A certificate that says what it is for has to say that it is for servers.
fn purpose(certificate: &X509Certificate<'_>) -> Option<Problem> {
    let usage = certificate.extended_key_usage().ok().flatten()?;
    let for_servers = usage.value.any || usage.value.server_auth;
    (!for_servers).then_some(Problem::WrongPurpose)
}

/// Where the signatures lead.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    ToRoot,
    Nowhere,
    /// A signature on the way is of a kind that cannot be checked here.
    Unclear,
}

/// Follows the signatures from the leaf upwards.
fn follow<'a>(
    leaf: &X509Certificate<'a>,
    others: &[X509Certificate<'a>],
    roots: &Roots,
    now: UnixTime,
) -> Way {
    let mut unclear = false;
    let mut signed = |by: &SubjectPublicKeyInfo<'_>, certificate: &X509Certificate<'_>| {
        let result = certificate.verify_signature(Some(by));
        unclear |= result == Err(X509Error::SignatureUnsupportedAlgorithm);
        result.is_ok()
    };
    let mut current = leaf;
    for _ in 0..MAX_STEPS {
        let issuer = describe::contents(current.issuer().as_raw());
        for root in &roots.store.roots {
            if root.subject.as_ref() == issuer {
                let key = describe::sequence(root.subject_public_key_info.as_ref());
                if SubjectPublicKeyInfo::from_der(&key).is_ok_and(|(_, key)| signed(&key, current))
                {
                    return Way::ToRoot;
                }
            }
        }
        let next = others.iter().find(|other| {
            other.subject().as_raw() == current.issuer().as_raw()
                && other.issuer().as_raw() != other.subject().as_raw()
                && other.is_ca()
                && dates(other, now).is_none()
                && signed(other.public_key(), current)
        });
        match next {
            Some(other) => current = other,
            None => break,
        }
    }
    if unclear { Way::Unclear } else { Way::Nowhere }
}
