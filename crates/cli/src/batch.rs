//! `--batch`: one JSON object a line in, one a line out, in order, as they come.

use crate::files::Source;
use crate::names::{near, suggestion};
use crate::outcome::{Failure, Outcome, Status, complain};
use crate::terminal::Stream;
use connlint_core::{Driver, Options, Target};
use connlint_report::json;
use serde::Serialize;
use serde_json::{Map, Value};
use std::io::BufRead as _;

/// What a command answers about one text.
pub(crate) struct Reply {
    /// The name of the answer's field: `report`, `readings`.
    field: &'static str,
    /// The answer, as JSON.
    json: String,
    status: Status,
}

impl Reply {
    /// `content` under `field`.
    pub(crate) fn new(
        field: &'static str,
        content: &impl Serialize,
        status: Status,
    ) -> Result<Self, Failure> {
        Ok(Self {
            field,
            json: json::compact(content).map_err(|e| Failure::new(e.to_string()))?,
            status,
        })
    }
}

/// A line of the question.
struct Request {
    id: Value,
    text: String,
    options: Options,
}

/// Answers every line of `sources` by `reply`; a line that cannot be read is answered with an error, and the next one is
/// taken.
pub(crate) fn run(
    sources: &[Source],
    options: &Options,
    reply: &dyn Fn(&str, &Options) -> Result<Reply, Failure>,
) -> Outcome {
    let mut status = Status::Clean;
    for source in sources {
        let mut reader = match source.lines() {
            Ok(reader) => reader,
            Err(message) => {
                complain(message);
                status = Status::Failed;
                continue;
            }
        };
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader
                .read_until(b'\n', &mut line)
                .map_err(|error| Failure::new(format!("cannot read the next line: {error}")))?;
            if read == 0 {
                break;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            status = status.max(answer(&line, options, reply)?);
        }
    }
    Ok(status)
}

fn answer(
    line: &[u8],
    options: &Options,
    reply: &dyn Fn(&str, &Options) -> Result<Reply, Failure>,
) -> Outcome {
    let (id, reply) = match Request::parse(line, options) {
        Err((id, error)) => (id, Reply::new("error", &error, Status::Failed)?),
        Ok(request) => (request.id, reply(&request.text, &request.options)?),
    };
    let Reply {
        field,
        json,
        status,
    } = reply;
    Stream::Out.write(&format!("{{\"id\":{id},\"{field}\":{json}}}\n"))?;
    Ok(status)
}

impl Request {
    /// Reads a line. What is wrong with it is said without repeating any of it: it may hold a password.
    fn parse(line: &[u8], defaults: &Options) -> Result<Self, (Value, String)> {
        let mut object: Map<String, Value> = match serde_json::from_slice(line) {
            Ok(Value::Object(object)) => object,
            Ok(_) => return Err((Value::Null, "the line is not a JSON object".into())),
            Err(error) if error.is_eof() => {
                return Err((
                    Value::Null,
                    "the line is not JSON: it ends too early".into(),
                ));
            }
            Err(error) => {
                let column = error.column();
                return Err((
                    Value::Null,
                    format!("the line is not JSON: something is wrong at column {column}"),
                ));
            }
        };
        let id = match object.remove("id") {
            Some(id @ (Value::String(_) | Value::Number(_))) => id,
            Some(_) => return Err((Value::Null, "\"id\" has to be a string or a number".into())),
            None => return Err((Value::Null, "\"id\" is missing".into())),
        };
        match Self::fields(object, defaults) {
            Ok((text, options)) => Ok(Self { id, text, options }),
            Err(error) => Err((id, error)),
        }
    }

    fn fields(
        mut object: Map<String, Value>,
        defaults: &Options,
    ) -> Result<(String, Options), String> {
        let text = match object.remove("text") {
            Some(Value::String(text)) => text,
            Some(_) => return Err("\"text\" has to be a string".into()),
            None => return Err("\"text\" is missing".into()),
        };
        let options = Options {
            target: named(object.remove("target"), "target", Target::ALL, Target::name)?
                .unwrap_or(defaults.target),
            driver: named(object.remove("driver"), "driver", Driver::ALL, Driver::name)?
                .unwrap_or(defaults.driver),
            policy: defaults.policy.clone(),
        };
        if object.is_empty() {
            Ok((text, options))
        } else {
            Err(
                "the line has a field other than \"id\", \"text\", \"target\" and \"driver\""
                    .into(),
            )
        }
    }
}

/// The value of a field that holds a name, if it is there.
fn named<T: Copy>(
    value: Option<Value>,
    field: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<Option<T>, String> {
    let text = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text,
        Some(_) => return Err(format!("\"{field}\" has to be a string")),
    };
    match all.iter().copied().find(|&value| name(value) == text) {
        Some(value) => Ok(Some(value)),
        None => {
            let near = near(&text, all.iter().map(|&value| name(value)));
            Err(format!("unknown {field}{}", suggestion(&near)))
        }
    }
}
