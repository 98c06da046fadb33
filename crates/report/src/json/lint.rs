//! A lint report as JSON.

use super::{SCHEMA, SpanView, Tool};
use crate::Input;
use crate::format::nested;
use connlint_core::{Diagnostic, Edit, Fix, Found, Related, SettingsView};
use serde::Serialize;

/// The whole report.
#[derive(Clone, Debug, Serialize)]
pub struct LintReport<'a> {
    schema: u32,
    tool: Tool,
    inputs: Vec<InputView<'a>>,
}

/// The report on `inputs`.
#[must_use]
pub fn lint<'a>(inputs: &[Input<'a>]) -> LintReport<'a> {
    LintReport {
        schema: SCHEMA,
        tool: Tool::THIS,
        inputs: inputs.iter().map(InputView::new).collect(),
    }
}

/// What stands before the inputs of the whole report.
pub(crate) fn lint_head() -> String {
    let report = nested(&lint(&[]), 0);
    let open = report.rfind(']').and_then(|at| report.get(..at));
    open.unwrap_or_default().trim_start().into()
}

/// One input of the whole report.
pub(crate) fn lint_input(input: &Input<'_>) -> String {
    nested(&InputView::new(input), 4)
}

/// One input as a line by itself.
pub(crate) fn lint_line(input: &Input<'_>) -> String {
    let line = Line {
        schema: SCHEMA,
        input: InputView::new(input),
    };
    super::compact(&line).unwrap_or_default() + "\n"
}

#[derive(Clone, Debug, Serialize)]
struct Line<'a> {
    schema: u32,
    #[serde(flatten)]
    input: InputView<'a>,
}

#[derive(Clone, Debug, Serialize)]
struct InputView<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    suppressed: usize,
    strings: Vec<StringView<'a>>,
}

impl<'a> InputView<'a> {
    fn new(input: &Input<'a>) -> Self {
        Self {
            path: input.path,
            suppressed: input.analysis.suppressed,
            strings: input.analysis.strings.iter().map(StringView::new).collect(),
        }
    }
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out references"
)]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[derive(Clone, Debug, Serialize)]
struct StringView<'a> {
    span: SpanView,
    layer: &'static str,
    dialect: &'static str,
    driver: &'static str,
    target: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<&'static str>,
    settings: Settings<'a>,
    refused_by_driver: Option<&'a str>,
    diagnostics: Vec<DiagnosticView<'a>>,
}

