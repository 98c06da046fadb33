//! The TLS handshake that judges nothing: the certificate is recorded, not refused, so that the
//! server's answer is still read. The judgement is made afterwards, for each `sslmode`.
//!
//! Nothing secret ever crosses this connection, which is why going on is acceptable.

use crate::certificate::server_name;
use crate::codes::{self, Code};
use crate::frame;
use crate::tap::Tap;
use connlint_probe_api::{Host, SslNegotiation, Tls};
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{AlertDescription, CipherSuite, ClientConfig, DigitallySignedStruct, SignatureScheme};
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_rustls::{Connect, TlsConnector};

/// PostgreSQL's application protocol; servers since 17 insist on it when any is offered.
const ALPN: &[u8] = b"postgresql";

/// A handshake that can begin at once: its key is made. That takes as long as a server nearby takes to say whether it
/// speaks TLS, so it is done in that time.
pub(crate) struct Hello<'a> {
    connect: Connect<Tap<&'a mut TcpStream>>,
    seen: Arc<Seen>,
    negotiation: SslNegotiation,
}

/// An encrypted connection and what is known about it.
pub(crate) struct Secured<'a> {
    pub(crate) stream: TlsStream<Tap<&'a mut TcpStream>>,
    pub(crate) tls: Tls,
    /// What the server presented.
    pub(crate) chain: Vec<CertificateDer<'static>>,
}

/// Why there is no encrypted connection.
pub(crate) struct Failed {
    pub(crate) code: &'static Code,
    /// The alert's name, if the server sent one.
    pub(crate) alert: Option<String>,
    /// What answers instead, if it speaks something that is known.
    pub(crate) service: Option<&'static str>,
    pub(crate) tls: Tls,
}

impl<'a> Hello<'a> {
    /// Nothing is sent yet. `then` will go out together with the end of the handshake, so that the server has it while its
    /// certificate is looked at. None if there can be no handshake at all.
    pub(crate) fn new(
        tcp: &'a mut TcpStream,
        host: &Host,
        negotiation: SslNegotiation,
        then: &[u8],
    ) -> Option<Self> {
        let seen = Arc::new(Seen::default());
        let mut config = CONFIG.clone().ok()?;
        config.dangerous().set_certificate_verifier(seen.clone());
        config.client_auth_cert_resolver = seen.clone();
        // A name that DNS knows and rustls does not take is not sent.
        let name = server_name(host).unwrap_or_else(|| {
            config.enable_sni = false;
            ServerName::IpAddress(Ipv4Addr::UNSPECIFIED.into())
        });
        let connector = TlsConnector::from(Arc::new(config));
        let connect = connector.connect_with(name, Tap::new(tcp), |connection| {
            // Kept until the handshake is over; writing to memory does not fail.
            let _ = connection.writer().write_all(then);
        });
        Some(Self {
            connect,
            seen,
            negotiation,
        })
    }

    /// The connection as it is before the handshake.
    pub(crate) fn plain(&mut self) -> Option<&mut TcpStream> {
        self.connect.get_mut().map(|tap| &mut **tap.inner())
    }

    /// Shakes hands; the caller limits the time.
    ///
    /// # Errors
    /// [`Failed`] if there is no encrypted connection.
    pub(crate) async fn shake_hands(self) -> Result<Secured<'a>, Failed> {
        let Self {
            connect,
            seen,
            negotiation,
        } = self;
        let failed = |code: &'static Code| Failed {
            code,
            alert: None,
            service: None,
            tls: Tls {
                client_cert_requested: seen.asked.load(Ordering::Relaxed),
                ..Tls::default()
            },
        };
        match connect.into_fallible().await {
            Ok(stream) => {
                let tls = session(&stream, seen.asked.load(Ordering::Relaxed));
                // libpq insists on this, and so does PostgreSQL: it is what keeps a connection to
                // another service's TLS port from being taken for one to a database server.
                if negotiation == SslNegotiation::Direct && tls.alpn.is_none() {
                    return Err(Failed {
                        tls,
                        ..failed(&codes::TLS_DIRECT_NO_ALPN)
                    });
                }
                let mut chain = seen.chain.lock().unwrap_or_else(PoisonError::into_inner);
                let chain = std::mem::take(&mut *chain);
                Ok(Secured { stream, tls, chain })
            }
            Err((error, tap)) => {
                let asked = seen.asked.load(Ordering::Relaxed);
                let (code, alert) = reason(&error, asked);
                // PostgreSQL before 17 takes the first bytes of TLS for a message that is too long, and
                // closes; poolers answer with an error in clear.
                let direct = negotiation == SslNegotiation::Direct;
                let not_tls = std::ptr::eq(code, &codes::TLS_NOT_TLS);
                let service = not_tls.then(|| frame::other_service(tap.first()));
                let unknown = service.is_none_or(|name| name == frame::UNKNOWN_SERVICE);
                let refused = not_tls || std::ptr::eq(code, &codes::TLS_EOF);
                if direct && refused && unknown {
                    return Err(failed(&codes::TLS_DIRECT_REFUSED));
                }
                Err(Failed {
                    alert,
                    service,
                    ..failed(code)
                })
            }
        }
    }
}

