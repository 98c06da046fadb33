//! A server's certificate as data: what it says, what is wrong with it, and what libpq would make
//! of it at each `sslmode`.
//!
//! rustls and libpq differ: libpq accepts a self-made certificate that is itself the `sslrootcert`,
//! and compares the host with the common name when there is no alternative name
//! (<https://www.postgresql.org/docs/current/libpq-ssl.html>). What is told as libpq's view follows
//! libpq.

use connlint_probe_api::{Certificate, Host, ModeView, SslMode};
use ring::digest::{SHA256, digest};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, RootCertStore};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate, X509Name};
use x509_parser::public_key::PublicKey;

/// Who may have signed a server's certificate.
#[derive(Clone)]
pub struct Roots {
    store: Arc<RootCertStore>,
    /// Certificates given one by one; libpq trusts these even if they are no authorities.
    own: Arc<Vec<CertificateDer<'static>>>,
    /// Whether this is the list of public authorities rather than the user's own.
    public: bool,
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
    /// The public authorities of Mozilla's programme, as built in.
    #[must_use]
    pub fn bundled() -> Self {
        let store = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        Self {
            store: Arc::new(store),
            own: Arc::default(),
            public: true,
        }
    }

    /// The certificates of a PEM file, such as a `sslrootcert`; nobody else is trusted then.
    ///
    /// # Errors
    /// [`RootsError`] if there is none or one cannot be read.
    pub fn from_pem(pem: &[u8]) -> Result<Self, RootsError> {
        let own: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let own = own.map_err(|_| RootsError::Unreadable)?;
        if own.is_empty() {
            return Err(RootsError::Empty);
        }
        let mut store = RootCertStore::empty();
        for certificate in &own {
            store
                .add(certificate.clone())
                .map_err(|_| RootsError::Unreadable)?;
        }
        Ok(Self {
            store: Arc::new(store),
            own: Arc::new(own),
            public: false,
        })
    }
}

/// What a look at a presented chain gives.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inspection {
    pub(crate) certificate: Certificate,
    pub(crate) chain: Option<Problem>,
    pub(crate) name: Option<Problem>,
    public_roots: bool,
}

/// What can be wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    UnknownIssuer,
    SelfSigned,
    Expired,
    NotYetValid,
    WrongPurpose,
    BadEncoding,
    NameMismatch,
}

impl Problem {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::UnknownIssuer => "cert.unknown_issuer",
            Self::SelfSigned => "cert.self_signed",
            Self::Expired => "cert.expired",
            Self::NotYetValid => "cert.not_yet_valid",
            Self::WrongPurpose => "cert.wrong_purpose",
            Self::BadEncoding => "cert.bad_encoding",
            Self::NameMismatch => "cert.name_mismatch",
        }
    }

    /// The words of libpq, which has OpenSSL's, for the same finding.
    fn libpq_says(self) -> &'static str {
        match self {
            Self::UnknownIssuer => {
                "SSL error: certificate verify failed (the issuer is not in sslrootcert)"
            }
            Self::SelfSigned => {
                "SSL error: certificate verify failed (self-signed, and not itself in sslrootcert)"
            }
            Self::Expired => "SSL error: certificate verify failed (the certificate has expired)",
            Self::NotYetValid => {
                "SSL error: certificate verify failed (the certificate is not valid yet)"
            }
            Self::WrongPurpose => {
                "SSL error: certificate verify failed (the certificate is not for servers)"
            }
            Self::BadEncoding => {
                "SSL error: certificate verify failed (the certificate cannot be read)"
            }
            Self::NameMismatch => "server certificate does not match host name",
        }
    }
}

