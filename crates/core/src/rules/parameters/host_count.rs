//! PAR016: lists of hosts, addresses and ports that do not have as many elements as each other.

use super::strange::driver;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Param;
use crate::parse::{ErrorKind, ParseError};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR016",
    name: "host-count-mismatch",
    group: Group::Parameters,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &["SYN001"],
    docs: docs!("host_count.md"),
    check,
};

fn message(error: &ParseError) -> &'static str {
    if error.template.contains("hostaddr") {
        "not as many addresses as hosts"
    } else {
        "not as many ports as hosts"
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for error in &ctx.meant.errors {
        if error.kind != ErrorKind::HostPortCount || ctx.has_variable(error.span) {
            continue;
        }
        let said = error.driver_text(ctx.text, ctx.redactor);
        let finding = Finding::new(error.span, message(error)).help(format!(
            "{} answers: {said}. Give one port for all hosts, or as many as there are hosts, in their order; an empty element stands for 5432.",
            driver(ctx)
        ));
        out.push(match one_for_all(ctx, error) {
            Some(port) => finding.fix(
                format!("Write `{port}` for all hosts"),
                Applicability::Unsafe,
                alloc::vec![Edit::replace(error.span, port)],
            ),
            None => finding,
        });
    }
}

/// The port that every element of the list names.
fn one_for_all(ctx: &Context<'_>, error: &ParseError) -> Option<String> {
    let setting = ctx.get(Param::Port).filter(|s| s.key_span.is_some())?;
    if setting.value.span != error.span {
        return None;
    }
    let mut ports = setting.value.shown()?.split(',');
    let first = ports.next().filter(|p| !p.is_empty())?;
    let digits = first.bytes().all(|b| b.is_ascii_digit());
    (digits && ports.all(|port| port == first)).then(|| first.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver as given, findings, fixes, silent};

    #[test]
    fn lists_of_different_lengths_are_found() {
        carets(
            &RULE,
            &auto(),
            "
host=a.example,b.example port=5432,5433,5434 user=app
                              ^^^^^^^^^^^^^^ not as many ports as hosts
",
        );
        carets(
            &RULE,
            &auto(),
            "
host=a.example,b.example hostaddr=192.0.2.1 user=app
                                  ^^^^^^^^^ not as many addresses as hosts
",
        );
        fixes(
            &RULE,
            &auto(),
            "host=a.example,b.example,c.example port=6432,6432 user=app",
            "host=a.example,b.example,c.example port=6432 user=app",
        );
        assert_eq!(
            findings(
                &RULE,
                &given(Driver::TokioPostgres),
                "host=a.example,b.example,c.example port=5432,5433 user=app"
            )
            .len(),
            1
        );
    }

    #[test]
    fn it_is_told_once() {
        let all = crate::lint::lint("host=a.example port=1,2 user=app", &auto());
        let codes: Vec<&str> = all
            .diagnostics()
            .map(crate::diagnostics::Diagnostic::code)
            .collect();
        assert!(
            codes.contains(&"PAR016") && !codes.contains(&"SYN001"),
            "{codes:?}"
        );
    }

    #[test]
    fn one_port_for_all_or_one_for_each_is_right() {
        for text in [
            "host=a.example,b.example port=5432 user=app",
            "host=a.example,b.example port=5432,5433 user=app",
            "host=a.example,b.example hostaddr=192.0.2.1,192.0.2.2 user=app",
            "postgresql://a.example:5432,b.example/app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
