use super::*;
use connlint_testkit::rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, date_time_ymd,
};
use connlint_testkit::{Ca, Identity};
use rustls::pki_types::pem::PemObject;
use std::time::{Duration, SystemTime};

const HOST: &str = "db.example.invalid";

fn look(identity: &Identity, host: &str, roots: &Roots) -> Inspection {
    let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
    let host = Host::parse(host).unwrap();
    Inspection::new(&identity.chain, &host, roots, &algorithms)
}

fn accepted(inspection: &Inspection) -> Vec<&'static str> {
    inspection
        .modes()
        .iter()
        .filter(|m| m.accepted)
        .map(|m| m.sslmode.name())
        .collect()
}

fn trusting(ca: &Ca) -> Roots {
    Roots::from_pem(ca.pem().as_bytes()).unwrap()
}

fn problems(inspection: &Inspection) -> Vec<&str> {
    inspection
        .certificate
        .problems
        .iter()
        .map(String::as_str)
        .collect()
}

const ALL_ENCRYPTED: [&str; 4] = ["prefer", "require", "verify-ca", "verify-full"];
const UNCHECKED: [&str; 2] = ["prefer", "require"];

#[test]
fn a_good_certificate_is_good_at_every_mode() {
    let ca = Ca::new("test authority").unwrap();
    let identity = ca.issue(&[HOST, "127.0.0.1"]).unwrap();
    let roots = trusting(&ca);
    for host in [HOST, "127.0.0.1"] {
        let inspection = look(&identity, host, &roots);
        assert_eq!(problems(&inspection), [""; 0]);
        assert_eq!(accepted(&inspection), ALL_ENCRYPTED);
    }
    let seen = look(&identity, HOST, &roots);
    assert_eq!(seen.root_needed.as_deref(), Some("test authority"));
    let c = seen.certificate;
    assert_eq!(c.subject.as_deref(), Some(HOST));
    assert_eq!(c.issuer.as_deref(), Some("test authority"));
    assert_eq!(c.names, [HOST, "127.0.0.1"]);
    assert_eq!(c.key.as_deref(), Some("EC P-256"));
    assert_eq!(c.sha256.map(|h| h.len()), Some(64));
    assert_eq!(c.chain_len, 1);
}

#[test]
fn an_unknown_issuer_is_fine_until_the_chain_is_checked() {
    let identity = Ca::new("a").unwrap().issue(&[HOST]).unwrap();
    let inspection = look(&identity, HOST, &trusting(&Ca::new("b").unwrap()));
    assert_eq!(inspection.chain, Some(Problem::UnknownIssuer));
    assert_eq!(accepted(&inspection), UNCHECKED);
    assert_eq!(inspection.root_needed.as_deref(), Some("a"));
    // An authority that was made anew under its old name is another one.
    let inspection = look(&identity, HOST, &trusting(&Ca::new("a").unwrap()));
    assert_eq!(inspection.chain, Some(Problem::WrongAuthority));
}

#[test]
fn another_name_matters_to_verify_full_only() {
    let ca = Ca::new("a").unwrap();
    let identity = ca.issue(&["other.example.invalid"]).unwrap();
    let inspection = look(&identity, HOST, &trusting(&ca));
    assert_eq!(problems(&inspection), ["cert.name_mismatch"]);
    assert_eq!(accepted(&inspection), ["prefer", "require", "verify-ca"]);
}

#[test]
fn without_alternative_names_libpq_takes_the_common_name() {
    let ca = Ca::new("a").unwrap();
    let only_cn = |p: &mut CertificateParams| p.subject_alt_names.clear();
    let identity = ca.issue_with(&[HOST], only_cn).unwrap();
    let inspection = look(&identity, HOST, &trusting(&ca));
    assert_eq!(problems(&inspection), ["cert.cn_only"]);
    assert_eq!(accepted(&inspection), ALL_ENCRYPTED);
    let other = look(&identity, "x.example.invalid", &trusting(&ca));
    assert_eq!(other.name, Some(Problem::NameMismatch));
}

