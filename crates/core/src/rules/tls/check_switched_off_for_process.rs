//! TLS010: `NODE_TLS_REJECT_UNAUTHORIZED=0`, which switches every check of a Node process off.

use super::modes::{self, Distance};
use crate::detect::SwitchKind;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS010",
    name: "check-switched-off-for-process",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("check_switched_off_for_process.md"),
    check,
};

const MESSAGE: &str = "this switches every certificate's check in the process off";
const HELP: &str = "Not only the database: every HTTPS call of the program then takes any certificate, and Node warns of it at its start. With `1`, or without the variable, Node checks against the roots that it comes with; `NODE_EXTRA_CA_CERTS` or the `ca` option adds others.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if modes::distance(ctx) == Distance::Here {
        return;
    }
    for switch in ctx.surroundings.switches {
        let Some(on) = switch.on.filter(|_| switch.kind == SwitchKind::NodeProcess) else {
            continue;
        };
        out.push(Finding::beside(switch.span, MESSAGE).help(HELP).fix(
            "Write `1`",
            Applicability::Unsafe,
            alloc::vec![Edit::replace(switch.value, on)],
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, fixes, silent};

    #[test]
    fn the_variable_is_found_where_it_is_set() {
        for (text, expected) in [
            (
                "DATABASE_URL=postgres://u:p@db.example/app?sslmode=require\nNODE_TLS_REJECT_UNAUTHORIZED=0\n",
                "DATABASE_URL=postgres://u:p@db.example/app?sslmode=require\nNODE_TLS_REJECT_UNAUTHORIZED=1\n",
            ),
            (
                "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'\nnew Client('postgres://u:p@db.example/app')",
                "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '1'\nnew Client('postgres://u:p@db.example/app')",
            ),
            (
                "env:\n  NODE_TLS_REJECT_UNAUTHORIZED: \"0\"\n  DATABASE_URL: \"postgres://u:p@db.example/app\"",
                "env:\n  NODE_TLS_REJECT_UNAUTHORIZED: \"1\"\n  DATABASE_URL: \"postgres://u:p@db.example/app\"",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn other_values_and_this_machine_are_left_alone() {
        for text in [
            "DATABASE_URL=postgres://u:p@db.example/app\nNODE_TLS_REJECT_UNAUTHORIZED=1",
            "DATABASE_URL=postgres://u:p@localhost/app\nNODE_TLS_REJECT_UNAUTHORIZED=0",
            "DATABASE_URL=postgres://u:p@db.example/app\n# NODE_TLS_REJECT_UNAUTHORIZED=0",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
