//! TLS008: pgJDBC's socket factory that accepts any certificate.

use super::modes::{self, Distance};
use crate::detect::SwitchKind;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Param};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS008",
    name: "non-validating-factory",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("non_validating_factory.md"),
    check,
};

const FACTORY: &str = "org.postgresql.ssl.NonValidatingFactory";
const BETTER: &str = "org.postgresql.ssl.DefaultJavaSSLFactory";
const TITLE: &str = "Write `DefaultJavaSSLFactory`";
const MESSAGE: &str = "`NonValidatingFactory` accepts any server's certificate";
const HELP: &str = "The connection is encrypted, but any server can pass itself off as yours: its issuer is not looked at in any mode, not even in `verify-full`. `DefaultJavaSSLFactory` checks against Java's own roots, which Azure's certificates are signed by; with `sslmode=verify-full` the name is checked as well.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let distance = modes::distance(ctx);
    if distance == Distance::Here {
        return;
    }
    let severity = modes::severity_at(distance);
    if ctx.grammar() == Grammar::Jdbc
        && let Some(setting) = ctx.get(Param::SslFactory)
        && setting.value.expose() == FACTORY
    {
        let finding = Finding::new(setting.value.span, MESSAGE);
        out.push(finding.severity(severity).help(HELP).fix(
            TITLE,
            Applicability::Unsafe,
            alloc::vec![Edit::replace(setting.value.span, BETTER)],
        ));
    }
    for switch in ctx.surroundings.switches {
        if switch.kind == SwitchKind::Pgjdbc {
            let finding = Finding::beside(switch.span, MESSAGE);
            out.push(finding.severity(severity).help(HELP).fix(
                TITLE,
                Applicability::Unsafe,
                alloc::vec![Edit::replace(switch.value, BETTER)],
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn it_is_found_in_the_url_and_beside_it() {
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://db.example/app?ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory
                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `NonValidatingFactory` accepts any server's certificate
",
        );
        let text = "String url = \"jdbc:postgresql://db.example/app\";\nprops.setProperty(\"sslfactory\", \"org.postgresql.ssl.NonValidatingFactory\");";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(found.len(), 1);
        assert_eq!(&text[found[0].span.start..found[0].span.end], FACTORY);
    }

    #[test]
    fn the_fix_takes_javas_own_roots() {
        for (text, expected) in [
            (
                "jdbc:postgresql://db.example/app?ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory&user=u",
                "jdbc:postgresql://db.example/app?ssl=true&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory&user=u",
            ),
            (
                "url = \"jdbc:postgresql://db.example/app\"\np.put(\"sslfactory\", \"org.postgresql.ssl.NonValidatingFactory\")",
                "url = \"jdbc:postgresql://db.example/app\"\np.put(\"sslfactory\", \"org.postgresql.ssl.DefaultJavaSSLFactory\")",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn other_factories_and_this_machine_are_left_alone() {
        for text in [
            "jdbc:postgresql://db.example/app?ssl=true&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
            "jdbc:postgresql://localhost/app?ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory",
            "jdbc:postgresql://db.example/app?sslmode=require",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
