//! ERR016: the file with the root certificates is not there.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR016",
        "root-certificate-missing",
        Persistence::Persistent,
        docs_or_head!("root_certificate_missing.md"),
    ),
    category: Category::TlsCertUntrusted,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Sslmode,
    refine: None,
    message: "the file with the root certificates is not there",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause(r#"root certificate file "{any}" does not exist"#),
        cause("Could not open SSL root certificate file"),
        cause("could not read root certificate file"),
        cause("could not load root certificate file"),
        cause("unable to read CA file"),
        cause("could not load system root certificate paths"),
        cause("no such file or directory: '{any}root.crt"),
        cause("cannot find certificate file"),
    ],
};
