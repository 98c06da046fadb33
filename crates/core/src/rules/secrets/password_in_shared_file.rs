//! SEC015: a password in a file that is meant to be shared.

use super::password;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::tls::modes::{Distance, distance};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SEC015",
    name: "password-in-shared-file",
    group: Group::Secrets,
    severity: Severity::Info,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("password_in_shared_file.md"),
    check,
};

fn message(file: &str) -> String {
    format!("a password in {file}, which mostly goes into version control")
}

fn help(instead: &str) -> String {
    format!(
        "Whoever has the source then has the password, and so has its history after it is changed. {instead}"
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let (Some(file), Some(setting)) = (ctx.surroundings.shared_file, password::real(ctx)) else {
        return;
    };
    if distance(ctx) == Distance::Outside {
        out.push(Finding::new(setting.value.span, message(file.name())).help(help(file.instead())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, findings, silent};

    #[test]
    fn the_file_is_told_by_its_shape() {
        for (text, file) in [
            (
                "{\"ConnectionStrings\": {\"Db\": \"Host=db.example;Username=app;Password=Tr0ub4dor\"}}",
                "appsettings.json",
            ),
            (
                "services:\n  web:\n    image: shop\n    environment:\n      DATABASE_URL: postgres://app:Tr0ub4dor@db.example/shop\n",
                "a Compose file",
            ),
            (
                "kind: ConfigMap\ndata:\n  DATABASE_URL: postgres://app:Tr0ub4dor@db.example/shop\n",
                "a ConfigMap",
            ),
            (
                "[alembic]\nsqlalchemy.url = postgresql://app:Tr0ub4dor@db.example/shop\n",
                "alembic.ini",
            ),
        ] {
            let found = findings(&RULE, &auto(), text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].message.contains(file), "{}", found[0].message);
        }
    }

    #[test]
    fn variables_other_files_and_servers_nearby_are_left_alone() {
        for text in [
            "{\"ConnectionStrings\": {\"Db\": \"Host=db.example;Username=app\"}}",
            "{\"ConnectionStrings\": {\"Db\": \"Host=localhost;Username=app;Password=Tr0ub4dor\"}}",
            "services:\n  web:\n    image: shop\n    environment:\n      DATABASE_URL: postgres://app:${PASSWORD}@db.example/shop\n",
            "services:\n  web:\n    image: shop\n    environment:\n      DATABASE_URL: postgres://app:Tr0ub4dor@db/shop\n",
            "DATABASE_URL=postgres://app:Tr0ub4dor@db.example/shop\n",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
