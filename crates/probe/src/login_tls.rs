//! TLS for a login that the command line makes itself: where the probe records a certificate and goes on, this refuses
//! what libpq would refuse at the same `sslmode`.

use crate::Roots;
use crate::certificate::{Inspection, Problem};
use crate::triage::Category;
use connlint_probe_api::{Host, SslMode};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use std::sync::{Arc, Mutex, PoisonError};

/// TLS for one login, by libpq's rules.
#[derive(Clone, Debug)]
pub struct LoginTls {
    judge: Arc<Judge>,
}

impl LoginTls {
    /// For a login at this host with this mode. As in libpq, `require` checks the chain as soon as there are roots of the
    /// user's own (<https://www.postgresql.org/docs/current/libpq-ssl.html>).
    #[must_use]
    pub fn new(roots: &Roots, host: &Host, sslmode: SslMode) -> Self {
        let sslmode = if sslmode == SslMode::Require && roots.are_own() {
            SslMode::VerifyCa
        } else {
            sslmode
        };
        Self {
            judge: Arc::new(Judge {
                provider: Arc::new(rustls::crypto::ring::default_provider()),
                roots: roots.clone(),
                host: host.clone(),
                sslmode,
                refused: Mutex::default(),
            }),
        }
    }

    /// The settings for rustls; none if it has no protocol version, which does not happen.
    #[must_use]
    pub fn config(&self) -> Option<ClientConfig> {
        let builder = ClientConfig::builder_with_provider(Arc::clone(&self.judge.provider))
            .with_safe_default_protocol_versions()
            .ok()?;
        let judge = Arc::clone(&self.judge) as Arc<dyn ServerCertVerifier>;
        let mut config = builder
            .dangerous()
            .with_custom_certificate_verifier(judge)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Some(config)
    }

    /// Why the certificate was refused, in libpq's words; none if it was not.
    #[must_use]
    pub fn refusal(&self) -> Option<(Category, &'static str)> {
        let problem = (*self
            .judge
            .refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner))?;
        let category = match problem {
            Problem::NameMismatch => Category::TlsHostnameMismatch,
            _ => Category::TlsCertUntrusted,
        };
        Some((category, problem.libpq_says()))
    }
}

#[derive(Debug)]
struct Judge {
    provider: Arc<CryptoProvider>,
    roots: Roots,
    host: Host,
    sslmode: SslMode,
    refused: Mutex<Option<Problem>>,
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let chain: Vec<CertificateDer<'static>> = std::iter::once(end_entity)
            .chain(intermediates)
            .map(|c| c.clone().into_owned())
            .collect();
        let algorithms = &self.provider.signature_verification_algorithms;
        let inspection = Inspection::new(&chain, &self.host, &self.roots, algorithms);
        // The probe goes on where a signature cannot be checked; whoever sends a password does not.
        let unchecked = (self.sslmode >= SslMode::VerifyCa)
            .then_some(inspection.chain)
            .flatten();
        match inspection.blocks(self.sslmode).or(unchecked) {
            None => Ok(ServerCertVerified::assertion()),
            Some(problem) => {
                *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem);
                Err(rustls::Error::General(problem.libpq_says().to_owned()))
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
