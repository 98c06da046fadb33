//! Certificates that are wrong in one way each, or right in a way that is often got wrong, and what
//! libpq makes of them.

use super::{Seen, config, probe, request};
use connlint_probe::{ProbeConfig, Roots, SystemDns};
use connlint_probe_api::SslMode;
use connlint_testkit::rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, date_time_ymd,
};
use connlint_testkit::{Ca, FakeDns, Identity, Reply};
use std::net::Ipv4Addr;
use std::sync::Arc;

/// One server's certificate.
pub struct Row {
    pub name: &'static str,
    /// What a client connects to.
    pub host: &'static str,
    pub identity: Identity,
    /// The file that a client has as `sslrootcert`.
    pub roots: String,
    /// What the probe finds worth a word.
    pub problems: &'static [&'static str],
    /// The code of the TLS stage.
    pub code: &'static str,
    /// The modes that libpq goes on with.
    pub accepted: &'static [&'static str],
}

impl Row {
    /// What the probe sees at this port of 127.0.0.1, which is where the host's name leads.
    pub async fn look(&self, port: u16, mode: SslMode) -> Seen {
        let here = Reply::Addresses(vec![Ipv4Addr::LOCALHOST.into()]);
        let dns = FakeDns::start([(NAME, here)]).unwrap();
        let config = ProbeConfig {
            roots: Roots::from_pem(self.roots.as_bytes()).unwrap(),
            dns: Arc::new(SystemDns::with_servers(vec![dns.addr()])),
            ..config()
        };
        probe(config, request(self.host, port, mode)).await
    }
}

const IP: &str = "127.0.0.1";
const NAME: &str = "db.corp.example";
const UNCHECKED: &[&str] = &["prefer", "require"];
const CHAIN: &[&str] = &["prefer", "require", "verify-ca"];
const ALL: &[&str] = &["prefer", "require", "verify-ca", "verify-full"];

type Change<'a> = &'a dyn Fn(&mut CertificateParams);

