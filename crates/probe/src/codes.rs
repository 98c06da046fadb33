//! Everything that the probe can say, in one list: the code, what it means for reaching the
//! server, whether it goes away by itself, the sentence for a person and what to do next.

use crate::triage::{Category, Persistence};
use connlint_probe_api::Outcome;

/// One thing that the probe can say.
#[derive(Debug)]
pub struct Code {
    /// The stable name.
    pub name: &'static str,
    /// What it makes of the row that it ends; none if it ends none.
    pub outcome: Option<Outcome>,
    /// The failure, if it is one.
    pub failure: Option<(Category, Persistence)>,
    /// One plain sentence.
    pub text: &'static str,
    /// What to do or look at, most promising first.
    pub next: &'static [&'static str],
}

/// Declares the codes and the list of them in one go, so that the list cannot miss one.
macro_rules! codes {
    ($($id:ident = $name:literal, $outcome:expr, $failure:expr, $text:literal, [$($next:literal),* $(,)?];)*) => {
        $(pub(crate) static $id: Code = Code {
            name: $name, outcome: $outcome, failure: $failure, text: $text, next: &[$($next),*],
        };)*
        /// All codes, in the order of the stages.
        pub static ALL: &[&Code] = &[$(&$id),*];
    };
}

use Category as C;
use Outcome as O;
use Persistence::{Depends, Persistent, Transient};