#[test]
fn the_common_name_does_not_count_where_there_is_an_alternative_name() {
    let ca = Ca::new("a").unwrap();
    let other_cn = |p: &mut CertificateParams| {
        p.distinguished_name.push(DnType::CommonName, HOST);
    };
    let identity = ca.issue_with(&["other.example.invalid"], other_cn).unwrap();
    let inspection = look(&identity, HOST, &trusting(&ca));
    assert_eq!(inspection.name, Some(Problem::NameMismatch));
}

#[test]
fn for_an_address_libpq_looks_at_addresses_and_at_the_common_name_beside_dns_names() {
    let ca = Ca::new("a").unwrap();
    let roots = trusting(&ca);
    let cn_is = |cn: &'static str| {
        move |p: &mut CertificateParams| p.distinguished_name.push(DnType::CommonName, cn)
    };
    let beside_dns = ca.issue_with(&[HOST], cn_is("192.0.2.7")).unwrap();
    let seen = look(&beside_dns, "192.0.2.7", &roots);
    assert_eq!(problems(&seen), ["cert.cn_only"]);
    let beside_ip = ca.issue_with(&["192.0.2.8"], cn_is("192.0.2.7")).unwrap();
    let seen = look(&beside_ip, "192.0.2.7", &roots);
    assert_eq!(problems(&seen), ["cert.name_mismatch"]);
}

#[test]
fn a_self_made_certificate_is_trusted_when_it_is_the_root_file() {
    let identity = Identity::self_signed(&[HOST]).unwrap();
    let inspection = look(&identity, HOST, &Roots::bundled());
    assert_eq!(inspection.chain, Some(Problem::SelfSigned));
    assert_eq!(inspection.root_needed.as_deref(), Some(HOST));
    let roots = Roots::from_pem(identity.chain_pem.as_bytes()).unwrap();
    assert_eq!(accepted(&look(&identity, HOST, &roots)), ALL_ENCRYPTED);
}

#[test]
fn a_certificate_that_an_authority_signed_is_no_root_however_it_is_given() {
    let ca = Ca::new("a").unwrap();
    let identity = ca.issue(&[HOST]).unwrap();
    let roots = Roots::from_pem(identity.chain_pem.as_bytes()).unwrap();
    assert_eq!(accepted(&look(&identity, HOST, &roots)), UNCHECKED);
}

#[test]
fn an_intermediate_certificate_helps_and_does_not_do() {
    let ca = Ca::new("root").unwrap();
    let between = ca.intermediate("between").unwrap();
    let identity = between.issue(&[HOST]).unwrap();
    let mut alone = between.issue(&[HOST]).unwrap();
    alone.chain.truncate(1);

    let seen = look(&identity, HOST, &trusting(&ca));
    assert_eq!(accepted(&seen), ALL_ENCRYPTED);
    assert_eq!(seen.certificate.chain_len, 2);
    assert_eq!(seen.issuers.len(), 1);
    assert_eq!(seen.issuers[0].subject.as_deref(), Some("between"));
    assert_eq!(seen.root_needed.as_deref(), Some("root"));

    let seen = look(&alone, HOST, &trusting(&ca));
    assert_eq!(seen.chain, Some(Problem::UnknownIssuer));
    let both = Roots::from_pem(format!("{}{}", between.pem(), ca.pem()).as_bytes()).unwrap();
    assert_eq!(accepted(&look(&alone, HOST, &both)), ALL_ENCRYPTED);

    let seen = look(&identity, HOST, &trusting(&between));
    assert_eq!(seen.chain, Some(Problem::PartialChain));
    assert_eq!(accepted(&seen), UNCHECKED);
}

#[test]
fn an_authority_in_the_place_of_a_server_is_taken_by_libpq_and_not_by_others() {
    let as_ca = |p: &mut CertificateParams| p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = Ca::new("a").unwrap();
    let issued = ca.issue_with(&[HOST], as_ca).unwrap();
    let seen = look(&issued, HOST, &trusting(&ca));
    assert_eq!(seen.chain, None);
    assert_eq!(problems(&seen)[0], "cert.ca_as_server");
    assert_eq!(accepted(&seen), ALL_ENCRYPTED);
    let seen = look(&issued, HOST, &trusting(&Ca::new("b").unwrap()));
    assert_eq!(seen.chain, Some(Problem::UnknownIssuer));
    let seen = look(&issued, HOST, &trusting(&Ca::new("a").unwrap()));
    assert_eq!(
        seen.chain,
        Some(Problem::WrongAuthority),
        "the name fits and the signature does not"
    );

    // What `openssl req -x509` makes.
    let own = Identity::self_signed_with(&[HOST], as_ca).unwrap();
    let roots = Roots::from_pem(own.chain_pem.as_bytes()).unwrap();
    assert_eq!(accepted(&look(&own, HOST, &roots)), ALL_ENCRYPTED);
    let seen = look(&own, HOST, &Roots::bundled());
    assert_eq!(seen.chain, Some(Problem::SelfSigned));
}

