//! What `connlint probe` is asked to look at: `host[:port]` or a whole connection string. What the probe gets of it is
//! host, port, user, database and how TLS is used; the rest is for a login and stays on this computer.

use connlint_core::convert::convert;
use connlint_core::model::Param;
use connlint_core::parse::parse as read;
use connlint_core::{Dialect, Driver, Options, PasswordState, Secret, lint};
use connlint_probe_api::{Host, HostPort, ProbeRequest, SslMode, SslNegotiation};

/// What a target gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) request: ProbeRequest,
    /// What only a login needs.
    pub(crate) credentials: Credentials,
    /// Something to tell the user first.
    pub(crate) note: Option<String>,
}

/// What a connection string has for a login, as libpq would name it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// The password; none where the string has a placeholder or a variable in its place.
    pub(crate) password: Option<Secret>,
    /// `channel_binding`.
    pub(crate) channel_binding: Option<String>,
    /// `sslrootcert`.
    pub(crate) root_cert: Option<String>,
    /// Whether it names a client certificate.
    pub(crate) client_certificate: bool,
}

/// Reads a target. The error never repeats the text, which may hold a password.
pub(crate) fn parse(text: &str) -> Result<Target, String> {
    let text = text.trim();
    if let Some(result) = host_and_port(text) {
        return result.map(|request| Target {
            request,
            credentials: Credentials::default(),
            note: None,
        });
    }
    let analysis = lint(text, &Options::default());
    let Some(found) = analysis
        .strings
        .iter()
        .find(|found| found.endpoint.is_some())
    else {
        return Err("this is neither host[:port] nor a connection string with a host".to_owned());
    };
    let Some(endpoint) = &found.endpoint else {
        return Err("the connection string names no host".to_owned());
    };
    let hosts = endpoint
        .hosts
        .iter()
        .map(|(host, port)| HostPort {
            host: host.clone(),
            port: *port,
        })
        .collect();
    let sslmode = endpoint
        .sslmode
        .as_deref()
        .and_then(SslMode::from_name)
        .unwrap_or_default();
    let note = found.refused_by_driver.as_ref().map(|error| {
        format!("The driver would refuse this text ({error}). The probe goes on with what it seems to mean; `connlint lint` says more.")
    });
    let (mut credentials, sslnegotiation) = beyond(text, found.span);
    if found.settings.password != PasswordState::Present {
        credentials.password = None;
    }
    let request = ProbeRequest {
        hosts,
        user: endpoint.user.clone(),
        database: endpoint.database.clone(),
        sslmode,
        sslnegotiation,
        watch: None,
    };
    Ok(Target {
        request,
        credentials,
        note,
    })
}

/// What the string has beyond its endpoint, read as its driver reads it and written in libpq's words.
fn beyond(text: &str, span: connlint_core::Span) -> (Credentials, SslNegotiation) {
    let converted = convert(text, &Options::default(), Dialect::LibpqUri).unwrap_or_default();
    let Some(uri) = converted
        .into_iter()
        .find(|one| one.span == span)
        .map(|one| one.text)
    else {
        return Default::default();
    };
    let settings = read(&uri, Dialect::LibpqUri, Driver::Libpq).settings;
    let of_key = |key: &str| {
        let set = settings
            .all
            .iter()
            .rev()
            .find(|setting| setting.key == key)?;
        Some(set.value.expose().to_owned())
    };
    let password = settings
        .get(Param::Password)
        .map(|set| set.value.expose().to_owned())
        .filter(|password| !password.is_empty() && !is_variable(password));
    let negotiation = match of_key("sslnegotiation").as_deref() {
        Some("direct") => SslNegotiation::Direct,
        _ => SslNegotiation::Postgres,
    };
    let credentials = Credentials {
        password: password.map(Secret::new),
        channel_binding: of_key("channel_binding"),
        root_cert: of_key("sslrootcert").filter(|path| !path.is_empty()),
        client_certificate: of_key("sslcert").is_some(),
    };
    (credentials, negotiation)
}

/// Whether a password is only a variable's name, such as `$PASSWORD`, `${PASSWORD}` or `%PASSWORD%`.
fn is_variable(text: &str) -> bool {
    let name = text
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'))
        .or_else(|| {
            text.strip_prefix('%')
                .and_then(|rest| rest.strip_suffix('%'))
        })
        .or_else(|| text.strip_prefix('$'));
    name.is_some_and(|name| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    })
}

