//! A server's certificate as data: what it says, what is wrong with it, and what libpq would make
//! of it at each `sslmode`.
//!
//! rustls and libpq differ: libpq accepts a self-made certificate that is itself the `sslrootcert`,
//! and compares the host with the common name when there is no alternative name
//! (<https://www.postgresql.org/docs/current/libpq-ssl.html>). What is told as libpq's view follows
//! libpq. Revocation is not looked at, which libpq does not do either unless `sslcrl` is set.

mod chain;
mod describe;
mod names;
mod roots;

pub use roots::{Roots, RootsError};

use connlint_probe_api::{Certificate, Host, ModeView, SslMode};
use rustls::client::verify_server_name;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use x509_parser::prelude::{FromDer, X509Certificate};

/// What a look at a presented chain gives.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inspection {
    pub(crate) certificate: Certificate,
    /// The further certificates of the chain.
    pub(crate) issuers: Vec<Certificate>,
    /// The name of the root that `sslrootcert` has to have.
    pub(crate) root_needed: Option<String>,
    pub(crate) chain: Option<Problem>,
    pub(crate) name: Option<Problem>,
    /// It is valid now and will soon be no longer.
    pub(crate) ends_soon: bool,
    public_roots: bool,
}

/// A certificate that can be read.
struct Presented<'a> {
    der: &'a CertificateDer<'static>,
    parsed: X509Certificate<'a>,
}

impl<'a> Presented<'a> {
    fn read(der: &'a CertificateDer<'static>) -> Option<Self> {
        let (_, parsed) = X509Certificate::from_der(der).ok()?;
        Some(Self { der, parsed })
    }
}

/// What can be wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    UnknownIssuer,
    SelfSigned,
    /// An authority signed it that has the name of one of the roots, and another key.
    WrongAuthority,
    /// The roots given have an authority of the chain, but not the one at its end.
    PartialChain,
    Expired,
    NotYetValid,
    WrongPurpose,
    BadEncoding,
    NameMismatch,
    /// It is signed in a way that cannot be checked here; nothing is wrong with it for certain.
    Unchecked,
}

