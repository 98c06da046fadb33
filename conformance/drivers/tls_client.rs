//! sqlx under tls.py: connects, and asks the server whether the connection is encrypted.

use std::io::{BufRead, stdin};
use std::str::FromStr;
use std::time::Duration;

use common::{said, version};
use serde_json::{Value, json};
use sqlx_core::connection::{ConnectOptions, Connection};
use sqlx_core::row::Row;
use sqlx_postgres::PgConnectOptions;

async fn connect(text: &str) -> Result<bool, String> {
    let say = |error: sqlx_core::Error| said(&error);
    let options = PgConnectOptions::from_str(text).map_err(say)?;
    let mut connection = options.connect().await.map_err(say)?;
    let question = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
    let row = sqlx_core::query::query::<sqlx_postgres::Postgres>(question)
        .fetch_one(&mut connection)
        .await
        .map_err(say)?;
    let encrypted = row.try_get(0).map_err(say)?;
    connection.close().await.map_err(say)?;
    Ok(encrypted)
}

fn main() {
    println!("{}", json!({"version": version("sqlx-postgres")}));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for line in stdin().lock().lines() {
        let case: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let query = case["query"].as_str().unwrap();
        let mark = if query.is_empty() { "" } else { "?" };
        let text = format!(
            "postgresql://ann:Kestrel7@{}:{}/postgres{mark}{query}",
            case["host"].as_str().unwrap(),
            case["port"]
        );
        let outcome = runtime.block_on(async {
            tokio::time::timeout(Duration::from_secs(20), connect(&text)).await
        });
        let answer = match outcome {
            Ok(Ok(encrypted)) => {
                json!({"id": case["id"], "outcome": if encrypted { "tls" } else { "plain" }})
            }
            Ok(Err(error)) => json!({"id": case["id"], "error": error}),
            Err(_) => json!({"id": case["id"], "error": "no answer within 20 s"}),
        };
        println!("{answer}");
    }
}
