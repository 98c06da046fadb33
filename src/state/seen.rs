//! What the probe saw at one stage, in words: short facts, the certificate line by line, the names that DNS led through.

use connlint_core::Target;
use connlint_core::triage::Time;
use connlint_probe_api::{Access, AuthKind, Certificate, Detail, ModeView};

/// Facts worth a line each, in the order in which they were learned.
#[must_use]
pub fn facts(detail: &Detail) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(product) = &detail.product {
        let label =
            Target::from_name(product).map_or_else(|| product.clone(), |t| t.label().to_owned());
        facts.push(match detail.access.map(access) {
            Some(way) if !way.is_empty() => format!("{label}, {way}"),
            _ => label,
        });
    } else if let Some(way) = detail.access.map(access).filter(|way| !way.is_empty()) {
        facts.push(way.to_owned());
    }
    if let Some(by) = &detail.answered_by {
        facts.push(format!("answered by {}", answerer(by)));
    }
    if let Some(tls) = &detail.tls {
        facts.extend(tls.version.as_ref().map(|v| v.replace("TLSv", "TLS ")));
        if tls.client_cert_requested {
            facts.push("asks for a client certificate".into());
        }
    }
    if let Some(certificate) = &detail.certificate {
        facts.extend(certificate_facts(certificate));
    }
    if let Some(root) = &detail.root_needed {
        facts.push(format!("verify-ca and verify-full need the root {root}"));
    }
    if let Some(auth) = &detail.auth {
        let with = match auth.mechanisms.as_slice() {
            [] => String::new(),
            some => format!(" ({})", some.join(", ")),
        };
        facts.push(format!("{}{with}", asks(auth.kind)));
    }
    if let Some(version) = detail.version_at_least {
        facts.push(format!("PostgreSQL {version} or newer"));
    }
    if let Some(server) = &detail.server {
        let message = server.message.as_deref().unwrap_or("no message");
        facts.push(match &server.sqlstate {
            Some(code) => format!("the server says: {message} (SQLSTATE {code})"),
            None => format!("the server says: {message}"),
        });
    }
    if let Some(ip) = &detail.client_ip {
        facts.push(format!("the server saw the connection come from {ip}"));
    }
    if detail.plaintext == Some(true) {
        facts.push("user and database went over the network unencrypted".into());
    }
    if detail.placeholder_user == Some(true) {
        facts.push("a placeholder stood for the user".into());
    }
    facts
}

fn certificate_facts(certificate: &Certificate) -> Vec<String> {
    let mut facts = Vec::new();
    if certificate.self_signed {
        facts.push("certificate signed by itself".into());
    } else if let Some(issuer) = &certificate.issuer {
        facts.push(format!("certificate from {issuer}"));
    }
    match certificate.days_left {
        Some(days) if days < 0 => facts.push(format!("expired {} days ago", days.unsigned_abs())),
        Some(days) => facts.push(format!("valid for {days} more days")),
        None => {}
    }
    facts
}

/// A certificate line by line: what, and its value.
#[must_use]
pub fn certificate(certificate: &Certificate) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let mut add = |what, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            lines.push((what, value));
        }
    };
    add("Issued for", certificate.subject.clone());
    add("Names in it", Some(certificate.names.join(", ")));
    add("Issued by", certificate.issuer.clone());
    add("Valid from", certificate.not_before.map(day));
    add("Valid until", certificate.not_after.map(day));
    add("Key", certificate.key.clone());
    add("SHA-256", certificate.sha256.clone());
    lines
}

/// The way from the server's certificate up to its root, as far as the server sent it.
#[must_use]
pub fn chain(detail: &Detail) -> Vec<String> {
    let Some(own) = &detail.certificate else {
        return Vec::new();
    };
    let all = || std::iter::once(own).chain(&detail.issuers);
    let unnamed = || "a certificate without a name".to_owned();
    let mut chain: Vec<String> = all()
        .map(|certificate| certificate.subject.clone().unwrap_or_else(unnamed))
        .collect();
    let last = all().last().filter(|last| !last.self_signed);
    if let Some(issuer) = last.and_then(|last| last.issuer.clone()) {
        chain.push(format!("{issuer} (not sent)"));
    }
    chain
}

/// What libpq does at a TLS mode, in words.
#[must_use]
pub fn at_mode(view: &ModeView) -> String {
    let does = if view.accepted { "connects" } else { "refuses" };
    match &view.reason {
        Some(reason) => format!("{does}: {reason}"),
        None => does.to_owned(),
    }
}