#[test]
fn a_certificate_of_version_1_is_taken_by_libpq_and_not_by_others() {
    // Made by an old recipe, `openssl x509 -req` without a file of extensions: first the server's
    // certificate, then the authority's.
    let pem = include_bytes!("version_1.pem");
    let chain: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .unwrap();
    let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
    let host = Host::parse(HOST).unwrap();
    let look = |roots| Inspection::new(&chain[..1], &host, &roots, &algorithms);
    let seen = look(Roots::from_pem(pem).unwrap());
    assert_eq!(problems(&seen), ["cert.version_1", "cert.cn_only"]);
    assert_eq!(accepted(&seen), ALL_ENCRYPTED);
    // Another authority of the same name.
    let seen = look(trusting(&Ca::new("test authority").unwrap()));
    assert_eq!(seen.chain, Some(Problem::WrongAuthority));
    assert_eq!(seen.root_needed.as_deref(), Some("test authority"));
}

#[test]
fn dates_and_purpose_are_looked_at() {
    let ca = Ca::new("a").unwrap();
    let over = |p: &mut CertificateParams| p.not_after = date_time_ymd(2020, 1, 1);
    let early = |p: &mut CertificateParams| p.not_before = date_time_ymd(2090, 1, 1);
    let client = |p: &mut CertificateParams| {
        p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    };
    let any = |p: &mut CertificateParams| p.extended_key_usages = Vec::new();
    let chain = |change: &dyn Fn(&mut CertificateParams)| {
        let signed = ca.issue_with(&[HOST], change).unwrap();
        let own = Identity::self_signed_with(&[HOST], change).unwrap();
        let own_roots = Roots::from_pem(own.chain_pem.as_bytes()).unwrap();
        let signed = look(&signed, HOST, &trusting(&ca));
        assert_eq!(signed.chain, look(&own, HOST, &own_roots).chain);
        signed.chain
    };
    assert_eq!(chain(&over), Some(Problem::Expired));
    assert_eq!(chain(&early), Some(Problem::NotYetValid));
    assert_eq!(chain(&client), Some(Problem::WrongPurpose));
    assert_eq!(chain(&any), None);
}

#[test]
fn a_certificate_that_ends_soon_is_told_before_it_does() {
    let ca = Ca::new("a").unwrap();
    let day = Duration::from_secs(86_400);
    let now = SystemTime::now();
    for (days_before, days_left, soon) in [
        (300, 13, true),
        (300, 16, false),
        (4, 3, false),
        (5, 1, true),
    ] {
        let dates = |p: &mut CertificateParams| {
            p.not_before = (now - day * days_before).into();
            p.not_after = (now + day * days_left).into();
        };
        let identity = ca.issue_with(&[HOST], dates).unwrap();
        let seen = look(&identity, HOST, &trusting(&ca));
        assert_eq!(seen.ends_soon, soon, "{days_before} {days_left}");
        assert_eq!(problems(&seen).contains(&"cert.expires_soon"), soon);
        assert_eq!(accepted(&seen), ALL_ENCRYPTED);
    }
}

#[test]
fn with_the_built_in_roots_the_modes_say_what_libpq_needs() {
    let seen = Inspection {
        root_needed: Some("Example Root".to_owned()),
        public_roots: true,
        ..Inspection::default()
    };
    let reasons: Vec<_> = seen.modes().into_iter().filter_map(|m| m.reason).collect();
    assert_eq!(
        reasons[2..],
        [
            "needs a file with Example Root as sslrootcert",
            "needs sslrootcert=system (libpq 16 or later), or a file with Example Root as sslrootcert"
        ]
    );
}
