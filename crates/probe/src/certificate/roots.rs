//! The root certificates that a probe checks a server's certificate against.
//!
//! As libpq does through OpenSSL: what ends a chain has to be signed by itself. Another certificate
//! in the file, an intermediate one, only helps to find the way there
//! (<https://www.postgresql.org/docs/current/libpq-ssl.html>).

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::fmt;
use std::sync::Arc;
use x509_parser::prelude::{FromDer, X509Certificate};

/// Who may have signed a server's certificate.
#[derive(Clone)]
pub struct Roots {
    /// What a chain may end in.
    pub(super) store: Arc<RootCertStore>,
    /// The same from certificates that were given one by one; libpq takes such a one as a server's
    /// own certificate, too, even if it is no authority.
    pub(super) own: Arc<Vec<CertificateDer<'static>>>,
    /// Given as well, and signed by another one.
    pub(super) intermediates: Arc<Vec<CertificateDer<'static>>>,
    /// Whether this is the list of public authorities rather than the user's own.
    pub(super) public: bool,
}

/// Why a file is no list of root certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootsError {
    /// It has no certificate in PEM form.
    Empty,
    /// A block in it cannot be read.
    Unreadable,
}

impl fmt::Display for RootsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => {
                "there is no certificate in it (a block that begins with BEGIN CERTIFICATE)"
            }
            Self::Unreadable => "a certificate in it cannot be read",
        })
    }
}

impl std::error::Error for RootsError {}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Roots")
            .field("count", &self.store.len())
            .field("public", &self.public)
            .finish()
    }
}

impl Roots {
    /// Whether these are the user's own rather than the public ones.
    #[must_use]
    pub fn are_own(&self) -> bool {
        !self.public
    }

    /// The public authorities of Mozilla's programme, as built in.
    #[must_use]
    pub fn bundled() -> Self {
        let store = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        Self {
            store: Arc::new(store),
            own: Arc::default(),
            intermediates: Arc::default(),
            public: true,
        }
    }

    /// The certificates of a PEM file, such as a `sslrootcert`; nobody else is trusted then.
    ///
    /// # Errors
    /// [`RootsError`] if there is none or one cannot be read.
    pub fn from_pem(pem: &[u8]) -> Result<Self, RootsError> {
        let given: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let given = given.map_err(|_| RootsError::Unreadable)?;
        if given.is_empty() {
            return Err(RootsError::Empty);
        }
        Self::of(given)
    }

    /// These certificates, and nobody else's.
    pub(crate) fn of(given: Vec<CertificateDer<'static>>) -> Result<Self, RootsError> {
        let (mut own, mut intermediates) = (Vec::new(), Vec::new());
        for certificate in given {
            let (_, parsed) =
                X509Certificate::from_der(&certificate).map_err(|_| RootsError::Unreadable)?;
            if parsed.subject().as_raw() == parsed.issuer().as_raw() {
                own.push(certificate);
            } else {
                intermediates.push(certificate);
            }
        }
        Ok(Self {
            store: Arc::new(ends(&own).ok_or(RootsError::Unreadable)?),
            own: Arc::new(own),
            intermediates: Arc::new(intermediates),
            public: false,
        })
    }
}

/// A store in which a chain may end in each of these.
pub(super) fn ends(certificates: &[CertificateDer<'static>]) -> Option<RootCertStore> {
    let mut store = RootCertStore::empty();
    for certificate in certificates {
        store.add(certificate.clone()).ok()?;
    }
    Some(store)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificates_is_refused() {
        assert_eq!(Roots::from_pem(b"hello").unwrap_err(), RootsError::Empty);
    }
}
