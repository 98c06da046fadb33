//! The description of the API against the API: what is answered is described, in every field.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod support;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::{Router, http::header};
use connlint_probe::Prober;
use connlint_probe::http::{AppState, OPENAPI_PATH, openapi, router};
use connlint_probe_api::{PROBE_PATH, SslMode};
use connlint_testkit::{FakeServer, Postgres, wire};
use serde_json::{Value, json};
use support::{config, request};
use tower::ServiceExt;

async fn ask(request: Request<Body>) -> Value {
    let app = router(AppState::new(Prober::new(config())), Router::new());
    let answer = app.oneshot(request).await.unwrap().into_body();
    serde_json::from_slice(&to_bytes(answer, 1 << 20).await.unwrap()).unwrap()
}

fn get(path: &str) -> Request<Body> {
    let request = Request::get(path).header("host", "localhost");
    request.body(Body::empty()).unwrap()
}

async fn probe(body: String) -> Value {
    let request = Request::post(PROBE_PATH)
        .header("host", "localhost")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/json");
    ask(request.body(Body::from(body)).unwrap()).await
}

/// Why a value is not what the schema says; a field that the schema does not name counts as wrong.
fn wrong(document: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    if let Some(pointer) = schema["$ref"].as_str() {
        let target = document.pointer(pointer.trim_start_matches('#'));
        let target = target.unwrap_or_else(|| panic!("{pointer} leads nowhere"));
        return wrong(document, target, value, at);
    }
    let choices = ["anyOf", "oneOf"]
        .iter()
        .find_map(|name| schema[name].as_array());
    if let Some(choices) = choices {
        let reasons: Vec<String> = choices
            .iter()
            .map_while(|choice| wrong(document, choice, value, at))
            .collect();
        return (reasons.len() == choices.len()).then(|| reasons.join(" and "));
    }
    let constant = schema
        .get("const")
        .is_some_and(|constant| constant != value);
    let listed = schema["enum"]
        .as_array()
        .is_some_and(|all| !all.contains(value));
    if constant || listed {
        return Some(format!("{at}: {value} is not among the values"));
    }
    let name = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = match &schema["type"] {
        Value::String(one) => one == name,
        Value::Array(several) => several.contains(&json!(name)),
        _ => true,
    };
    if !fits {
        return Some(format!("{at}: {name} is not {}", schema["type"]));
    }
    match value {
        Value::Array(items) => items
            .iter()
            .find_map(|item| wrong(document, &schema["items"], item, &format!("{at}[]"))),
        Value::Object(fields) => {
            let missing = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .find(|name| !fields.contains_key(name.as_str().unwrap()));
            if let Some(missing) = missing {
                return Some(format!("{at}: {missing} is missing"));
            }
            fields.iter().find_map(|(name, inner)| {
                let at = format!("{at}.{name}");
                match schema["properties"].get(name) {
                    Some(schema) => wrong(document, schema, inner, &at),
                    None => Some(format!("{at} is not described")),
                }
            })
        }
        _ => None,
    }
}

fn answer_of<'a>(document: &'a Value, path: &str, method: &str, status: &str) -> &'a Value {
    &document["paths"][path][method]["responses"][status]["content"]["application/json"]["schema"]
}

#[track_caller]
fn fits(document: &Value, schema: &Value, value: &Value) {
    assert!(schema.is_object(), "no schema");
    assert_eq!(wrong(document, schema, value, "answer"), None, "{value:#}");
}

#[tokio::test]
async fn every_field_of_a_probe_s_answer_is_described() {
    let document = openapi();
    let schema = answer_of(&document, PROBE_PATH, "post", "200");
    let server = Postgres::with_user("app", "not-a-secret").unwrap();
    let silent = FakeServer::start(|session| {
        session.stay_silent();
        Ok(())
    })
    .unwrap();
    let refusing = FakeServer::start(|session| {
        session.read_startup()?;
        session.send(&wire::fatal("28000", "no", "f"))?;
        Ok(())
    })
    .unwrap();
    for (host, port, mode) in [
        ("127.0.0.1", server.port(), SslMode::VerifyFull),
        ("localhost", server.port(), SslMode::Prefer),
        ("127.0.0.1", silent.port(), SslMode::Disable),
        ("127.0.0.1", refusing.port(), SslMode::Disable),
        ("169.254.169.254", 5432, SslMode::Require),
    ] {
        let lines = probe(serde_json::to_string(&request(host, port, mode)).unwrap()).await;
        assert!(lines.as_array().unwrap().len() > 2);
        fits(&document, schema, &lines);
    }
}

#[tokio::test]
async fn refusals_and_capabilities_are_described() {
    let document = openapi();
    let refusal = probe(r#"{"hosts":[{"host":"h"}],"password":"x"}"#.to_owned()).await;
    fits(
        &document,
        answer_of(&document, PROBE_PATH, "post", "422"),
        &refusal,
    );
    let path = "/api/v1/capabilities";
    let capabilities = ask(get(path)).await;
    fits(
        &document,
        answer_of(&document, path, "get", "200"),
        &capabilities,
    );
}

#[tokio::test]
async fn the_request_has_no_field_that_is_not_read_and_none_for_a_secret() {
    let document = openapi();
    assert_eq!(ask(get(OPENAPI_PATH)).await, document);
    let request = &document["components"]["schemas"]["ProbeRequest"];
    assert_eq!(request["additionalProperties"], json!(false));
    for name in request["properties"].as_object().unwrap().keys() {
        assert!(!connlint_probe_api::is_secret_field(name), "{name}");
    }
}

#[test]
fn the_check_itself_finds_what_is_wrong() {
    let document = json!({ "s": { "type": "object", "required": ["a"], "properties": {
        "a": { "type": ["string", "null"] }, "b": { "anyOf": [{ "type": "null" }, { "$ref": "#/s" }] } } } });
    let check = |value: Value| wrong(&document, &json!({ "$ref": "#/s" }), &value, "v");
    assert_eq!(
        check(json!({ "a": "x", "b": { "a": null, "b": null } })),
        None
    );
    for (value, reason) in [
        (json!({}), "is missing"),
        (json!({ "a": 1 }), "integer is not"),
        (json!({ "a": null, "c": 1 }), "v.c is not described"),
        (json!({ "a": null, "b": { "a": 1 } }), "integer is not"),
    ] {
        assert!(check(value).unwrap().contains(reason), "{reason}");
    }
}
