//! An analysis to test with: a real one, with findings of a made-up rule put into it.

use connlint_core::rules::{Group, Rule};
use connlint_core::{
    Analysis, Applicability, Certainty, Diagnostic, Edit, Fix, Options, Related, Severity, Span,
    lint,
};

pub(crate) static RULE: Rule = Rule {
    code: "SYN998",
    name: "made-up",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: "# SYN998: made up\n\n## What it finds\n\nA raw `@` in the password.\n",
    check: |_, _| {},
};

pub(crate) const TEXT: &str =
    "# production\nDATABASE_URL=\"postgresql://app:hunter@two@db.example:5432/shop\"\n";

/// [`TEXT`] with one finding on the `@` in its password, and one on its database.
pub(crate) fn analysis() -> Analysis {
    let mut analysis = lint(TEXT, &Options::default());
    let at = TEXT.find('@').unwrap();
    let database = TEXT.find("shop").unwrap();
    analysis.strings[0].diagnostics = vec![
        Diagnostic {
            rule: &RULE,
            severity: Severity::Error,
            certainty: Certainty::Certain,
            message: "a raw `@` ends the password early".into(),
            help: "libpq takes what follows the first `@` for the host, so it looks for a server that does not exist and the password is cut.".into(),
            span: Span::new(at, at + 1),
            related: vec![Related {
                span: Span::new(at + 4, at + 5),
                message: "meant to end it".into(),
            }],
            fixes: vec![
                Fix {
                    title: "Encode the `@` as `%40`".into(),
                    applicability: Applicability::Safe,
                    edits: vec![Edit::replace(Span::new(at, at + 1), "%40")],
                },
                Fix {
                    title: "Take the password out of the string".into(),
                    applicability: Applicability::DisplayOnly,
                    edits: vec![],
                },
            ],
        },
        Diagnostic {
            rule: &RULE,
            severity: Severity::Warning,
            certainty: Certainty::Depends,
            message: "the database may not exist".into(),
            help: String::new(),
            span: Span::new(database, database + 4),
            related: vec![],
            fixes: vec![Fix {
                title: "Use `postgres`".into(),
                applicability: Applicability::Unsafe,
                edits: vec![Edit::replace(Span::new(database, database + 4), "postgres")],
            }],
        },
    ];
    analysis
}
