//! Reads a request's body without ever repeating what is in it.

use super::{MAX_BODY, Refusal};
use axum::body::Body;
use axum::http::StatusCode;
use connlint_probe_api::{ProbeRequest, is_secret_field};
use serde_json::Value;
use std::time::Duration;

/// How long the body may take.
const BODY_WITHIN: Duration = Duration::from_secs(10);

pub(super) async fn read(body: Body) -> Result<ProbeRequest, Refusal> {
    let refuse = |status, code, message| Err(Refusal::new(status, code, message));
    let bytes = match tokio::time::timeout(BODY_WITHIN, axum::body::to_bytes(body, MAX_BODY)).await
    {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => {
            return refuse(
                StatusCode::PAYLOAD_TOO_LARGE,
                "request.too_large",
                "The request's body is larger than 4096 bytes, or broke off.",
            );
        }
        Err(_) => {
            return refuse(
                StatusCode::REQUEST_TIMEOUT,
                "request.timeout",
                "The request's body took too long.",
            );
        }
    };
    let Ok(value) = serde_json::from_slice::<Value>(&bytes) else {
        return refuse(
            StatusCode::BAD_REQUEST,
            "request.json",
            "The request's body is not JSON.",
        );
    };
    if carries_secret(&value) {
        return refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "request.secret-field",
            "The request has a field for a password or another secret. The probe never needs one; send only hosts, \
             user, database and sslmode. If that was a real password, think about changing it.",
        );
    }
    // The text of serde's errors repeats values, so it is not passed on.
    serde_json::from_value(value).or_else(|_| {
        refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "request.fields",
            "The request's fields are: hosts (a list of {host, port}), user, database, sslmode (disable, allow, \
             prefer, require, verify-ca or verify-full), sslnegotiation (postgres or direct), and watch ({seconds}). \
             There are no others.",
        )
    })
}

fn carries_secret(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields
            .iter()
            .any(|(name, inner)| is_secret_field(name) || carries_secret(inner)),
        Value::Array(items) => items.iter().any(carries_secret),
        _ => false,
    }
}
