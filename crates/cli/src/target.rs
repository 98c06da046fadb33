//! What `connlint probe` is asked to look at: `host[:port]` or a whole connection string, of which
//! only host, port, user, database and sslmode are taken.

use connlint_core::{Options, lint};
use connlint_probe_api::{Host, HostPort, ProbeRequest, SslMode, SslNegotiation};

/// What a target gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) request: ProbeRequest,
    /// Something to tell the user first.
    pub(crate) note: Option<String>,
}

/// Reads a target. The error never repeats the text, which may hold a password.
pub(crate) fn parse(text: &str) -> Result<Target, String> {
    let text = text.trim();
    if let Some(result) = host_and_port(text) {
        return result.map(|request| Target {
            request,
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
    let request = ProbeRequest {
        hosts,
        user: endpoint.user.clone(),
        database: endpoint.database.clone(),
        sslmode,
        sslnegotiation: SslNegotiation::default(),
        watch: None,
    };
    Ok(Target { request, note })
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
