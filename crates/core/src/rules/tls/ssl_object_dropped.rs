//! TLS019: node-postgres' `ssl` object beside a string that says something of TLS itself.

use super::modes::{self, Distance};
use crate::detect::SwitchKind;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS019",
    name: "ssl-object-dropped",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("ssl_object_dropped.md"),
    check,
};

const MESSAGE: &str = "the string's own TLS parameters replace this object";
const HELP: &str = "node-postgres reads the connection string last, and what it says of TLS takes the place of the whole object: `ca` and `rejectUnauthorized` in it count for nothing. Keep one of the two: the object, with no `ssl…` parameter in the string, or the string, with `sslrootcert=` for `ca`.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if modes::distance(ctx) == Distance::Here || !modes::object_is_dropped(ctx) {
        return;
    }
    // The next one may belong to something else.
    let object = ctx
        .surroundings
        .switches
        .iter()
        .find(|s| s.kind == SwitchKind::NodeObject);
    if let Some(object) = object {
        out.push(Finding::beside(object.span, MESSAGE).help(HELP));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, silent};

    #[test]
    fn the_object_is_pointed_at() {
        carets(
            &RULE,
            &auto(),
            "
new Pool({ connectionString: 'postgres://u:p@db.example/app?sslmode=require', ssl: { ca } })
                                                                              ^^^^^^ the string's own TLS parameters replace this object
",
        );
    }

    #[test]
    fn one_of_the_two_is_right() {
        for text in [
            "new Pool({ connectionString: 'postgres://u:p@db.example/app', ssl: { ca } })",
            "new Pool({ connectionString: 'postgres://u:p@db.example/app?sslmode=require' })",
            "new Pool({ connectionString: 'postgres://u:p@localhost/app?sslmode=require', ssl: { ca } })",
            "new Pool({ connectionString: 'postgres://u:p@db.example/app?sslmode=require' }) // ssl: { ca }",
            "new Client({ host: 'db.example', port: 5432, user: 'u', ssl: { ca } })",
        ] {
            silent(&RULE, &auto(), text);
        }
        // There, the options win.
        silent(
            &RULE,
            &driver(crate::model::Driver::PostgresJs),
            "postgres('postgres://u:p@db.example/app?sslmode=require', { ssl: { ca } })",
        );
    }
}
