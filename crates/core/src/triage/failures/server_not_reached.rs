//! ERR008: the server was not reached; why is not said.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::wrapper;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR008",
        "server-not-reached",
        Persistence::Depends,
        docs_or_head!("server_not_reached.md"),
    ),
    category: Category::ServerUnreachable,
    persistence: Persistence::Depends,
    points_at: PointsAt::Host,
    refine: None,
    message: "the server was not reached; why is not said",
    sqlstates: &["08001", "08004"],
    steps: &[],
    wordings: &[
        wrapper(r#"Can't reach database server at "{host}:{port}""#),
        wrapper(r#"Can't reach database server at "{host}":"{port}""#),
        wrapper("Can't reach database server"),
        wrapper("The connection attempt failed"),
        wrapper("Failed to obtain JDBC Connection"),
        wrapper("Unable to acquire JDBC Connection"),
        wrapper("Unable to open JDBC Connection"),
        wrapper("Could not open JDBC Connection"),
        wrapper("Unable to obtain connection from database"),
        wrapper("Exception during pool initialization"),
        wrapper("Failed to initialize pool"),
        wrapper("Could not get JDBC Connection"),
        wrapper("Failed to connect to {ip}:{port}"),
        wrapper("Failed to connect to [{ip}]:{port}"),
        wrapper("Exception while connecting"),
        wrapper("likely due to a transient failure"),
        wrapper("failed to initialize database, got error"),
        wrapper("Unable to connect to the database"),
        wrapper("Unable to connect to PostgreSQL server"),
        wrapper("There is an issue connecting with your hostname"),
        wrapper("error connecting to server"),
        wrapper("could not connect to server"),
        wrapper(r#"connection to server at "{host}" ({ip}), port {port} failed"#),
        wrapper(r#"connection to server at "{host}", port {port} failed"#),
        wrapper(r#"failed to connect to "host={host} user={user} database={database}""#),
        wrapper(r#"failed to connect to "user={user} database={database}""#),
        wrapper(r#"Cannot connect to "{host}:{port}""#),
        wrapper("Failed to create the database connection"),
        wrapper("SequelizeConnectionError"),
        wrapper("SequelizeConnectionRefusedError"),
    ],
};