/// `host`, `host:port`, `[v6]:port`, or a bare IPv6 address; none if it looks like something else.
fn host_and_port(text: &str) -> Option<Result<ProbeRequest, String>> {
    if text.contains(['=', '/', '@', ';', '"', '\'']) || text.contains(char::is_whitespace) {
        return None;
    }
    let bare = text.parse::<std::net::IpAddr>().is_ok();
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !bare && !host.is_empty() && !text.ends_with(']') => {
            (host, Some(port))
        }
        _ => (text, None),
    };
    if let Err(error) = Host::parse(host) {
        return Some(Err(error.to_string()));
    }
    let port = match port.map(str::parse::<u16>) {
        None => ProbeRequest::DEFAULT_PORT,
        Some(Ok(port)) if port > 0 => port,
        Some(_) => return Some(Err("the port has to be a number from 1 to 65535".to_owned())),
    };
    Some(Ok(ProbeRequest::new(host, port)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(text: &str) -> Vec<(String, u16)> {
        parse(text)
            .unwrap()
            .request
            .hosts
            .into_iter()
            .map(|h| (h.host, h.port))
            .collect()
    }

    #[test]
    fn hosts_with_and_without_port() {
        for (text, host, port) in [
            ("db.example.invalid", "db.example.invalid", 5432),
            ("db.example.invalid:6432", "db.example.invalid", 6432),
            ("127.0.0.1:1", "127.0.0.1", 1),
            ("::1", "::1", 5432),
            ("[::1]", "[::1]", 5432),
            ("[::1]:6432", "[::1]", 6432),
        ] {
            assert_eq!(hosts(text), [(host.to_owned(), port)], "{text}");
        }
        for text in ["", "db:99999", "db:0", "db:x", "-db", "0x7f.1"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn connection_strings_give_everything_but_the_password() {
        let target =
            parse("postgresql://app:not-a-secret@db.example.invalid:6432/shop?sslmode=verify-full")
                .unwrap();
        let request = target.request;
        assert_eq!(
            (request.hosts[0].host.as_str(), request.hosts[0].port),
            ("db.example.invalid", 6432)
        );
        assert_eq!(
            (request.user.as_deref(), request.database.as_deref()),
            (Some("app"), Some("shop"))
        );
        assert_eq!(request.sslmode, SslMode::VerifyFull);
        assert!(
            !serde_json::to_string(&request)
                .unwrap()
                .contains("not-a-secret")
        );

        let target =
            parse("host=db.example.invalid port=5433 user=app password=not-a-secret dbname=shop")
                .unwrap();
        assert_eq!(target.request.hosts[0].port, 5433);
        assert!(
            !serde_json::to_string(&target.request)
                .unwrap()
                .contains("not-a-secret")
        );
    }

    #[test]
    fn a_login_gets_the_password_as_the_driver_reads_it() {
        for (text, password) in [
            (
                "postgresql://app:not-a%20secret@db.example.invalid/shop",
                Some("not-a secret"),
            ),
            (
                "host=db.example.invalid user=app password='not-a secret'",
                Some("not-a secret"),
            ),
            (
                "Host=db.example.invalid;Username=app;Password=\"not;a secret\";Database=shop",
                Some("not;a secret"),
            ),
            ("postgresql://app@db.example.invalid/shop", None),
            (
                "postgresql://app:$DB_PASSWORD@db.example.invalid/shop",
                None,
            ),
            ("postgresql://app:<password>@db.example.invalid/shop", None),
        ] {
            let credentials = parse(text).unwrap().credentials;
            let read = credentials.password.as_ref().map(Secret::expose);
            assert_eq!(read, password, "{text}");
            assert!(
                !format!("{credentials:?}").contains("secret"),
                "{credentials:?}"
            );
        }
    }

    #[test]
    fn what_tls_needs_is_read_as_well() {
        let target = parse(
            "postgresql://app@db.example.invalid/shop?sslnegotiation=direct&sslmode=verify-full&sslrootcert=ca.pem&channel_binding=require",
        )
        .unwrap();
        assert_eq!(target.request.sslnegotiation, SslNegotiation::Direct);
        assert_eq!(target.credentials.root_cert.as_deref(), Some("ca.pem"));
        assert_eq!(
            target.credentials.channel_binding.as_deref(),
            Some("require")
        );
        assert!(!target.credentials.client_certificate);
    }

    #[test]
    fn an_error_does_not_repeat_the_text() {
        for text in [
            "password=hunter2-secret",
            "hunter2-secret and more",
            "u:hunter2-secret@",
        ] {
            let error = parse(text).map(|t| t.note).unwrap_err();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
