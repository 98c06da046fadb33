//! The connection settings of an environment as JSON: names, and no value.

use super::{SCHEMA, Tool};
use crate::Variables;
use serde::Serialize;

/// The whole report.
#[derive(Clone, Debug, Serialize)]
pub struct VariablesReport<'a> {
    schema: u32,
    tool: Tool,
    connections: Vec<Connection<'a>>,
}

#[derive(Clone, Debug, Serialize)]
struct Connection<'a> {
    variables: &'a [String],
    dialect: &'static str,
    driver: &'static str,
    password: &'static str,
    findings: Vec<Finding<'a>>,
}

#[derive(Clone, Debug, Serialize)]
struct Finding<'a> {
    variable: &'a str,
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    certainty: &'static str,
    summary: &'static str,
    docs: String,
}

/// The report on `all`.
#[must_use]
pub fn variables(all: &[Variables]) -> VariablesReport<'_> {
    VariablesReport {
        schema: SCHEMA,
        tool: Tool::THIS,
        connections: all
            .iter()
            .map(|connection| Connection {
                variables: &connection.names,
                dialect: connection.dialect.name(),
                driver: connection.driver.name(),
                password: connection.password.name(),
                findings: connection
                    .findings
                    .iter()
                    .map(|finding| Finding {
                        variable: &finding.name,
                        code: finding.rule.code,
                        name: finding.rule.name,
                        severity: finding.severity.name(),
                        certainty: finding.certainty.name(),
                        summary: finding.rule.summary(),
                        docs: finding.rule.docs_url(),
                    })
                    .collect(),
            })
            .collect(),
    }
}
