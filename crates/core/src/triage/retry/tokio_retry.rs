use std::time::Duration;
use tokio_retry::{RetryIf, strategy::ExponentialBackoff, strategy::jitter};

// 5 s, 10 s, 20 s, 40 s, 60 s, 60 s
let waits = ExponentialBackoff::from_millis(2)
    .factor(2_500)
    .max_delay(Duration::from_secs(60))
    .map(jitter)
    .take(6);
let pool = RetryIf::start(waits, || PgPool::connect(&url), |error: &sqlx::Error| {
    match error.as_database_error().and_then(|e| e.code()) {
        Some(code) => code == "53300" || code.starts_with("57P"),
        None => matches!(error, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut),
    }
})
.await?;