impl Inspection {
    /// Looks at the chain that a server presented for this host.
    pub(crate) fn new(
        chain: &[CertificateDer<'static>],
        host: &Host,
        roots: &Roots,
        algorithms: &WebPkiSupportedAlgorithms,
    ) -> Self {
        let now = UnixTime::now();
        let Some((leaf, intermediates)) = chain.split_first() else {
            return Self::default();
        };
        let mut certificate = Certificate {
            chain_len: chain.len(),
            sha256: Some(hex(digest(&SHA256, leaf).as_ref())),
            ..Certificate::default()
        };
        let described = X509Certificate::from_der(leaf).ok().map(|(_, parsed)| {
            describe(&parsed, &mut certificate, now);
            host_matches(&parsed, host)
        });
        let own_root = roots.own.iter().any(|root| root == leaf);
        let mut problem = if own_root {
            None
        } else {
            chain_problem(
                leaf,
                intermediates,
                roots,
                now,
                algorithms,
                certificate.self_signed,
            )
        };
        // The dates of a certificate that is its own root count as well.
        if own_root || problem == Some(Problem::SelfSigned) {
            let at = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
            if certificate.not_after.is_some_and(|end| end < at) {
                problem = Some(Problem::Expired);
            } else if certificate.not_before.is_some_and(|start| start > at) {
                problem = Some(Problem::NotYetValid);
            }
        }
        let by_rustls = || {
            let parsed = ParsedCertificate::try_from(leaf).ok()?;
            let name = server_name(host)?;
            Some(verify_server_name(&parsed, &name).is_ok())
        };
        let name_fits =
            by_rustls().unwrap_or(false) || described == Some(NameMatch::CommonNameOnly);
        if !name_fits {
            certificate
                .problems
                .push(Problem::NameMismatch.code().to_owned());
        } else if described == Some(NameMatch::CommonNameOnly) {
            certificate.problems.push("cert.cn_only".to_owned());
        }
        if let Some(problem) = problem {
            certificate.problems.insert(0, problem.code().to_owned());
        }
        Self {
            certificate,
            chain: problem,
            name: (!name_fits).then_some(Problem::NameMismatch),
            public_roots: roots.public,
        }
    }

    /// What libpq would make of an encrypted connection with this certificate. `disable` and
    /// `allow` are left out: whether the server takes connections without TLS was not tried.
    pub(crate) fn modes(&self) -> Vec<ModeView> {
        let view = |sslmode, accepted, reason: &str| ModeView {
            sslmode,
            accepted,
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
        };
        let chain = self.chain.map(Problem::libpq_says);
        let name = self.name.map(Problem::libpq_says);
        let ready = if self.public_roots {
            "needs sslrootcert=system, or a file with the root"
        } else {
            ""
        };
        vec![
            view(SslMode::Prefer, true, "encrypted, certificate not checked"),
            view(
                SslMode::Require,
                true,
                "encrypted, certificate not checked unless a root file is there",
            ),
            view(SslMode::VerifyCa, chain.is_none(), chain.unwrap_or(ready)),
            view(
                SslMode::VerifyFull,
                chain.or(name).is_none(),
                chain.or(name).unwrap_or(ready),
            ),
        ]
    }

    /// What stands in the way at this mode, if anything.
    pub(crate) fn blocks(&self, mode: SslMode) -> Option<Problem> {
        match mode {
            SslMode::VerifyCa => self.chain,
            SslMode::VerifyFull => self.chain.or(self.name),
            _ => None,
        }
    }

    /// The first thing that is wrong, whether or not the mode cares.
    pub(crate) fn worst(&self) -> Option<Problem> {
        self.chain.or(self.name)
    }
}

/// What libpq would make of a server without TLS.
pub(crate) fn modes_without_tls() -> Vec<ModeView> {
    let refused = "server does not support SSL, but SSL was required";
    SslMode::ALL
        .into_iter()
        .map(|sslmode| {
            let accepted = sslmode <= SslMode::Prefer;
            let reason = if accepted { "not encrypted" } else { refused };
            ModeView {
                sslmode,
                accepted,
                reason: Some(reason.to_owned()),
            }
        })
        .collect()
}

/// The name that TLS wants; none for names that are no DNS names to rustls.
pub(crate) fn server_name(host: &Host) -> Option<ServerName<'static>> {
    match host {
        Host::Ip(ip) => Some(ServerName::IpAddress((*ip).into())),
        Host::Name(name) => ServerName::try_from(name.clone()).ok(),
    }
}

