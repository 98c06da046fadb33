//! Writes one more setting into a string, in the way of its grammar.

use super::Context;
use crate::diagnostics::Edit;
use crate::model::{Dialect, Driver, Grammar, Param, Setting};
use alloc::format;

/// The edit that puts `param` with `value` right behind `setting`; `None` where the grammar has no place for it, or the
/// value would need quotes.
pub(super) fn behind(
    ctx: &Context<'_>,
    setting: &Setting,
    param: Param,
    value: &str,
) -> Option<Edit> {
    let plain = !value.is_empty()
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if !plain || setting.key_span.is_none() {
        return None;
    }
    let quote = setting.value.quote.map_or(0, char::len_utf8);
    let name = |names: [&'static str; 4]| {
        let [host, port, user, database] = names;
        match param {
            Param::Host => Some(host),
            Param::Port => Some(port),
            Param::User => Some(user),
            Param::Database => Some(database),
            _ => None,
        }
    };
    let libpq = ["host", "port", "user", "dbname"];
    let text = match ctx.grammar() {
        Grammar::KeyValue => format!(" {}={value}", name(libpq)?),
        Grammar::Pdo => format!(";{}={value}", name(libpq)?),
        Grammar::AdoNet => format!(
            ";{}={value}",
            name(["Host", "Port", "Username", "Database"])?
        ),
        Grammar::Odbc => format!(";{}={value}", name(["Server", "Port", "Uid", "Database"])?),
        Grammar::Command => format!(" -{} {value}", name(["h", "p", "U", "d"])?),
        Grammar::Entries if setting.value.quote.is_some() => {
            let quote = if param == Param::Port { "" } else { "'" };
            match (ctx.parse.dialect, ctx.driver) {
                (Dialect::PythonKwargs, Driver::Asyncpg) => {
                    let name = name(["host", "port", "user", "database"])?;
                    format!(", {name}={quote}{value}{quote}")
                }
                (Dialect::PythonKwargs, _) => format!(", {}={quote}{value}{quote}", name(libpq)?),
                (Dialect::NodeObject, _) => {
                    let name = name(["host", "port", "user", "database"])?;
                    format!(", {name}: {quote}{value}{quote}")
                }
                _ => return None,
            }
        }
        Grammar::Entries | Grammar::Uri | Grammar::Jdbc | Grammar::Pgpass => return None,
    };
    Some(Edit::insert(setting.value.span.end + quote, text))
}
