//! ERR017: the server's certificate is for another name.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR017",
        "certificate-for-another-name",
        Persistence::Persistent,
        docs_or_head!("certificate_for_another_name.md"),
    ),
    category: Category::TlsHostnameMismatch,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Host,
    refine: None,
    message: "the server's certificate is for another name",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause(r#"server certificate for "{any}" does not match host name "{host}""#),
        cause(
            r#"server certificate for "{any}" (and {any} other name) does not match host name "{host}""#,
        ),
        cause(
            r#"server certificate for "{any}" (and {any} other names) does not match host name "{host}""#,
        ),
        cause(r#"does not match host name "{host}""#),
        cause(
            r#"certificate verify failed: Hostname mismatch, certificate is not valid for "{host}""#,
        ),
        cause(
            r#"certificate verify failed: IP address mismatch, certificate is not valid for "{host}""#,
        ),
        cause("Hostname mismatch, certificate is not valid for"),
        cause("IP address mismatch, certificate is not valid for"),
        cause("does not match certificate's altnames"),
        cause("ERR_TLS_CERT_ALTNAME_INVALID"),
        cause("The hostname {host} could not be verified by hostnameverifier"),
        cause("could not be verified by hostnameverifier"),
        cause("x509: certificate is valid for {any}, not {host}"),
        cause("x509: cannot validate certificate for"),
        cause("x509: certificate is not valid for any names"),
        cause("NotValidForName"),
        cause("certificate not valid for name"),
        cause("RemoteCertificateNameMismatch"),
        cause("No subject alternative names"),
        cause("No subject alternative DNS name matching"),
        cause("No name matching {host} found"),
        cause("hostname_check_failed"),
        cause("The target principal name is incorrect"),
    ],
};