fn chain_problem(
    leaf: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    roots: &Roots,
    now: UnixTime,
    algorithms: &WebPkiSupportedAlgorithms,
    self_signed: bool,
) -> Option<Problem> {
    let unknown = if self_signed {
        Problem::SelfSigned
    } else {
        Problem::UnknownIssuer
    };
    let result = ParsedCertificate::try_from(leaf).and_then(|parsed| {
        verify_server_cert_signed_by_trust_anchor(
            &parsed,
            &roots.store,
            intermediates,
            now,
            algorithms.all,
        )
    });
    let Err(error) = result else { return None };
    let rustls::Error::InvalidCertificate(error) = error else {
        return Some(Problem::BadEncoding);
    };
    Some(match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Problem::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Problem::NotYetValid
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            Problem::WrongPurpose
        }
        CertificateError::BadEncoding => Problem::BadEncoding,
        _ => unknown,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NameMatch {
    /// There are alternative names, and they decide.
    ByAlternativeNames,
    /// There is none, and the common name fits, which is enough for libpq.
    CommonNameOnly,
    /// There is none, and the common name does not fit.
    No,
}

fn host_matches(parsed: &X509Certificate<'_>, host: &Host) -> NameMatch {
    let names = parsed.subject_alternative_name().ok().flatten();
    let has_names = names.is_some_and(|san| {
        san.value
            .general_names
            .iter()
            .any(|name| matches!(name, GeneralName::DNSName(_) | GeneralName::IPAddress(_)))
    });
    if has_names {
        return NameMatch::ByAlternativeNames;
    }
    match (common_name(parsed.subject()), host) {
        (Some(cn), Host::Name(name)) if covers(&cn, name) => NameMatch::CommonNameOnly,
        (Some(cn), Host::Ip(ip)) if cn.parse::<IpAddr>().is_ok_and(|cn| cn == *ip) => {
            NameMatch::CommonNameOnly
        }
        _ => NameMatch::No,
    }
}

/// Whether a certificate's name covers a host: equal, or `*.` in place of exactly one label.
fn covers(pattern: &str, host: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    match pattern.strip_prefix("*.") {
        Some(parent) => host
            .split_once('.')
            .is_some_and(|(label, rest)| !label.is_empty() && rest == parent),
        None => pattern == host,
    }
}

fn describe(parsed: &X509Certificate<'_>, out: &mut Certificate, now: UnixTime) {
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let (start, end) = (
        parsed.validity().not_before.timestamp(),
        parsed.validity().not_after.timestamp(),
    );
    out.subject = common_name(parsed.subject());
    out.issuer = common_name(parsed.issuer());
    out.self_signed = parsed.subject().as_raw() == parsed.issuer().as_raw();
    out.not_before = Some(start);
    out.not_after = Some(end);
    out.days_left = Some((end - now).div_euclid(86_400));
    out.key = parsed.public_key().parsed().ok().map(|key| match key {
        PublicKey::RSA(rsa) => format!("RSA {}", rsa.key_size()),
        PublicKey::EC(ec) => format!("EC {}", ec.key_size()),
        PublicKey::DSA(_) => "DSA".to_owned(),
        _ => format!("other ({})", parsed.public_key().algorithm.algorithm),
    });
    if let Ok(Some(san)) = parsed.subject_alternative_name() {
        let shown = san
            .value
            .general_names
            .iter()
            .filter_map(|name| match name {
                GeneralName::DNSName(name) => Some(shown(name, 253)),
                GeneralName::IPAddress(bytes) => address(bytes).map(|ip| ip.to_string()),
                _ => None,
            });
        out.names = shown.take(20).collect();
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(four).into());
    }
    <[u8; 16]>::try_from(bytes)
        .ok()
        .map(|sixteen| Ipv6Addr::from(sixteen).into())
}

fn common_name(name: &X509Name<'_>) -> Option<String> {
    name.iter_common_name()
        .last()
        .and_then(|cn| cn.as_str().ok())
        .map(|cn| shown(cn, 64))
}

