//! SEC014: a line of .pgpass that gives its password to every server.

use crate::diagnostics::{Certainty, Severity};
use crate::model::{Grammar, Param};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SEC014",
    name: "password-for-every-server",
    group: Group::Secrets,
    severity: Severity::Info,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("password_for_every_server.md"),
    check,
};

const MESSAGE: &str = "this password goes to any server that asks for it";
const HELP: &str = "libpq takes the first line that fits, and `*` fits every host: a slip in a host's name, or a string from somebody else, sends the password there. Write the host's name; database and port may stay `*`.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let host = ctx.get(Param::Host).filter(|s| s.value.expose() == "*");
    if let Some(host) = host
        && ctx.grammar() == Grammar::Pgpass
    {
        out.push(Finding::new(host.value.span, MESSAGE).help(HELP));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn a_star_for_the_host_is_found() {
        carets(
            &RULE,
            &auto(),
            "
*:5432:*:app:Tr0ub4dor
^ this password goes to any server that asks for it
",
        );
    }

    #[test]
    fn a_host_s_name_is_enough() {
        for text in [
            "db.example:*:*:app:Tr0ub4dor",
            "localhost:5432:shop:app:Tr0ub4dor",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
