//! ERR034: the server has no database of this name.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::{cause, server};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR034",
        "no-such-database",
        Persistence::Persistent,
        docs_or_head!("no_such_database.md"),
    ),
    category: Category::DatabaseMissing,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Database,
    refine: None,
    message: "the server has no database of this name",
    sqlstates: &["3D000"],
    steps: &[],
    wordings: &[
        server("3D000", r#"FATAL: database "{database}" does not exist"#),
        server("3D000", r#"database "{database}" does not exist"#),
        server(
            "3D000",
            "database {database} does not exist on the database server",
        ),
        server("3D000", "We could not find your database: {database}"),
        cause("no such database: {database}"),
        cause("no such database"),
        cause("(invalid_catalog_name)"),
        cause("InvalidCatalogNameError"),
        server("3D000", r#"Datenbank "{database}" existiert nicht"#),
        server("3D000", r#"la base de données "{database}" n'existe pas"#),
        server("3D000", r#"no existe la base de datos "{database}""#),
        server("3D000", r#"データベース"{database}"は存在しません"#),
        server("3D000", r#"il database "{database}" non esiste"#),
        server("3D000", r#"banco de dados "{database}" não existe"#),
        server("3D000", r#"база данных "{database}" не существует"#),
    ],
};
