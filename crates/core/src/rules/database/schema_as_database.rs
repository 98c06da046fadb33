//! DBN010: the name of a schema, where the database belongs.

use super::names::name;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DBN010",
    name: "schema-as-database",
    group: Group::Database,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("schema_as_database.md"),
    check,
};

fn message(name: &str) -> String {
    format!("`{name}` is a schema, not a database")
}

/// Schemas that databases have from the start, and SQL Server's.
const SCHEMAS: [&str; 4] = ["public", "information_schema", "pg_catalog", "dbo"];

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(name) = name(ctx).filter(|name| SCHEMAS.contains(&name.text)) else {
        return;
    };
    out.push(
        Finding::new(name.setting.value.span, message(name.text)).help(format!(
            "A server has databases, and each of them has schemas. The server looks for a database of that name: database \"{}\" does not exist. Name the database; the schema is chosen by `search_path`.",
            name.text
        )),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn schemas_are_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@db.example:5432/public
                                 ^^^^^^ `public` is a schema, not a database
",
        );
    }

    #[test]
    fn databases_are_left_alone() {
        for text in [
            "postgresql://u:p@db.example/public_site",
            "postgresql://u:p@db.example/shop?schema=public",
            "Host=h;Database=shop;Search Path=public",
            "postgresql://public:p@public/shop",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