fn session(stream: &TlsStream<Tap<&mut TcpStream>>, client_cert_requested: bool) -> Tls {
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

/// What an error of a TLS connection means, and the name of the server's alert.
fn reason(error: &io::Error, client_cert_requested: bool) -> (&'static Code, Option<String>) {
    let inner = error
        .get_ref()
        .and_then(|e| e.downcast_ref::<rustls::Error>());
    let code = match inner {
        Some(rustls::Error::AlertReceived(alert)) => {
            let code = alert_code(*alert, client_cert_requested);
            return (code, Some(alert_name(*alert)));
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

/// The code and the name of an alert that came after the handshake: with TLS 1.3, that is when a
/// server says that it wants a certificate of the client.
pub(crate) fn late_alert(error: &io::Error) -> Option<(&'static Code, String)> {
    let (code, alert) = reason(error, true);
    Some((code, alert?))
}

fn alert_code(alert: AlertDescription, client_cert_requested: bool) -> &'static Code {
    use AlertDescription as A;
    match alert {
        A::ProtocolVersion | A::InsufficientSecurity => &codes::TLS_VERSION,
        A::NoApplicationProtocol => &codes::TLS_NO_ALPN,
        A::UnrecognisedName => &codes::TLS_UNKNOWN_NAME,
        A::CertificateRequired => &codes::TLS_CLIENT_CERT,
        A::HandshakeFailure | A::BadCertificate | A::NoCertificate | A::AccessDenied
            if client_cert_requested =>
        {
            &codes::TLS_CLIENT_CERT
        }
        A::HandshakeFailure => &codes::TLS_HANDSHAKE_FAILURE,
        _ => &codes::TLS_ALERT,
    }
}

/// The name that the protocol has for an alert, such as `handshake_failure`: that is what one can
/// look for. See <https://www.rfc-editor.org/rfc/rfc8446#section-6>.
fn alert_name(alert: AlertDescription) -> String {
    if alert.as_str().is_none() {
        return format!("alert_{}", u8::from(alert));
    }
    if alert == AlertDescription::UnrecognisedName {
        return "unrecognized_name".to_owned();
    }
    let name: Vec<char> = format!("{alert:?}").chars().collect();
    let mut out = String::new();
    for (index, letter) in name.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|at| name.get(at));
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase() || name.get(index + 1).is_some_and(|next| next.is_lowercase())
            });
        if begins {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// The ciphers, those with SHA-256 first: processors have instructions for it, and for SHA-384 they have not.
static PROVIDER: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| {
    let mut provider = rustls::crypto::ring::default_provider();
    provider
        .cipher_suites
        .sort_by_key(|suite| suite.suite() != CipherSuite::TLS13_AES_128_GCM_SHA256);
    Arc::new(provider)
});

/// What all handshakes have in common.
static CONFIG: LazyLock<Result<ClientConfig, rustls::Error>> = LazyLock::new(|| {
    let nobody = Arc::new(Seen::default());
    let mut config = ClientConfig::builder_with_provider(Arc::clone(&PROVIDER))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(nobody)
        .with_no_client_auth();
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.resumption = rustls::client::Resumption::disabled();
    Ok(config)
});

/// The signatures that can be checked.
pub(crate) fn algorithms() -> &'static WebPkiSupportedAlgorithms {
    &PROVIDER.signature_verification_algorithms
}

/// Takes down what the server presents and asks for.
#[derive(Debug, Default)]
struct Seen {
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
        unless_unreadable(verify_tls12_signature(message, cert, dss, algorithms()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        unless_unreadable(verify_tls13_signature(message, cert, dss, algorithms()))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        algorithms().supported_schemes()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_have_the_names_of_the_protocol() {
        for (alert, name) in [
            (AlertDescription::HandshakeFailure, "handshake_failure"),
            (AlertDescription::UnknownCA, "unknown_ca"),
            (AlertDescription::UnknownPSKIdentity, "unknown_psk_identity"),
            (
                AlertDescription::BadCertificateStatusResponse,
                "bad_certificate_status_response",
            ),
            (AlertDescription::UnrecognisedName, "unrecognized_name"),
            (AlertDescription::Unknown(77), "alert_77"),
        ] {
            assert_eq!(alert_name(alert), name);
        }
    }
}
