//! sqlx: `PgConnectOptions::from_str`.

use std::str::FromStr;

use common::{Refused, run, said};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use sqlx_core::connection::ConnectOptions;
use sqlx_postgres::PgConnectOptions;

fn read(text: &str) -> Result<Value, Refused> {
    let options =
        PgConnectOptions::from_str(text).map_err(|error| Refused(said(&error), Value::Null))?;
    // The only public way to the password and to what was read from the query.
    let url = options.to_url_lossy();
    let mut settings = Map::new();
    for (key, value) in url.query_pairs() {
        if !matches!(&*key, "sslmode" | "ssl-mode") && !settings.contains_key(&*key) {
            settings.insert(key.into_owned(), value.into_owned().into());
        }
    }
    // Not something the text can change without the cache: sqlx writes its default.
    if settings.get("statement-cache-capacity") == Some(&"100".into()) {
        settings.remove("statement-cache-capacity");
    }
    let password = url.password().map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned());
    let host = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => options.get_host().to_owned(),
    };
    let user = options.get_username();
    Ok(json!({
        "hosts": [{"host": host, "port": options.get_port()}],
        "user": (user != system_user()).then_some(user),
        "database": options.get_database(),
        "password": password,
        "tls": {"sslmode": format!("{:?}", options.get_ssl_mode())},
        "settings": settings,
    }))
}

/// Whom sqlx takes for the user when the text names nobody.
fn system_user() -> String {
    PgConnectOptions::new_without_pgpass().get_username().to_owned()
}

fn main() {
    run("sqlx-postgres", "PgConnectOptions::from_str", read);
}