pub fn rows() -> Vec<Row> {
    let ca = Ca::new("test authority").unwrap();
    let between = ca.intermediate("between").unwrap();
    let signed = |change: Change<'_>| ca.issue_with(&[IP], change).unwrap();
    let cn = |name: &'static str| {
        move |p: &mut CertificateParams| p.distinguished_name.push(DnType::CommonName, name)
    };
    let as_ca = |p: &mut CertificateParams| p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let self_made = Identity::self_signed(&[IP]).unwrap();
    let self_made_ca = Identity::self_signed_with(&[IP], as_ca).unwrap();
    let leaf = signed(&|_| {});
    let row = |name, identity, problems, code, accepted| Row {
        name,
        host: IP,
        identity,
        roots: ca.pem(),
        problems,
        code,
        accepted,
    };
    let named = |name, host, identity, problems, code, accepted| Row {
        host,
        ..row(name, identity, problems, code, accepted)
    };
    let rooted = |name, identity: Identity, roots: String, problems, code, accepted| Row {
        roots,
        ..row(name, identity, problems, code, accepted)
    };
    let own = |identity: &Identity| identity.chain_pem.clone();
    vec![
        row(
            "expired",
            signed(&|p| p.not_after = date_time_ymd(2020, 1, 1)),
            &["cert.expired"],
            "tls.cert_expired",
            UNCHECKED,
        ),
        row(
            "not yet valid",
            signed(&|p| p.not_before = date_time_ymd(2090, 1, 1)),
            &["cert.not_yet_valid"],
            "tls.cert_expired",
            UNCHECKED,
        ),
        row(
            "for clients",
            signed(&|p| {
                p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            }),
            &["cert.wrong_purpose"],
            "tls.cert_unusable",
            UNCHECKED,
        ),
        row(
            "for any purpose",
            signed(&|p| p.extended_key_usages.clear()),
            &[],
            "tls.ok",
            ALL,
        ),
        row(
            "an authority as a server",
            signed(&as_ca),
            &["cert.ca_as_server"],
            "tls.ok",
            ALL,
        ),
        row(
            "by way of an intermediate",
            between.issue(&[IP]).unwrap(),
            &[],
            "tls.ok",
            ALL,
        ),
        row(
            "of another name",
            ca.issue(&[NAME]).unwrap(),
            &["cert.name_mismatch"],
            "tls.cert_name_mismatch",
            CHAIN,
        ),
        row(
            "an address as the common name, no alternative name",
            signed(&|p| p.subject_alt_names.clear()),
            &["cert.cn_only"],
            "tls.ok",
            ALL,
        ),
        row(
            "an address as the common name, beside a DNS name",
            ca.issue_with(&[NAME], cn(IP)).unwrap(),
            &["cert.cn_only"],
            "tls.ok",
            ALL,
        ),
        row(
            "an address as the common name, beside another address",
            ca.issue_with(&["192.0.2.7"], cn(IP)).unwrap(),
            &["cert.name_mismatch"],
            "tls.cert_name_mismatch",
            CHAIN,
        ),
        named(
            "a name",
            NAME,
            ca.issue(&["other.corp.example", NAME]).unwrap(),
            &[],
            "tls.ok",
            ALL,
        ),
        named(
            "a star",
            NAME,
            ca.issue(&["*.corp.example"]).unwrap(),
            &[],
            "tls.ok",
            ALL,
        ),
        named(
            "a star that is one label short",
            NAME,
            ca.issue(&["*.example"]).unwrap(),
            &["cert.name_mismatch"],
            "tls.cert_name_mismatch",
            CHAIN,
        ),
        named(
            "the common name alone",
            NAME,
            ca.issue_with(&[NAME], |p| p.subject_alt_names.clear())
                .unwrap(),
            &["cert.cn_only"],
            "tls.ok",
            ALL,
        ),
        named(
            "the common name beside another DNS name",
            NAME,
            ca.issue_with(&["other.corp.example"], cn(NAME)).unwrap(),
            &["cert.name_mismatch"],
            "tls.cert_name_mismatch",
            CHAIN,
        ),
        named(
            "the common name beside an address",
            NAME,
            ca.issue_with(&[IP], cn(NAME)).unwrap(),
            &["cert.cn_only"],
            "tls.ok",
            ALL,
        ),
        rooted(
            "an unknown authority",
            signed(&|_| {}),
            Ca::new("another authority").unwrap().pem(),
            &["cert.unknown_issuer"],
            "tls.cert_untrusted",
            UNCHECKED,
        ),
        rooted(
            "an authority made anew under its old name",
            signed(&|_| {}),
            Ca::new("test authority").unwrap().pem(),
            &["cert.wrong_authority"],
            "tls.cert_authority_changed",
            UNCHECKED,
        ),
        rooted(
            "an intermediate alone as the root",
            between.issue(&[IP]).unwrap(),
            between.pem(),
            &["cert.partial_chain"],
            "tls.cert_root_missing",
            UNCHECKED,
        ),
        rooted(
            "a signed certificate as its own root",
            signed(&|_| {}),
            own(&leaf),
            &["cert.unknown_issuer"],
            "tls.cert_untrusted",
            UNCHECKED,
        ),
        rooted(
            "self-made, and not known",
            Identity::self_signed(&[IP]).unwrap(),
            ca.pem(),
            &["cert.self_signed"],
            "tls.cert_untrusted",
            UNCHECKED,
        ),
        Row {
            roots: own(&self_made),
            ..row("self-made, its own root", self_made, &[], "tls.ok", ALL)
        },
        Row {
            roots: own(&self_made_ca),
            ..row(
                "self-made as an authority, its own root",
                self_made_ca,
                &["cert.ca_as_server"],
                "tls.ok",
                ALL,
            )
        },
    ]
}