impl<'a> StringView<'a> {
    fn new(found: &'a Found) -> Self {
        Self {
            span: found.span.into(),
            layer: found.layer.name(),
            dialect: found.dialect.name(),
            driver: found.driver.name(),
            target: found.target.name(),
            template: found.template.map(|template| template.name),
            settings: Settings::new(&found.settings),
            refused_by_driver: found.refused_by_driver.as_deref(),
            diagnostics: found.diagnostics.iter().map(DiagnosticView::new).collect(),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct Settings<'a> {
    hosts: Vec<Host<'a>>,
    user: Option<&'a str>,
    database: Option<&'a str>,
    sslmode: Option<&'a str>,
    password: &'static str,
}

impl<'a> Settings<'a> {
    fn new(view: &'a SettingsView) -> Self {
        Self {
            hosts: view
                .hosts
                .iter()
                .map(|h| Host {
                    host: h.host.as_deref(),
                    port: h.port,
                })
                .collect(),
            user: view.user.as_deref(),
            database: view.database.as_deref(),
            sslmode: view.sslmode.as_deref(),
            password: view.password.name(),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct Host<'a> {
    host: Option<&'a str>,
    port: Option<u16>,
}

#[derive(Clone, Debug, Serialize)]
struct DiagnosticView<'a> {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    certainty: &'static str,
    message: &'a str,
    help: &'a str,
    span: SpanView,
    related: Vec<RelatedView<'a>>,
    fixes: Vec<FixView<'a>>,
    docs: String,
}

impl<'a> DiagnosticView<'a> {
    fn new(diagnostic: &'a Diagnostic) -> Self {
        Self {
            code: diagnostic.code(),
            name: diagnostic.name(),
            severity: diagnostic.severity.name(),
            certainty: diagnostic.certainty.name(),
            message: &diagnostic.message,
            help: &diagnostic.help,
            span: diagnostic.span.into(),
            related: diagnostic.related.iter().map(RelatedView::new).collect(),
            fixes: diagnostic.fixes.iter().map(FixView::new).collect(),
            docs: diagnostic.rule.docs_url(),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct RelatedView<'a> {
    span: SpanView,
    message: &'a str,
}

impl<'a> RelatedView<'a> {
    fn new(related: &'a Related) -> Self {
        Self {
            span: related.span.into(),
            message: &related.message,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct FixView<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<EditView<'a>>,
}

impl<'a> FixView<'a> {
    fn new(fix: &'a Fix) -> Self {
        Self {
            title: &fix.title,
            applicability: fix.applicability.name(),
            edits: fix.edits.iter().map(EditView::new).collect(),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct EditView<'a> {
    span: SpanView,
    text: &'a str,
}

impl<'a> EditView<'a> {
    fn new(edit: &'a Edit) -> Self {
        Self {
            span: edit.span.into(),
            text: &edit.text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::pretty;
    use crate::sample;
    use serde_json::json;

    #[test]
    fn the_report_is_schema_1() {
        let analysis = sample::analysis();
        let input = Input {
            path: "-",
            text: sample::TEXT,
            analysis: &analysis,
        };
        let mut report = serde_json::to_value(lint(&[input])).unwrap();
        let second = report["inputs"][0]["strings"][0]["diagnostics"]
            .as_array_mut()
            .unwrap()
            .pop()
            .unwrap();
        assert_eq!(second["help"], "");
        assert_eq!(second["certainty"], "depends");
        assert_eq!(
            report,
            json!({
                "schema": 1,
                "tool": {"name": "connlint", "version": env!("CARGO_PKG_VERSION")},
                "inputs": [{
                    "path": "-",
                    "strings": [{
                        "span": {"start": 27, "end": 75},
                        "layer": "dotenv",
                        "dialect": "libpq-uri",
                        "driver": "libpq",
                        "target": "postgres",
                        "settings": {
                            "hosts": [{"host": "***@db.example", "port": 5432}],
                            "user": "app",
                            "database": "shop",
                            "sslmode": null,
                            "password": "present"
                        },
                        "refused_by_driver": null,
                        "diagnostics": [{
                            "code": "SYN998",
                            "name": "made-up",
                            "severity": "error",
                            "certainty": "certain",
                            "message": "a raw `@` ends the password early",
                            "help": analysis.strings[0].diagnostics[0].help,
                            "span": {"start": 50, "end": 51},
                            "related": [{"span": {"start": 54, "end": 55}, "message": "meant to end it"}],
                            "fixes": [
                                {
                                    "title": "Encode the `@` as `%40`",
                                    "applicability": "safe",
                                    "edits": [{"span": {"start": 50, "end": 51}, "text": "%40"}]
                                },
                                {
                                    "title": "Take the password out of the string",
                                    "applicability": "display-only",
                                    "edits": []
                                }
                            ],
                            "docs": "docs/rules/SYN998.md#SYN998"
                        }]
                    }]
                }]
            })
        );
    }

    #[test]
    fn a_string_that_a_tool_has_handed_out_names_the_tool() {
        let text = "{\"psql_cmd\": \"postgresql://app:Tr0ub4dor@shop.postgres.database.azure.com/db?sslmode=require\"}";
        let analysis = connlint_core::lint(text, &connlint_core::Options::default());
        let input = Input {
            path: "-",
            text,
            analysis: &analysis,
        };
        let report = serde_json::to_value(lint(&[input])).unwrap();
        assert_eq!(
            report["inputs"][0]["strings"][0]["template"],
            "Azure CLI (flexible server), psql"
        );
    }

    #[test]
    fn what_the_text_does_not_say_is_null() {
        let text = "postgresql://h.example";
        let analysis = connlint_core::lint(text, &connlint_core::Options::default());
        let input = Input {
            path: "a.txt",
            text,
            analysis: &analysis,
        };
        let json = pretty(&lint(&[input])).unwrap();
        for line in [
            r#""port": null"#,
            r#""user": null"#,
            r#""database": null"#,
            r#""password": "absent""#,
        ] {
            assert!(json.contains(line), "{line} in {json}");
        }
    }
}
