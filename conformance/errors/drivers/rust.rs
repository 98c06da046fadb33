//! tokio-postgres or SQLx: connects as each line says, and prints the error as `main` prints it, and as people log it.

use std::error::Error;
use std::io::{BufRead, stdin};
use std::str::FromStr;
use std::time::Duration;

use serde_json::json;
use sqlx_core::connection::ConnectOptions;
use sqlx_core::executor::Executor;
use sqlx_core::pool::PoolOptions;
use sqlx_postgres::{PgConnectOptions, Postgres};

type Failed = Box<dyn Error + Send + Sync>;

async fn tokio_postgres(text: &str, sql: &str) -> Result<(), Failed> {
    let (client, connection) = tokio_postgres::connect(text, tokio_postgres::NoTls).await?;
    let task = tokio::spawn(connection);
    if !sql.is_empty() {
        client.batch_execute(sql).await?;
    }
    drop(client);
    task.await??;
    Ok(())
}

async fn sqlx(text: &str, sql: &str) -> Result<(), Failed> {
    let mut connection = PgConnectOptions::from_str(text)?.connect().await?;
    if !sql.is_empty() {
        connection.execute(sqlx_core::sql_str::AssertSqlSafe(sql.to_owned())).await?;
    }
    Ok(())
}

async fn pool(text: &str, _: &str) -> Result<(), Failed> {
    PoolOptions::<Postgres>::new()
        .acquire_timeout(Duration::from_secs(3))
        .connect(text)
        .await?;
    Ok(())
}

/// The error with all that it comes from, as `anyhow` and `eyre` write it.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let next = error.to_string();
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        source = error.source();
    }
    text
}

fn main() {
    let name = std::env::args().nth(1).unwrap();
    println!("{}", json!({"version": std::env::var("VERSION").unwrap()}));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (index, line) in stdin().lock().lines().enumerate() {
        let line = line.unwrap();
        let parts: Vec<&str> = line.split('\t').collect();
        let (id, text, sql) = (parts[0], parts[1], parts[2]);
        let outcome = runtime.block_on(async {
            let work = async {
                match name.as_str() {
                    "sqlx" => sqlx(text, sql).await,
                    "sqlx-pool" => pool(text, sql).await,
                    _ => tokio_postgres(text, sql).await,
                }
            };
            tokio::time::timeout(Duration::from_secs(8), work).await
        });
        // `main` prints an error by its Debug; half of them are printed so.
        let said = match outcome {
            Ok(Err(error)) if index % 2 == 0 => Some(format!("Error: {error:?}")),
            Ok(Err(error)) => Some(format!("Error: {}", chain(&*error))),
            Ok(Ok(())) => None,
            Err(late) => Some(format!("Error: {late}")),
        };
        println!("{}", json!({"id": id, "said": said}));
    }
}
