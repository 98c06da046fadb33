//! USR005: a role that nobody can log in as.

use super::parts::role;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR005",
    name: "role-cannot-log-in",
    group: Group::User,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("role_cannot_log_in.md"),
    check,
};

/// Roles that belong to Azure itself.
const AZURES: [&str; 3] = ["azure_pg_admin", "azure_superuser", "azuresu"];

fn message(name: &str) -> String {
    format!("nobody can log in as `{name}`")
}

fn help_reserved(name: &str) -> String {
    let what = if name.starts_with("pg_") {
        "Names that begin with `pg_` are PostgreSQL's own"
    } else {
        "The name is reserved"
    };
    format!(
        "{what}: `CREATE ROLE {name}` answers `role name \"{name}\" is reserved`. Put the name of a role here that was made for logging in."
    )
}

const HELP_AZURE: &str = "This role belongs to Azure: `azure_pg_admin` is the group that the server's admin is a member of, the others are Microsoft's own. Log in as the admin whose name was chosen when the server was created, or as a role made by it.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some((setting, name)) = role(ctx) else {
        return;
    };
    // Names are compared as they are written: `PUBLIC` in quotes is a name like any other.
    let reserved = name.starts_with("pg_") || matches!(name, "public" | "none");
    let help = if reserved {
        help_reserved(name)
    } else if AZURES.contains(&name) && ctx.is_azure() {
        HELP_AZURE.into()
    } else {
        return;
    };
    out.push(Finding::new(setting.value.span, message(name)).help(help));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Target;
    use crate::rules::testing::{auto, carets, silent, target};

    #[test]
    fn reserved_roles_are_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://azure_pg_admin:Tr0ub4dor@shop.postgres.database.azure.com/db
             ^^^^^^^^^^^^^^ nobody can log in as `azure_pg_admin`
",
        );
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Username=pg_monitor;Password=Tr0ub4dor
                         ^^^^^^^^^^ nobody can log in as `pg_monitor`
",
        );
        carets(
            &RULE,
            &target(Target::AzureSingle),
            "
host=shop.postgres.database.azure.com user=azure_superuser@shop
                                           ^^^^^^^^^^^^^^^^^^^^ nobody can log in as `azure_superuser`
",
        );
    }

    #[test]
    fn other_roles_are_left_alone() {
        for text in [
            "postgresql://azure_pg_admin:Tr0ub4dor@db.example/db",
            "postgresql://pgadmin:Tr0ub4dor@shop.postgres.database.azure.com/db",
            "postgresql://PUBLIC:Tr0ub4dor@shop.postgres.database.azure.com/db",
            "postgresql://azure_pg_admins:Tr0ub4dor@shop.postgres.database.azure.com/db",
            "host=db.example user=pg_${NAME}",
            "postgresql://app:Tr0ub4dor@pg_db/public",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
