//! The API's description for machines (OpenAPI 3.1), made from the types that the API is written in.

use super::{MAX_BODY, json};
use axum::body::Body;
use axum::http::{Response, StatusCode};
use connlint_probe_api::{
    CAPABILITIES_PATH, Capabilities, ErrorBody, Line, NDJSON, PROBE_PATH, ProbeRequest,
};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Value, json};

/// Where the description is.
pub const OPENAPI_PATH: &str = "/api/v1/openapi.json";

/// The refusals: status, when.
const REFUSALS: [(&str, &str); 11] = [
    ("400", "The body is not JSON, or there is no Host header."),
    ("401", "The token is missing or wrong."),
    ("403", "A page of a foreign origin asks."),
    ("408", "The body took too long."),
    ("413", "The body is too large."),
    ("415", "The body is not application/json."),
    ("421", "The request is for another host name."),
    (
        "422",
        "A field is unknown, a value cannot be, or there is a field for a secret.",
    ),
    (
        "429",
        "A limit of this client or of this target is reached; see Retry-After.",
    ),
    (
        "503",
        "The probe has too much to do or is shutting down; see Retry-After.",
    ),
    ("default", "Something else is wrong."),
];

fn generator(settings: SchemaSettings) -> SchemaGenerator {
    settings
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator()
}

/// The description, as it is served.
#[must_use]
pub fn openapi() -> Value {
    let mut asked = generator(SchemaSettings::draft2020_12().for_deserialize());
    let request = asked.subschema_for::<ProbeRequest>();
    let mut told = generator(SchemaSettings::draft2020_12().for_serialize());
    let line = told.subschema_for::<Line>();
    let capabilities = told.subschema_for::<Capabilities>();
    let refusal = told.subschema_for::<ErrorBody>();
    let mut schemas = asked.take_definitions(true);
    schemas.extend(told.take_definitions(true));

    let refused = |text: &str| json!({ "description": text, "content": { "application/json": { "schema": refusal } } });
    let mut answers: serde_json::Map<String, Value> = REFUSALS
        .iter()
        .map(|(status, text)| ((*status).to_owned(), refused(text)))
        .collect();
    answers.insert(
        "200".to_owned(),
        json!({
            "description": "The lines: events as they happen, then the verdict. Empty lines are signs of life. With \
                Accept: application/json the same lines come as one array at the end.",
            "headers": { "x-request-id": { "description": "Names the request in the audit log.", "schema": { "type": "string" } } },
            "content": {
                NDJSON: { "schema": line },
                "application/json": { "schema": { "type": "array", "items": line } },
            },
        }),
    );
    let check = |text: &str, no: &str| {
        json!({ "get": {
            "summary": text,
            "responses": {
                "200": { "description": "Yes.", "content": { "text/plain": { "schema": { "type": "string" } } } },
                "503": { "description": no, "content": { "text/plain": { "schema": { "type": "string" } } } },
            },
        } })
    };
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "connlint probe",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Walks the way to a PostgreSQL server up to its first answer, and tells what it meets. It never has a password.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": {
            PROBE_PATH: { "post": {
                "operationId": "probe",
                "summary": "Probe one server, or the hosts of one connection string.",
                "description": format!("The body has at most {MAX_BODY} bytes. A field that may hold a secret is refused."),
                "security": [{}, { "token": [] }],
                "requestBody": { "required": true, "content": { "application/json": { "schema": request } } },
                "responses": answers,
            } },
            CAPABILITIES_PATH: { "get": {
                "operationId": "capabilities",
                "summary": "What this probe can do, and how far it goes.",
                "responses": {
                    "200": { "description": "The probe's abilities.", "content": { "application/json": { "schema": capabilities } } },
                    "default": refused("Something is wrong."),
                },
            } },
            OPENAPI_PATH: { "get": {
                "operationId": "openapi",
                "summary": "This description.",
                "responses": { "200": { "description": "OpenAPI 3.1.", "content": { "application/json": { "schema": { "type": "object" } } } } },
            } },
            "/healthz": check("Does the process work?", "Never."),
            "/readyz": check("Could a probe begin now?", "The probe is shutting down, or has as much to do as it may have."),
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "description": "Where the operator asks for one." } },
        },
    })
}

pub(super) async fn serve() -> Response<Body> {
    json(StatusCode::OK, &openapi())
}
