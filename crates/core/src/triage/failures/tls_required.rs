//! ERR013: the server wants TLS, and this connection came without.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::{cause, server};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR013",
        "tls-required",
        Persistence::Persistent,
        docs_or_head!("tls_required.md"),
    ),
    category: Category::TlsRequired,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Sslmode,
    refine: None,
    message: "the server wants TLS, and this connection came without",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        server("28000", r#"pg_hba.conf entry for host "{client}", user "{user}", database "{database}", SSL off"#).second_try(),
        server("28000", r#"pg_hba.conf entry for host "{client}", user "{user}", database "{database}", no encryption"#).second_try(),
        server("28000", r#"pg_hba.conf entry for host "{client}, user "{any}no encryption"#).second_try(),
        server("28000", r#"pg_hba.conf entry for host "{client}, user "{any}SSL off"#).second_try(),
        server("28000", r#"pg_hba.conf entry for replication connection from host "{client}", user "{user}", no encryption"#).second_try(),
        server("28000", r#"pg_hba.conf entry for replication connection from host "{client}", user "{user}", SSL off"#).second_try(),
        server("28000", r#"pg_hba.conf rejects connection for host "{client}", user "{user}", database "{database}", no encryption"#).second_try(),
        server("28000", r#"pg_hba.conf rejects connection for host "{client}", user "{user}", database "{database}", SSL off"#).second_try(),
        server("28000", r#"pg_hba.conf-Eintrag für Host "{client}", Benutzer "{user}", Datenbank "{database}", keine Verschlüsselung"#).second_try(),
        server("28000", r#"entrée dans pg_hba.conf pour l'hôte "{client}", utilisateur "{user}", base de données "{database}", aucun chiffrement"#).second_try(),
        server("28000", r#"una línea en pg_hba.conf para "{client}", usuario "{user}", base de datos "{database}", sin cifrado"#).second_try(),
        server(
            "28000",
            r#"pg_hba.conf にホスト"{client}"、ユーザー"{user}"、データベース"{database}, 暗号化なし"#,
        )
        .second_try(),
        server("28000", r#"base de données "{database}", aucun chiffrement"#).second_try(),
        server("28000", "SSL connection is required").second_try(),
        cause("SSL/TLS required").second_try(),
        cause("SSL required").second_try(),
        cause("SSL is required").second_try(),
        cause("connection is insecure (try using").second_try(),
    ],
};