fn shown(text: &str, most: usize) -> String {
    text.chars()
        .filter(|c| c.is_ascii_graphic() || *c == ' ' || c.is_alphanumeric())
        .take(most)
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_testkit::{Ca, Identity};

    fn look(identity: &Identity, host: &str, roots: &Roots) -> Inspection {
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
        Inspection::new(
            &identity.chain,
            &Host::parse(host).unwrap(),
            roots,
            &algorithms,
        )
    }

    fn accepted(inspection: &Inspection) -> Vec<&'static str> {
        inspection
            .modes()
            .iter()
            .filter(|m| m.accepted)
            .map(|m| m.sslmode.name())
            .collect()
    }

    #[test]
    fn a_good_certificate_is_good_at_every_mode() {
        let ca = Ca::new("test authority").unwrap();
        let identity = ca.issue(&["db.example.invalid", "127.0.0.1"]).unwrap();
        let roots = Roots::from_pem(ca.pem().as_bytes()).unwrap();
        for host in ["db.example.invalid", "127.0.0.1"] {
            let inspection = look(&identity, host, &roots);
            assert_eq!(inspection.certificate.problems, [""; 0]);
            assert_eq!(
                accepted(&inspection),
                ["prefer", "require", "verify-ca", "verify-full"]
            );
        }
        let c = look(&identity, "db.example.invalid", &roots).certificate;
        assert_eq!(c.subject.as_deref(), Some("db.example.invalid"));
        assert_eq!(c.issuer.as_deref(), Some("test authority"));
        assert_eq!(c.names, ["db.example.invalid", "127.0.0.1"]);
        assert_eq!(c.key.as_deref(), Some("EC 256"));
        assert_eq!(c.sha256.map(|h| h.len()), Some(64));
    }

    #[test]
    fn an_unknown_issuer_is_fine_until_the_chain_is_checked() {
        let identity = Ca::new("a")
            .unwrap()
            .issue(&["db.example.invalid"])
            .unwrap();
        let roots = Roots::from_pem(Ca::new("b").unwrap().pem().as_bytes()).unwrap();
        let inspection = look(&identity, "db.example.invalid", &roots);
        assert_eq!(inspection.chain, Some(Problem::UnknownIssuer));
        assert_eq!(accepted(&inspection), ["prefer", "require"]);
    }

    #[test]
    fn another_name_matters_to_verify_full_only() {
        let ca = Ca::new("a").unwrap();
        let identity = ca.issue(&["other.example.invalid"]).unwrap();
        let roots = Roots::from_pem(ca.pem().as_bytes()).unwrap();
        let inspection = look(&identity, "db.example.invalid", &roots);
        assert_eq!(inspection.certificate.problems, ["cert.name_mismatch"]);
        assert_eq!(accepted(&inspection), ["prefer", "require", "verify-ca"]);
    }

    #[test]
    fn without_alternative_names_libpq_takes_the_common_name() {
        let ca = Ca::new("a").unwrap();
        let roots = Roots::from_pem(ca.pem().as_bytes()).unwrap();
        let only_cn =
            |p: &mut connlint_testkit::rcgen::CertificateParams| p.subject_alt_names.clear();
        let identity = ca.issue_with(&["db.example.invalid"], only_cn).unwrap();
        let inspection = look(&identity, "db.example.invalid", &roots);
        assert_eq!(inspection.certificate.problems, ["cert.cn_only"]);
        assert!(accepted(&inspection).contains(&"verify-full"));
        assert!(look(&identity, "x.example.invalid", &roots).name.is_some());
        assert!(covers("*.example.invalid", "db.example.invalid"));
        assert!(!covers("*.example.invalid", "a.db.example.invalid"));
    }

    #[test]
    fn a_self_made_certificate_is_trusted_when_it_is_the_root_file() {
        let identity = Identity::self_signed(&["db.example.invalid"]).unwrap();
        let inspection = look(&identity, "db.example.invalid", &Roots::bundled());
        assert_eq!(inspection.chain, Some(Problem::SelfSigned));
        let roots = Roots::from_pem(identity.chain_pem.as_bytes()).unwrap();
        assert_eq!(look(&identity, "db.example.invalid", &roots).chain, None);
    }

    #[test]
    fn dates_and_purpose_are_looked_at() {
        let ca = Ca::new("a").unwrap();
        let roots = Roots::from_pem(ca.pem().as_bytes()).unwrap();
        let over = |p: &mut connlint_testkit::rcgen::CertificateParams| {
            p.not_after = connlint_testkit::rcgen::date_time_ymd(2020, 1, 1);
        };
        let early = |p: &mut connlint_testkit::rcgen::CertificateParams| {
            p.not_before = connlint_testkit::rcgen::date_time_ymd(2090, 1, 1);
        };
        let client = |p: &mut connlint_testkit::rcgen::CertificateParams| {
            p.extended_key_usages =
                vec![connlint_testkit::rcgen::ExtendedKeyUsagePurpose::ClientAuth];
        };
        let host = "db.example.invalid";
        let expired = look(&ca.issue_with(&[host], over).unwrap(), host, &roots);
        assert_eq!(expired.chain, Some(Problem::Expired));
        assert!(expired.certificate.days_left.unwrap() < 0);
        assert_eq!(
            look(&ca.issue_with(&[host], early).unwrap(), host, &roots).chain,
            Some(Problem::NotYetValid)
        );
        assert_eq!(
            look(&ca.issue_with(&[host], client).unwrap(), host, &roots).chain,
            Some(Problem::WrongPurpose)
        );
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        assert_eq!(Roots::from_pem(b"hello").unwrap_err(), RootsError::Empty);
    }
}
