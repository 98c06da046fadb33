//! What is wrong with the connection settings of a process' environment: the names of the variables and the rules' own words,
//! never a value or a piece of one.

use crate::human::{BOLD, Layout, severity_style};
use connlint_core::{Certainty, Dialect, Driver, PasswordState, Severity, rules::Rule};
use std::fmt::Write as _;

/// A connection that variables describe.
#[derive(Clone, Debug)]
pub struct Variables {
    /// Their names, in order.
    pub names: Vec<String>,
    /// The grammar that they are written in.
    pub dialect: Dialect,
    /// The driver that they were read for.
    pub driver: Driver,
    /// What there is of a password.
    pub password: PasswordState,
    /// What is wrong, in the order of the variables.
    pub findings: Vec<VariableFinding>,
}

/// A finding without a place in a value.
#[derive(Clone, Debug)]
pub struct VariableFinding {
    /// The variable that it is about.
    pub name: String,
    /// The rule.
    pub rule: &'static Rule,
    /// How bad it is here.
    pub severity: Severity,
    /// How sure it is here.
    pub certainty: Certainty,
}

/// The report for people.
#[must_use]
pub fn variables(all: &[Variables], layout: Layout) -> String {
    let mut out = String::new();
    for connection in all {
        let names = layout.wrap(&connection.names.join(", "), "", "  ");
        let _ = writeln!(out, "{}", layout.paint(BOLD, &names));
        let _ = writeln!(
            out,
            "  {}, read as {} does, password {}",
            connection.dialect.label(),
            connection.driver.label(),
            connection.password.name()
        );
        for finding in &connection.findings {
            let certainty = match finding.certainty {
                Certainty::Certain => "",
                Certainty::Likely => " (likely)",
                Certainty::Depends => " (it depends)",
            };
            let mark = format!("{}[{}]", finding.severity.name(), finding.rule.code);
            let _ = writeln!(
                out,
                "  {}: {}: {}{certainty}",
                finding.name,
                layout.paint(severity_style(finding.severity), &mark),
                finding.rule.name
            );
            let _ = writeln!(
                out,
                "{}",
                layout.wrap(finding.rule.summary(), "    ", "    ")
            );
        }
        if connection.findings.is_empty() {
            out.push_str("  Nothing is wrong with it.\n");
        }
        out.push('\n');
    }
    let first = all
        .iter()
        .flat_map(|c| &c.findings)
        .min_by_key(|f| f.severity);
    if let Some(first) = first {
        let _ = writeln!(out, "More on a code: connlint explain {}", first.rule.code);
    } else if all.is_empty() {
        out.push_str("No connection settings found among the variables.\n");
    }
    out
}
