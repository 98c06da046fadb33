//! ERR015: the client does not trust the issuer of the server's certificate.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::{cause, wrapper};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR015",
        "certificate-not-trusted",
        Persistence::Persistent,
        docs_or_head!("certificate_not_trusted.md"),
    ),
    category: Category::TlsCertUntrusted,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Sslmode,
    refine: None,
    message: "the client does not trust the issuer of the server's certificate",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("certificate verify failed"),
        cause("unable to get local issuer certificate"),
        cause("unable to get issuer certificate"),
        cause("self-signed certificate"),
        cause("self signed certificate"),
        cause("unable to verify the first certificate"),
        cause("UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
        cause("UNABLE_TO_GET_ISSUER_CERT_LOCALLY"),
        cause("SELF_SIGNED_CERT_IN_CHAIN"),
        cause("DEPTH_ZERO_SELF_SIGNED_CERT"),
        cause("CERT_HAS_EXPIRED"),
        cause("certificate has expired"),
        cause("PKIX path building failed"),
        cause("PKIX path validation failed"),
        cause("unable to find valid certification path"),
        cause("certificate signed by unknown authority"),
        cause("certificate is not trusted"),
        cause("The remote certificate is invalid"),
        cause("The remote certificate was rejected"),
        cause("was rejected by the provided RemoteCertificateValidationCallback"),
        cause("PartialChain"),
        cause("UntrustedRoot"),
        cause("UnknownIssuer"),
        cause("alert unknown ca"),
        cause("alert number 48"),
        cause("Unknown CA"),
        cause("unknown_ca"),
        cause("selfsigned_peer"),
        cause("issued by an authority that is not trusted"),
        cause("x509: certificate has expired or is not yet valid"),
        wrapper("Error opening a TLS connection"),
    ],
};
