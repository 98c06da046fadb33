//! Certificates made on the spot: an authority, and server certificates good and bad.

use crate::Error;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::sync::Arc;

/// A certificate authority that exists for one test.
#[derive(Debug)]
pub struct Ca {
    issuer: CertifiedIssuer<'static, KeyPair>,
    /// What its servers present behind their own certificates: this authority's, if another one
    /// signed it, and so on upwards.
    presented: Vec<(CertificateDer<'static>, String)>,
}

/// A server's certificate, its key and the chain that it presents.
#[derive(Debug)]
pub struct Identity {
    /// The chain, the server's own certificate first.
    pub chain: Vec<CertificateDer<'static>>,
    /// The chain as PEM.
    pub chain_pem: String,
    /// The private key as PEM.
    pub key_pem: String,
    key: PrivatePkcs8KeyDer<'static>,
}

impl Ca {
    /// Makes an authority of this name.
    ///
    /// # Errors
    /// If the system gives no randomness.
    pub fn new(name: &str) -> Result<Self, Error> {
        Ok(Self {
            issuer: CertifiedIssuer::self_signed(ca_params(name), KeyPair::generate()?)?,
            presented: Vec::new(),
        })
    }

    /// Makes an authority of this name that this one has signed.
    ///
    /// # Errors
    /// If the system gives no randomness.
    pub fn intermediate(&self, name: &str) -> Result<Self, Error> {
        let key = KeyPair::generate()?;
        let issuer = CertifiedIssuer::signed_by(ca_params(name), key, &self.issuer)?;
        let mut presented = vec![(issuer.der().clone(), issuer.pem())];
        presented.extend(self.presented.iter().cloned());
        Ok(Self { issuer, presented })
    }

    /// The authority's certificate as PEM, to be given as `sslrootcert`.
    #[must_use]
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// The authority's certificate.
    #[must_use]
    pub fn der(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    /// A server certificate for these DNS names and addresses.
    ///
    /// # Errors
    /// If a name is none.
    pub fn issue(&self, names: &[&str]) -> Result<Identity, Error> {
        self.issue_with(names, |_| {})
    }

    /// A server certificate that `change` may spoil: expired, for another purpose, without names.
    ///
    /// # Errors
    /// If a name is none.
    pub fn issue_with(
        &self,
        names: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Result<Identity, Error> {
        let mut params = server_params(names)?;
        change(&mut params);
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let mut identity = Identity::new(certificate.der().clone(), certificate.pem(), &key);
        for (der, pem) in &self.presented {
            identity.chain.push(der.clone());
            identity.chain_pem.push_str(pem);
        }
        Ok(identity)
    }
}

fn ca_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn server_params(names: &[&str]) -> Result<CertificateParams, Error> {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let first = names.first().cloned();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    if let Some(first) = first {
        params.distinguished_name.push(DnType::CommonName, first);
    }
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

impl Identity {
    fn new(der: CertificateDer<'static>, chain_pem: String, key: &KeyPair) -> Self {
        Self {
            chain: vec![der],
            chain_pem,
            key_pem: key.serialize_pem(),
            key: PrivatePkcs8KeyDer::from(key.serialize_der()),
        }
    }

    /// A certificate signed with its own key.
    ///
    /// # Errors
    /// If a name is none.
    pub fn self_signed(names: &[&str]) -> Result<Self, Error> {
        Self::self_signed_with(names, |_| {})
    }

    /// A certificate signed with its own key that `change` may spoil.
    ///
    /// # Errors
    /// If a name is none.
    pub fn self_signed_with(
        names: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Result<Self, Error> {
        let mut params = server_params(names)?;
        change(&mut params);
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?;
        Ok(Self::new(
            certificate.der().clone(),
            certificate.pem(),
            &key,
        ))
    }

    /// The TLS settings of a server that presents this certificate, with these application
    /// protocols (`postgresql` for PostgreSQL 17 and later, none for earlier ones).
    ///
    /// # Errors
    /// If the key does not fit the certificate.
    pub fn server_config(&self, alpn: &[&str]) -> Result<Arc<ServerConfig>, Error> {
        let mut config = self.config(rustls::DEFAULT_VERSIONS, None)?;
        config.alpn_protocols = alpn.iter().map(|p| p.as_bytes().to_vec()).collect();
        Ok(Arc::new(config))
    }

    /// The TLS settings of a server that speaks TLS 1.2 and nothing newer.
    ///
    /// # Errors
    /// If the key does not fit the certificate.
    pub fn tls12_config(&self) -> Result<Arc<ServerConfig>, Error> {
        Ok(Arc::new(self.config(&[&rustls::version::TLS12], None)?))
    }

    /// The TLS settings of a server that insists on a client certificate of this authority, over
    /// TLS 1.2 or 1.3.
    ///
    /// # Errors
    /// If the key does not fit the certificate.
    pub fn mutual_config(&self, clients: &Ca, tls12: bool) -> Result<Arc<ServerConfig>, Error> {
        let version = if tls12 {
            &rustls::version::TLS12
        } else {
            &rustls::version::TLS13
        };
        Ok(Arc::new(self.config(&[version], Some(clients))?))
    }

    fn config(
        &self,
        versions: &[&'static rustls::SupportedProtocolVersion],
        clients: Option<&Ca>,
    ) -> Result<ServerConfig, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(versions)?;
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(ca) => {
                let mut roots = RootCertStore::empty();
                roots.add(ca.der())?;
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                builder.with_client_cert_verifier(verifier.build()?)
            }
        };
        let key = PrivateKeyDer::Pkcs8(self.key.clone_key());
        let mut config = builder.with_single_cert(self.chain.clone(), key)?;
        // PostgreSQL gives none either.
        config.send_tls13_tickets = 0;
        Ok(config)
    }
}
