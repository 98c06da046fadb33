//! Finds the options of a Node connection whose string comes from elsewhere: `new Pool({ connectionString: …, ssl: {…} })`.
//!
//! There is no host in them, but what they say of TLS is worth a look.

use super::blocks;
use super::find::Scan;
use crate::layer::Notation;
use crate::model::Dialect;
use crate::parse::entries::object_len;
use crate::text::{Span, first, rest, slice};

/// Calls that take such options, as their first or their second argument.
const CALLS: [&str; 4] = ["Pool(", "Client(", "Sequelize(", "DataSource("];

/// How long the arguments before the options, and the options themselves, can be, in bytes.
const BEFORE: usize = 120;
const LONGEST: usize = 4096;

/// The first options in a text in which nothing else was found.
pub(super) fn find(scan: &mut Scan<'_>) {
    if !scan.out.is_empty() || !scan.text.contains("ssl") {
        return;
    }
    let first = CALLS
        .iter()
        .flat_map(|call| scan.text.match_indices(call))
        .filter(|(at, _)| is_whole(scan.text, *at))
        .filter_map(|(at, call)| options(scan.text, at + call.len()))
        .min();
    if let Some(span) = first {
        blocks::keep(scan, span, Notation::Plain, Dialect::NodeObject);
    }
}

fn is_whole(text: &str, at: usize) -> bool {
    let before = slice(text, Span::new(0, at)).chars().next_back();
    before.is_none_or(|c| !(c.is_alphanumeric() || c == '_'))
}

/// The object among the arguments that begin at `from`, if it is one of options for PostgreSQL with something of TLS in it.
fn options(text: &str, from: usize) -> Option<Span> {
    let near = first(rest(text, from), BEFORE);
    let brace = near
        .find('{')
        .filter(|at| near.get(..*at).is_some_and(|s| !s.contains(';')))?;
    let object = first(rest(text, from + brace), LONGEST);
    let len = object_len(object, 0)?;
    let inside = object.get(..len)?;
    let ours = ["connectionString", "postgres", "DATABASE_URL", "PG"]
        .iter()
        .any(|word| inside.contains(word) || near.contains(word));
    let tls = inside.contains("ssl:") || inside.contains("ssl :") || inside.contains("\"ssl\"");
    (ours && tls).then(|| Span::new(from + brace, from + brace + len))
}

#[cfg(test)]
mod tests {
    use super::super::find as find_all;
    use std::string::String;
    use std::vec::Vec;

    fn found(source: &str) -> Vec<String> {
        let all = find_all(source);
        all.into_iter().map(|c| c.excerpt.text).collect()
    }

    #[test]
    fn options_without_a_string_are_found() {
        for (source, expected) in [
            (
                "const pool = new Pool({ connectionString: process.env.DATABASE_URL, ssl: { rejectUnauthorized: false } });",
                "{ connectionString: process.env.DATABASE_URL, ssl: { rejectUnauthorized: false } }",
            ),
            (
                "new Sequelize(process.env.DATABASE_URL, { dialect: 'postgres', dialectOptions: { ssl: { require: true } } })",
                "{ dialect: 'postgres', dialectOptions: { ssl: { require: true } } }",
            ),
        ] {
            assert_eq!(found(source), [expected], "{source}");
        }
    }

    #[test]
    fn other_objects_are_left_alone() {
        for source in [
            "new Pool({ connectionString: process.env.DATABASE_URL })",
            "mysql.createPool({ ssl: { rejectUnauthorized: false }, uri: process.env.DATABASE_URL })",
            "new Client({ intents: [], ssl: 1 })",
            "https.request({ rejectUnauthorized: false })",
            "new Pool(options); const ssl = { rejectUnauthorized: false, connectionString: 1 }",
        ] {
            assert!(found(source).is_empty(), "{source}: {:?}", found(source));
        }
    }
}
