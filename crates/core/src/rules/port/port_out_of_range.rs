//! PRT002: a port that does not exist.

use super::places::{Port, number, ports};
use crate::diagnostics::{Certainty, Severity};
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PRT002",
    name: "port-out-of-range",
    group: Group::Port,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("port_out_of_range.md"),
    check,
};

fn message(shown: &str) -> String {
    format!("port `{shown}` is not between 1 and 65535")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for Port { port, .. } in ports(ctx) {
        if number(port).is_some_and(|number| !(1..=65535).contains(&number)) {
            let finding = Finding::new(port.span, message(&ctx.show(port.span))).help(help(ctx));
            out.push(finding);
        }
    }
}

fn help(ctx: &Context<'_>) -> String {
    let answer = match ctx.grammar() {
        Grammar::AdoNet => "Npgsql refuses it: `Invalid port`.",
        Grammar::Jdbc => {
            "pgJDBC answers `Unable to parse URL`, or `No suitable driver` behind a pool."
        }
        _ => "Drivers refuse it, libpq with `invalid port number`.",
    };
    format!("{answer} PostgreSQL listens on 5432 unless told otherwise; look for a digit too many.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, silent};

    #[test]
    fn ports_that_do_not_exist_are_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:pw@db.example:54320000/db
                               ^^^^^^^^ port `54320000` is not between 1 and 65535
",
        );
        carets(
            &RULE,
            &auto(),
            "
host=db.example port=0 user=app
                     ^ port `0` is not between 1 and 65535
",
        );
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Port=-1;Username=app
                     ^^ port `-1` is not between 1 and 65535
",
        );
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://db.example:99999999999999999999/db
                             ^^^^^^^^^^^^^^^^^^^^ port `99999999999999999999` is not between 1 and 65535
",
        );
        carets(
            &RULE,
            &driver(Driver::NodePostgres),
            "
postgresql://app:pw@db.example:99999/db
                               ^^^^^ port `99999` is not between 1 and 65535
",
        );
        carets(
            &RULE,
            &auto(),
            r#"
{"url": "postgresql://app:p\"w@a.example:5432,b.example:70000/db"}
                                                        ^^^^^ port `70000` is not between 1 and 65535
"#,
        );
    }

    #[test]
    fn ports_that_exist_are_left_alone() {
        for text in [
            "postgresql://u:p@h:1/db",
            "postgresql://u:p@h:65535/db",
            "postgresql://u:p@h/db",
            "postgresql://h1:123,h2:456/db",
            "host=h port=6432 user=u",
            "host=h port=${PORT} user=u",
            "host=h port=abc user=u",
            "postgresql://u:12/99999@h/db",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://h1:123,h2:456/db",
        );
    }
}