impl Problem {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::UnknownIssuer => "cert.unknown_issuer",
            Self::SelfSigned => "cert.self_signed",
            Self::WrongAuthority => "cert.wrong_authority",
            Self::PartialChain => "cert.partial_chain",
            Self::Expired => "cert.expired",
            Self::NotYetValid => "cert.not_yet_valid",
            Self::WrongPurpose => "cert.wrong_purpose",
            Self::BadEncoding => "cert.bad_encoding",
            Self::NameMismatch => "cert.name_mismatch",
            Self::Unchecked => "cert.unchecked",
        }
    }

    /// The words of libpq, which has OpenSSL's, for the same finding.
    pub(crate) fn libpq_says(self) -> &'static str {
        match self {
            Self::UnknownIssuer => {
                "SSL error: certificate verify failed (the issuer is not in sslrootcert)"
            }
            Self::SelfSigned => {
                "SSL error: certificate verify failed (self-signed, and not itself in sslrootcert)"
            }
            Self::WrongAuthority => {
                "SSL error: certificate verify failed, or SSL error: EVP lib (sslrootcert has an authority of the issuer's name, with another key)"
            }
            Self::PartialChain => {
                "SSL error: certificate verify failed (sslrootcert has an intermediate certificate, but not its root)"
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
            Self::Unchecked => "not checked: the probe does not know this kind of signature",
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
        let Some((leaf, others)) = chain.split_first() else {
            return Self::default();
        };
        // Reading one takes as long as a step of the handshake, so each is read once.
        let server = Presented::read(leaf);
        let issuers: Vec<Presented<'_>> = others.iter().filter_map(Presented::read).collect();
        let finding = server.as_ref().map_or_else(
            || Problem::BadEncoding.into(),
            |server| chain::judge(server, others, roots, now, algorithms),
        );
        let all: Vec<&X509Certificate<'_>> = server
            .iter()
            .chain(&issuers)
            .map(|presented| &presented.parsed)
            .collect();
        let mut seen = Self {
            issuers: describe::issuers(&issuers, now),
            root_needed: describe::root_needed(&all, roots),
            chain: finding.problem,
            public_roots: roots.public,
            ..Self::default()
        };
        let mut libpq_accepts_name = false;
        if let Some(server) = &server {
            seen.certificate = describe::leaf(server, chain.len(), now);
            seen.ends_soon = describe::ends_soon(&server.parsed, now);
            libpq_accepts_name = names::libpq_accepts(&server.parsed, host);
        }
        seen.name = (!libpq_accepts_name).then_some(Problem::NameMismatch);
        // Drivers that go by alternative names alone refuse what libpq takes by the common name.
        let others_accept_name = || {
            let name = server_name(host)?;
            let parsed = ParsedCertificate::try_from(leaf).ok()?;
            verify_server_name(&parsed, &name).ok()
        };
        let cn_only = libpq_accepts_name && others_accept_name().is_none();
        seen.certificate.problems = [
            finding.problem.map(Problem::code),
            finding.stricter,
            seen.name.map(Problem::code),
            cn_only.then_some("cert.cn_only"),
            seen.ends_soon.then_some("cert.expires_soon"),
        ]
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .collect();
        seen
    }

    /// What libpq would make of an encrypted connection with this certificate. `disable` and
    /// `allow` are left out: whether the server takes connections without TLS was not tried. So are
    /// the modes that check the chain if it could not be checked.
    pub(crate) fn modes(&self) -> Vec<ModeView> {
        let view = |sslmode, accepted, reason: String| ModeView {
            sslmode,
            accepted,
            reason: (!reason.is_empty()).then_some(reason),
        };
        let mut views = vec![
            view(
                SslMode::Prefer,
                true,
                "encrypted, certificate not checked".to_owned(),
            ),
            view(
                SslMode::Require,
                true,
                "encrypted, certificate not checked unless a root file is there".to_owned(),
            ),
        ];
        if self.chain == Some(Problem::Unchecked) {
            return views;
        }
        // The built-in roots are the probe's; libpq has none of its own.
        let ready = |with_system: bool| match (&self.root_needed, self.public_roots) {
            (_, false) => String::new(),
            (root, true) => {
                let root = root.as_deref().unwrap_or("the chain's root");
                let system = if with_system {
                    "sslrootcert=system (libpq 16 or later), or "
                } else {
                    ""
                };
                format!("needs {system}a file with {root} as sslrootcert")
            }
        };
        let chain = self.chain;
        let any = chain.or(self.name);
        let says = |problem: Problem| problem.libpq_says().to_owned();
        views.push(view(
            SslMode::VerifyCa,
            chain.is_none(),
            chain.map_or_else(|| ready(false), says),
        ));
        views.push(view(
            SslMode::VerifyFull,
            any.is_none(),
            any.map_or_else(|| ready(true), says),
        ));
        views
    }

    /// What stands in the way at this mode, if anything.
    pub(crate) fn blocks(&self, mode: SslMode) -> Option<Problem> {
        let problem = match mode {
            SslMode::VerifyCa => self.chain,
            SslMode::VerifyFull => self
                .chain
                .filter(|p| *p != Problem::Unchecked)
                .or(self.name),
            _ => None,
        };
        problem.filter(|problem| *problem != Problem::Unchecked)
    }

    /// The first thing that is wrong, whether or not the mode cares.
    pub(crate) fn worst(&self) -> Option<Problem> {
        self.chain.or(self.name)
    }
}

/// What is said about a chain, checked against the built-in roots and against its own last
/// certificate: the problems and the modes of both looks.
#[must_use]
pub fn inspect(chain: &[Vec<u8>], host: &Host) -> Vec<(Vec<String>, Vec<ModeView>)> {
    let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
    let chain: Vec<_> = chain.iter().cloned().map(CertificateDer::from).collect();
    let own = Roots::of(chain.last().cloned().into_iter().collect());
    std::iter::once(Roots::bundled())
        .chain(own)
        .map(|roots| {
            let seen = Inspection::new(&chain, host, &roots, &algorithms);
            (seen.certificate.problems.clone(), seen.modes())
        })
        .collect()
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

#[cfg(test)]
mod tests;
