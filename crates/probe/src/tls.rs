//! The TLS handshake that judges nothing: the certificate is recorded, not refused, so that the
//! server's answer is still read. The judgement is made afterwards, for each `sslmode`.
//!
//! Nothing secret ever crosses this connection, which is why going on is acceptable.

use crate::Roots;
use crate::certificate::{Inspection, server_name};
use crate::codes::{self, Code};
use connlint_probe_api::{Host, Tls};
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{AlertDescription, ClientConfig, DigitallySignedStruct, SignatureScheme};
use std::io;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// PostgreSQL's application protocol; servers since 17 insist on it when any is offered.
const ALPN: &[u8] = b"postgresql";

/// An encrypted connection and what is known about it.
pub(crate) struct Secured {
    pub(crate) stream: TlsStream<TcpStream>,
    pub(crate) tls: Tls,
    pub(crate) inspection: Inspection,
}

/// Why there is no encrypted connection.
pub(crate) struct Failed {
    pub(crate) code: &'static Code,
    /// The alert's name, if the server sent one.
    pub(crate) alert: Option<String>,
    pub(crate) tls: Tls,
}

/// Shakes hands; the caller limits the time.
pub(crate) async fn handshake(
    tcp: TcpStream,
    host: &Host,
    roots: &Roots,
) -> Result<Secured, Failed> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let seen = Arc::new(Seen {
        provider: Arc::clone(&provider),
        chain: Mutex::default(),
        asked: AtomicBool::new(false),
    });
    let failed = |code: &'static Code, alert: Option<String>| Failed {
        code,
        alert,
        tls: Tls {
            client_cert_requested: seen.asked.load(Ordering::Relaxed),
            ..Tls::default()
        },
    };
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let Ok(builder) = builder else {
        return Err(failed(&codes::TLS_ERROR, None));
    };
    let mut config = builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&seen) as Arc<dyn ServerCertVerifier>)
        .with_client_cert_resolver(Arc::clone(&seen) as Arc<dyn ResolvesClientCert>);
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.resumption = rustls::client::Resumption::disabled();
    // A name that DNS knows and rustls does not take is not sent.
    let name = server_name(host).unwrap_or_else(|| {
        config.enable_sni = false;
        ServerName::IpAddress(Ipv4Addr::UNSPECIFIED.into())
    });
    match TlsConnector::from(Arc::new(config))
        .connect(name, tcp)
        .await
    {
        Ok(stream) => {
            let tls = session(&stream, seen.asked.load(Ordering::Relaxed));
            let chain = seen.chain.lock().unwrap_or_else(PoisonError::into_inner);
            let inspection = Inspection::new(&chain, host, roots, &algorithms);
            drop(chain);
            Ok(Secured {
                stream,
                tls,
                inspection,
            })
        }
        Err(error) => {
            let (code, alert) = reason(&error);
            Err(failed(code, alert))
        }
    }
}

fn session(stream: &TlsStream<TcpStream>, client_cert_requested: bool) -> Tls {
    let (_, connection) = stream.get_ref();
    let version = connection.protocol_version().map(|v| match v {
        rustls::ProtocolVersion::TLSv1_2 => "TLSv1.2".to_owned(),
        rustls::ProtocolVersion::TLSv1_3 => "TLSv1.3".to_owned(),
        other => format!("{other:?}"),
    });
    Tls {
        version,
        suite: connection
            .negotiated_cipher_suite()
            .map(|suite| format!("{:?}", suite.suite())),
        alpn: connection
            .alpn_protocol()
            .map(|alpn| String::from_utf8_lossy(alpn).into_owned()),
        client_cert_requested,
    }
}

fn reason(error: &io::Error) -> (&'static Code, Option<String>) {
    let inner = error
        .get_ref()
        .and_then(|e| e.downcast_ref::<rustls::Error>());
    let code = match inner {
        Some(rustls::Error::AlertReceived(alert)) => {
            let name = Some(format!("{alert:?}"));
            return match alert {
                AlertDescription::ProtocolVersion | AlertDescription::InsufficientSecurity => {
                    (&codes::TLS_VERSION, name)
                }
                AlertDescription::NoApplicationProtocol => (&codes::TLS_NO_ALPN, name),
                _ => (&codes::TLS_ALERT, name),
            };
        }
        Some(rustls::Error::PeerIncompatible(_)) => &codes::TLS_VERSION,
        Some(rustls::Error::NoApplicationProtocol) => &codes::TLS_NO_ALPN,
        Some(rustls::Error::InvalidMessage(_) | rustls::Error::InappropriateMessage { .. }) => {
            &codes::TLS_NOT_TLS
        }
        Some(_) => &codes::TLS_ERROR,
        None => match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => &codes::TLS_EOF,
            _ => &codes::TLS_ERROR,
        },
    };
    (code, None)
}

/// Takes down what the server presents and asks for.
#[derive(Debug)]
struct Seen {
    provider: Arc<CryptoProvider>,
    chain: Mutex<Vec<CertificateDer<'static>>>,
    asked: AtomicBool,
}

impl ServerCertVerifier for Seen {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let mut chain = self.chain.lock().unwrap_or_else(PoisonError::into_inner);
        *chain = std::iter::once(end_entity)
            .chain(intermediates)
            .map(|c| c.clone().into_owned())
            .collect();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        unless_unreadable(verify_tls12_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        ))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        unless_unreadable(verify_tls13_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        ))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// A signature that is wrong ends the handshake. A certificate that rustls cannot read, such as
/// one of X.509 version 1 which OpenSSL and so libpq take, does not: it is told as a problem.
fn unless_unreadable(
    result: Result<HandshakeSignatureValid, rustls::Error>,
) -> Result<HandshakeSignatureValid, rustls::Error> {
    match result {
        Err(rustls::Error::InvalidCertificate(error))
            if error != rustls::CertificateError::BadSignature =>
        {
            Ok(HandshakeSignatureValid::assertion())
        }
        other => other,
    }
}

impl ResolvesClientCert for Seen {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}
