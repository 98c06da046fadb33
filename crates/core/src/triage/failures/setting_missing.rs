//! ERR053: the client lacks a setting that it needs.

use crate::triage::failure::{Failure, about};
use crate::triage::wording::cause;
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR053",
        "setting-missing",
        Persistence::Persistent,
        docs_or_head!("setting_missing.md"),
    ),
    category: Category::ClientParseError,
    persistence: Persistence::Persistent,
    points_at: PointsAt::None,
    refine: None,
    message: "the client lacks a setting that it needs",
    sqlstates: &[],
    steps: &[],
    wordings: &[
        cause("Host can't be null").at(PointsAt::Host),
        cause("host missing").at(PointsAt::Host),
        cause("invalid configuration: host missing").at(PointsAt::Host),
        cause("user missing").at(PointsAt::User),
        cause("Environment variable not found: {key}"),
        cause("Environment variable not found"),
        cause("DATABASE_URL is not set"),
        cause("DATABASE_URL environment variable is not set"),
        cause(r#""url" attribute is not specified"#),
        cause("url is not specified"),
        cause(r#"definition of service "{any}" not found"#),
        cause(r#"service file "{any}" not found"#),
        cause("settings.DATABASES is improperly configured"),
        cause("ConnectionString property has not been initialized"),
        cause("no PostgreSQL user name specified").at(PointsAt::User),
        cause("no pg_service"),
        cause("adapter not specified"),
        cause("database configuration does not specify adapter"),
        cause("Connection string is not set"),
    ],
};
