//! ERR011: the server's access rules do not let this address in.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::{code, server};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR011",
        "not-in-pg-hba",
        Persistence::Persistent,
        docs_or_head!("not_in_pg_hba.md"),
    ),
    category: Category::ServerFirewall,
    persistence: Persistence::Persistent,
    points_at: PointsAt::None,
    refine: None,
    message: "the server's access rules do not let this address in",
    sqlstates: &["28000"],
    steps: &[],
    wordings: &[
        server("28000", r#"pg_hba.conf entry for host "{client}", user "{user}", database "{database}", SSL on"#),
        server("28000", r#"pg_hba.conf entry for host "{client}", user "{user}", database "{database}", SSL encryption"#),
        server("28000", r#"pg_hba.conf entry for host "{client}", user "{user}", database "{database}", GSS encryption"#),
        server("28000", r#"pg_hba.conf entry for host "{client}", user "{user}", database "{database}""#).ambiguous(),
        server("28000", r#"pg_hba.conf entry for host "{client}"#).ambiguous(),
        server("28000", r#"pg_hba.conf entry for replication connection from host "{client}", user "{user}""#),
        server("28000", r#"pg_hba.conf rejects connection for host "{client}", user "{user}", database "{database}""#),
        server("28000", r#"pg_hba.conf rejects replication connection for host "{client}", user "{user}""#),
        server("28000", r#"pg_hba.conf-Eintrag für Host "{client}", Benutzer "{user}", Datenbank "{database}""#).likely(),
        server("28000", r#"entrée dans pg_hba.conf pour l'hôte "{client}", utilisateur "{user}", base de données "{database}""#).likely(),
        server("28000", r#"una línea en pg_hba.conf para "{client}", usuario "{user}", base de datos "{database}""#).likely(),
        server(
            "28000",
            r#"pg_hba.conf にホスト"{client}"、ユーザー"{user}"、データベース"{database}, SSL暗号化"#,
        ),
        server("28000", r#"base de données "{database}", chiffrement SSL"#),
        code("InvalidAuthorizationSpecification*").state("28000"),
        code("(invalid_authorization_specification)").state("28000"),
    ],
};