codes! {
    POLICY_OK = "policy.ok", None, None, "This target may be probed.", [];
    POLICY_HOST = "policy.host_not_allowed", Some(O::DeniedByPolicy), None,
        "This probe may not look at this host.", ["Ask whoever runs the probe which hosts it may look at."];
    POLICY_PORT = "policy.port_not_allowed", Some(O::DeniedByPolicy), None,
        "This probe may not look at this port.", ["Ask whoever runs the probe which ports it may look at."];
    ADDRESS_OK = "address.ok", None, None, "This address may be connected to.", [];
    ADDRESS_DENIED = "policy.address_denied", Some(O::DeniedByPolicy), None,
        "The probe does not connect to this kind of address.",
        ["Check the name in DNS: no database server has such an address."];
    ADDRESS_MIXED = "policy.mixed_answer", Some(O::DeniedByPolicy), None,
        "The name also leads to an address that the probe does not connect to, so it connects to none of them.",
        ["Check the name in DNS: all its addresses have to be the database server's."];
    ADDRESS_SKIPPED = "address.skipped", Some(O::DeniedByPolicy), None,
        "The name has more addresses than the probe looks at; this one was left out.", [];

    DNS_OK = "dns.ok", None, None, "The name has an address.", [];
    DNS_NOT_NEEDED = "dns.not_needed", None, None, "The host is an address, so there is nothing to look up.", [];
    DNS_ONE_FAMILY = "dns.one_family", None, None,
        "The name has an address, but the question for the other family's addresses failed.", [];
    DNS_NXDOMAIN = "dns.nxdomain", Some(O::DnsProblem), Some((C::DnsNotFound, Persistent)),
        "The name does not exist.",
        ["Check the spelling of the host name.",
         "If the name is only known inside a private network, run the probe inside that network.",
         "If the server was deleted or renamed, its name went with it."];
    DNS_NODATA = "dns.nodata", Some(O::DnsProblem), Some((C::DnsNotFound, Persistent)),
        "The name exists but has no address.",
        ["Check the DNS records of the name: it needs an A or AAAA record."];
    DNS_DANGLING = "dns.cname_dangling", Some(O::DnsProblem), Some((C::DnsNotFound, Persistent)),
        "The name is an alias of another name, and that one does not exist.",
        ["Check the target of the alias: it was deleted, or is only known inside a private network."];
    DNS_LOOP = "dns.cname_loop", Some(O::DnsProblem), Some((C::DnsNotFound, Persistent)),
        "The name is an alias that leads back to itself.",
        ["Correct the CNAME records: one of the names in the chain has to lead to the server."];
    DNS_PRIVATELINK = "dns.privatelink_unresolved", Some(O::DnsProblem), Some((C::DnsNotFound, Persistent)),
        "The name leads to a private endpoint that is not known from here.",
        ["Connect from a network that is linked to the private DNS zone of the server.",
         "Check that the private DNS zone is linked to the network and has a record for the server."];
    DNS_SERVFAIL = "dns.servfail", Some(O::DnsProblem), Some((C::DnsTemporary, Transient)),
        "The DNS server could not find out about the name.",
        ["Try again in a minute.", "If it stays, the DNS zone or the DNS server has a fault."];
    DNS_REFUSED = "dns.refused", Some(O::DnsProblem), Some((C::DnsTemporary, Depends)),
        "The DNS server refuses to answer for this name.", ["Check which DNS server this computer uses."];
    DNS_TIMEOUT = "dns.timeout", Some(O::DnsProblem), Some((C::DnsTemporary, Transient)),
        "The DNS server did not answer in time.",
        ["Try again in a minute.", "Check the network connection and which DNS server is used."];
    DNS_ERROR = "dns.error", Some(O::DnsProblem), Some((C::DnsTemporary, Depends)),
        "Looking up the name failed.", ["Check which DNS server this computer uses."];

    TCP_OK = "tcp.ok", None, None, "The port takes connections.", [];
    TCP_REFUSED = "tcp.refused", Some(O::Unreachable), Some((C::TcpRefused, Depends)),
        "The computer is there and refuses the connection: nothing listens on this port.",
        ["Check the port.", "Check that the server runs and listens on this address, not only on its own loopback.",
         "In a container, use the host name of the database's container or the published port."];
    TCP_TIMEOUT = "tcp.timeout", Some(O::Unreachable), Some((C::TcpTimeout, Depends)),
        "No answer to the connection: something on the way swallows it, or the server is off.",
        ["Check the firewall rules of the server for the address that you connect from.",
         "Check that the server is started and that public access is on, or that you are in its network.",
         "Check that outgoing connections to this port are allowed where you are."];
    TCP_HOST_UNREACHABLE = "tcp.host_unreachable", Some(O::Unreachable), Some((C::ServerUnreachable, Depends)),
        "The network says that the computer cannot be reached.", ["Check the route, the VPN and the address."];
    TCP_NET_UNREACHABLE = "tcp.net_unreachable", Some(O::Unreachable), Some((C::ServerUnreachable, Depends)),
        "There is no way from here to this address's network.",
        ["Check the network connection or the VPN.", "For an IPv6 address: this computer may have no IPv6."];
    TCP_RESET = "tcp.reset", Some(O::Unreachable), Some((C::ConnectionDropped, Depends)),
        "The connection was cut while it was being made.", ["Try again; if it stays, a firewall or load balancer cuts it."];
    TCP_LOCAL_ERROR = "tcp.local_error", Some(O::ProbeFault), Some((C::Other, Depends)),
        "This computer could not open a connection.", ["Check local limits, local firewall and network settings."];

    SSL_OFFERED = "ssl.offered", None, None, "A PostgreSQL server answers and offers TLS.", [];
    SSL_NOT_ASKED = "ssl.not_asked", None, None, "TLS was not asked for, as sslmode=disable says.", [];
    SSL_DIRECT = "ssl.direct", None, None, "TLS begins at once, as sslnegotiation=direct says.", [];
    SSL_DIRECT_MODE = "ssl.direct_mode", None, Some((C::ClientParseError, Persistent)),
        "A driver would not connect with these settings: sslnegotiation=direct needs sslmode=require, verify-ca or verify-full.",
        ["Use sslmode=verify-full, or require, with sslnegotiation=direct.", "Or leave sslnegotiation out."];
    SSL_NOT_OFFERED = "ssl.not_offered", Some(O::TlsProblem), Some((C::TlsUnsupportedByServer, Persistent)),
        "A PostgreSQL server answers and offers no TLS.",
        ["Turn TLS on at the server (ssl = on).",
         "If the way to the server is safe without TLS, use sslmode=prefer or sslmode=disable.",
         "Check host and port: a managed server always offers TLS."];
    SSL_NOT_OFFERED_GO_ON = "ssl.not_offered_plaintext", None, None,
        "A PostgreSQL server answers and offers no TLS; this sslmode goes on without it, so the names of user and database cross the network in clear.", [];
    SSL_ERROR = "ssl.error_before_tls", Some(O::ReachableRejecting), Some((C::Other, Depends)),
        "The server answered the request for TLS with an error.",
        ["Try again: servers under memory pressure and some proxies do this for a while."];
    SSL_NOT_POSTGRES = "ssl.not_postgres", Some(O::NotPostgres), Some((C::NotPostgres, Persistent)),
        "Something answers on this port that is not PostgreSQL.",
        ["Check host and port; PostgreSQL's port is usually 5432, or 6432 for PgBouncer."];
    SSL_EXTRA_BYTES = "ssl.extra_bytes", Some(O::NotPostgres), Some((C::NotPostgres, Persistent)),
        "The answer to the request for TLS came with more bytes than the protocol allows.",
        ["Check host and port.", "If both are right, something between here and the server changes the traffic."];
    SSL_CLOSED = "ssl.closed", Some(O::Unreachable), Some((C::ConnectionDropped, Depends)),
        "The connection was taken and closed at once, without an answer.",
        ["Try again in a minute.", "Check that a load balancer or proxy in front has a running server behind it."];
    SSL_TIMEOUT = "ssl.timeout", Some(O::Unreachable), Some((C::ServerUnreachable, Depends)),
        "The connection was taken, but nothing answered.",
        ["Check host and port: the service there may wait for something else than PostgreSQL.",
         "The server may be overloaded; try again in a minute."];

    TLS_OK = "tls.ok", None, None, "The connection is encrypted, and the certificate fits.", [];
    TLS_SKIPPED = "tls.skipped", None, None, "No TLS on this connection.", [];
    TLS_UNTRUSTED = "tls.cert_untrusted", None, Some((C::TlsCertUntrusted, Persistent)),
        "The connection is encrypted, but the certificate cannot be traced to a root that this probe knows.",
        ["Give the right authority's certificate as sslrootcert.",
         "A self-made certificate can be checked by giving it, or the authority that signed it, as sslrootcert."];
    TLS_EXPIRED = "tls.cert_expired", None, Some((C::TlsCertUntrusted, Persistent)),
        "The connection is encrypted, but the certificate is out of its dates.",
        ["Renew the server's certificate.", "Check the clock of this computer."];
    TLS_NAME = "tls.cert_name_mismatch", None, Some((C::TlsHostnameMismatch, Persistent)),
        "The connection is encrypted, but the certificate is for another name.",
        ["Connect with a name that the certificate has.", "Or put this name into the server's certificate."];
    TLS_CERT = "tls.cert_unusable", None, Some((C::TlsCertUntrusted, Persistent)),
        "The connection is encrypted, but the certificate cannot be used to check the server.",
        ["Make a new server certificate, with a subject alternative name and for server use."];
    TLS_AUTHORITY = "tls.cert_authority_changed", None, Some((C::TlsCertUntrusted, Persistent)),
        "The connection is encrypted, but the authority that signed the certificate is not the one of the same name that was given: it has another key.",
        ["Give the authority's present certificate as sslrootcert: it was made anew, or there are two of the same name."];
    TLS_ROOT_MISSING = "tls.cert_root_missing", None, Some((C::TlsCertUntrusted, Persistent)),
        "The connection is encrypted, but the roots given have an intermediate certificate without the root above it.",
        ["Put the root certificate into the file of sslrootcert: an intermediate one alone is not enough for libpq."];
    TLS_ENDS_SOON = "tls.cert_expires_soon", None, None,
        "The connection is encrypted and the certificate fits, but it ends soon.", [];
    TLS_UNCHECKED = "tls.cert_unchecked", None, None,
        "The connection is encrypted; the certificate is signed in a way that this probe cannot check.", [];
    TLS_ALERT = "tls.alert", Some(O::TlsProblem), Some((C::Other, Depends)),
        "The server ended the TLS handshake with an alert.",
        ["Check the TLS settings of the server; the alert's name is in the details."];
    TLS_HANDSHAKE_FAILURE = "tls.handshake_failure", Some(O::TlsProblem), Some((C::TlsUnsupportedByServer, Depends)),
        "The server ended the TLS handshake: it found no cipher that both sides know.",
        ["Check the ciphers and the kind of certificate that are set at the server (ssl_ciphers, ssl_cert_file)."];
    TLS_UNKNOWN_NAME = "tls.unknown_name", Some(O::TlsProblem), Some((C::TlsHostnameMismatch, Persistent)),
        "What takes the TLS connections there knows no server of this name.",
        ["Check the host name: a proxy in front of many servers goes by it."];
    TLS_CLIENT_CERT = "tls.client_certificate_required", Some(O::TlsProblem), Some((C::PermissionDenied, Persistent)),
        "The server wants a certificate of the client before anything else, and this probe has none.",
        ["Give the driver a client certificate and its key (sslcert, sslkey); what comes after it was not checked."];
    TLS_DIRECT_REFUSED = "tls.direct_refused", Some(O::TlsProblem), Some((C::TlsUnsupportedByServer, Persistent)),
        "The server takes no TLS that begins at once (sslnegotiation=direct).",
        ["Leave sslnegotiation out: PostgreSQL knows direct since version 17, and not every pooler or proxy does."];
    TLS_DIRECT_NO_ALPN = "tls.direct_no_alpn", Some(O::TlsProblem), Some((C::NotPostgres, Depends)),
        "TLS began at once, but the other side did not agree to speak PostgreSQL over it, which libpq insists on.",
        ["Check host and port: this may be the TLS port of another service.",
         "A TLS proxy in front of the server has to offer the application protocol named postgresql."];
    TLS_VERSION = "tls.protocol_version", Some(O::TlsProblem), Some((C::TlsUnsupportedByServer, Persistent)),
        "Server and probe have no TLS version or cipher in common; the probe speaks TLS 1.2 and 1.3.",
        ["Turn on TLS 1.2 or newer at the server."];
    TLS_NO_ALPN = "tls.no_alpn", Some(O::TlsProblem), Some((C::NotPostgres, Depends)),
        "The TLS side of the server does not speak PostgreSQL's application protocol.",
        ["Check for a TLS proxy in front of the server."];
    TLS_NOT_TLS = "tls.not_tls", Some(O::NotPostgres), Some((C::NotPostgres, Persistent)),
        "The server said yes to TLS and then spoke something else.", ["Check host and port."];
    TLS_EOF = "tls.eof", Some(O::TlsProblem), Some((C::ConnectionDropped, Depends)),
        "The connection was closed during the TLS handshake.",
        ["Check that the server's certificate and key can be read by the server; its log says more.", "Try again in a minute."];
    TLS_TIMEOUT = "tls.timeout", Some(O::TlsProblem), Some((C::ServerUnreachable, Depends)),
        "The TLS handshake was not answered in time.",
        ["Try again in a minute.", "A network that drops large packets (VPN, MTU) looks like this as well."];
    TLS_ERROR = "tls.error", Some(O::TlsProblem), Some((C::Other, Depends)),
        "The TLS handshake failed.", ["Check the TLS settings of the server."];

    AUTH_SASL = "pg.auth_sasl", Some(O::ReachableReady), None,
        "The server can be reached and asks for a password (SCRAM).", [];
    AUTH_MD5 = "pg.auth_md5", Some(O::ReachableReady), None,
        "The server can be reached and asks for a password (MD5, which is outdated).", [];
    AUTH_CLEARTEXT = "pg.auth_cleartext", Some(O::ReachableReady), None,
        "The server can be reached and asks for a password in clear text, protected only by TLS.", [];
    AUTH_CLEARTEXT_PLAIN = "pg.auth_cleartext_plain", Some(O::ReachableReady), None,
        "The server can be reached and asks for a password in clear text over a connection without TLS.",
        ["Use TLS (sslmode=require or stronger) before you send the password."];
    AUTH_OAUTH = "pg.auth_oauth", Some(O::ReachableReady), None,
        "The server can be reached and asks for a token (OAuth).", [];
    AUTH_GSS = "pg.auth_gss", Some(O::ReachableReady), None,
        "The server can be reached and asks for Kerberos (GSSAPI).", [];
    AUTH_SSPI = "pg.auth_sspi", Some(O::ReachableReady), None,
        "The server can be reached and asks for Windows authentication (SSPI).", [];
    AUTH_UNKNOWN = "pg.auth_unknown", Some(O::ReachableReady), None,
        "The server can be reached and asks for an authentication that this probe does not know.", [];
    AUTH_NONE = "pg.auth_ok", Some(O::ReachablePasswordless), None,
        "The server let this user in without a password.",
        ["If that is not meant so, ask for a password in pg_hba.conf (scram-sha-256 instead of trust)."];
    PG_ERROR = "pg.error", Some(O::ReachableRejecting), Some((C::Other, Depends)),
        "The server can be reached and answers with an error.", [];
    PG_OLD_ERROR = "pg.old_error", Some(O::ReachableRejecting), Some((C::Other, Depends)),
        "The server answered with an error of the old protocol: it cannot start a process for the connection, or is very old.",
        ["Try again in a minute: a server that is out of memory or processes answers like this.",
         "Check the version of the server."];
    PG_NOT_READY = "pg.not_ready", Some(O::Unreachable), Some((C::ServerUnreachable, Depends)),
        "The server let this user in without a password, but did not get ready for queries in time.",
        ["Try again in a minute: behind a pooler, the database server itself may be out of reach."];
    PG_CLOSED = "pg.closed", Some(O::Unreachable), Some((C::ConnectionDropped, Depends)),
        "The server closed the connection instead of answering.",
        ["Try again in a minute.", "Check the log of the server, or of the proxy in front of it."];
    PG_TIMEOUT = "pg.timeout", Some(O::Unreachable), Some((C::ServerUnreachable, Depends)),
        "The server did not answer the startup message in time.",
        ["Try again in a minute: the server, or the one behind a pooler, may be overloaded."];
    PG_MALFORMED = "pg.malformed", Some(O::NotPostgres), Some((C::NotPostgres, Persistent)),
        "What answered does not speak PostgreSQL's protocol.", ["Check host and port."];
    PG_TOO_LARGE = "pg.too_large", Some(O::NotPostgres), Some((C::NotPostgres, Persistent)),
        "The answer announces a length that no PostgreSQL server sends here.", ["Check host and port."];

    CLOSE_OK = "close.ok", None, None, "The probe said goodbye.", [];
    CLOSE_CUT = "close.cut", None, None, "The connection was over before the probe could say goodbye.", [];

    TIME_OUT = "probe.timeout", Some(O::Unreachable), Some((C::ServerUnreachable, Depends)),
        "The probe of this address took longer than it may.", ["Try again in a minute."];
    RATE_LIMITED = "policy.rate_limited", Some(O::DeniedByPolicy), None,
        "Servers in this network have been probed often in the last minute, so the probe leaves them alone for now.",
        ["Test again in a minute."];
    DRAINING = "probe.draining", Some(O::ProbeFault), None,
        "The probe was shut down before it was done.", ["Test again in a few seconds."];
    FAULT = "probe.fault", Some(O::ProbeFault), None, "The probe itself failed.", ["Please report this."];
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_and_say_something() {
        let names: HashSet<_> = ALL.iter().map(|c| c.name).collect();
        assert_eq!(names.len(), ALL.len());
        for code in ALL {
            assert!(code.text.ends_with('.'), "{}", code.name);
            assert!(
                code.failure.is_none() || !code.next.is_empty() || code.name == "pg.error",
                "{}",
                code.name
            );
        }
    }

    #[test]
    fn the_documentation_names_every_code_as_it_is() {
        let page = include_str!("../../../docs/api.md");
        for code in ALL {
            let failure = code.failure.map_or_else(String::new, |(c, p)| {
                format!("`{}`, {}", c.name(), p.name())
            });
            let row = format!("| `{}` | {} | {} |", code.name, code.text, failure);
            // A server's own error has the category that its SQLSTATE and routine say.
            assert!(
                code.name == "pg.error" || page.contains(&row),
                "docs/api.md lacks: {row}"
            );
        }
    }
}