/// How a server is reached; empty if this page does not know the way.
#[must_use]
pub const fn access(access: Access) -> &'static str {
    match access {
        Access::Public => "over a public address",
        Access::PrivateEndpoint => "through a private endpoint",
        Access::Vnet => "inside a virtual network",
        Access::Gateway => "through the gateway that the region’s servers share",
        Access::Unknown => "",
    }
}

/// Who answers in place of a PostgreSQL server, or in front of it.
fn answerer(name: &str) -> &str {
    match name {
        "pgbouncer" => "PgBouncer",
        "odyssey" => "Odyssey",
        "pooler" => "a connection pooler",
        "azure-gateway" => "Azure’s gateway",
        "http" => "a web server",
        "ssh" => "an SSH server",
        "smtp" => "a mail server",
        "tls" => "a server that speaks TLS at once",
        other => other,
    }
}

const fn asks(kind: AuthKind) -> &'static str {
    match kind {
        AuthKind::Ok => "asks for no password",
        AuthKind::Cleartext => "asks for the password itself",
        AuthKind::Md5 => "asks for the password, hashed with MD5",
        AuthKind::Sasl => "asks for the password through SASL",
        AuthKind::Gss => "asks for Kerberos (GSSAPI)",
        AuthKind::Sspi => "asks for Windows’ SSPI",
        AuthKind::Unknown => "asks for a proof that this page does not know",
    }
}

/// A day as `2026-03-01`, from seconds since 1970-01-01 UTC.
fn day(seconds: i64) -> String {
    let time = Time {
        ms: seconds.saturating_mul(1000),
        utc: true,
        dated: true,
    };
    let text = time.text();
    text.split(' ').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_probe_api::{Auth, SslMode, Tls};

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(951_782_400), "2000-02-29");
        assert_eq!(day(1_798_675_199), "2026-12-30");
    }

    #[test]
    fn the_product_and_the_way_to_it_are_one_fact() {
        let detail = Detail {
            product: Some("azure-flexible".into()),
            access: Some(Access::PrivateEndpoint),
            ..Detail::default()
        };
        assert_eq!(
            facts(&detail),
            ["Azure Flexible Server, through a private endpoint"]
        );
        let newer = Detail {
            product: Some("azure-hyper".into()),
            access: Some(Access::Unknown),
            ..Detail::default()
        };
        assert_eq!(facts(&newer), ["azure-hyper"], "a newer probe's word");
    }

    #[test]
    fn who_answers_and_what_it_asks_for_is_told() {
        let detail = Detail {
            answered_by: Some("pgbouncer".into()),
            tls: Some(Tls {
                version: Some("TLSv1.3".into()),
                client_cert_requested: true,
                ..Tls::default()
            }),
            auth: Some(Auth {
                kind: AuthKind::Sasl,
                mechanisms: vec!["SCRAM-SHA-256".into()],
            }),
            version_at_least: Some(17),
            ..Detail::default()
        };
        assert_eq!(
            facts(&detail),
            [
                "answered by PgBouncer",
                "TLS 1.3",
                "asks for a client certificate",
                "asks for the password through SASL (SCRAM-SHA-256)",
                "PostgreSQL 17 or newer",
            ]
        );
    }

    #[test]
    fn the_chain_says_which_certificate_the_server_did_not_send() {
        let signed = |subject: &str, issuer: &str| Certificate {
            subject: Some(subject.into()),
            issuer: Some(issuer.into()),
            ..Certificate::default()
        };
        let mut detail = Detail {
            certificate: Some(signed("db.example", "Middle CA")),
            issuers: vec![signed("Middle CA", "Root CA")],
            ..Detail::default()
        };
        assert_eq!(
            chain(&detail),
            ["db.example", "Middle CA", "Root CA (not sent)"]
        );
        let mut root = signed("Root CA", "Root CA");
        root.self_signed = true;
        detail.issuers.push(root);
        assert_eq!(chain(&detail), ["db.example", "Middle CA", "Root CA"]);
        assert!(chain(&Detail::default()).is_empty());
    }

    #[test]
    fn a_mode_says_why() {
        let view = |accepted, reason: Option<&str>| ModeView {
            sslmode: SslMode::VerifyFull,
            accepted,
            reason: reason.map(Into::into),
        };
        assert_eq!(at_mode(&view(true, None)), "connects");
        assert_eq!(
            at_mode(&view(false, Some("the name does not match"))),
            "refuses: the name does not match"
        );
    }
}
