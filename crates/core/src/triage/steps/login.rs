//! Steps for what the server says of user, password, token and database.

use super::{AUTH, LIBPQ, Situation, Step, TROUBLESHOOT, step};
use crate::model::Target;
use alloc::format;
use alloc::vec::Vec;

const SINGLE: &str =
    "https://learn.microsoft.com/previous-versions/azure/postgresql/single-server/";
const ENTRA: &str = "https://learn.microsoft.com/azure/postgresql/security/security-entra-concepts";
const ENTRA_USERS: &str =
    "https://learn.microsoft.com/azure/postgresql/security/security-manage-entra-users";
const GRANT: &str = "https://www.postgresql.org/docs/current/sql-grant.html";

/// The form of user names differs by product.
fn user_form(situation: &Situation) -> Option<Step> {
    if !situation.is_azure() {
        return None;
    }
    let server = situation.server();
    let text = match situation.target {
        Some(Target::AzureSingle) => {
            format!("Single Server wants the user as user@{server}, in a URI user%40{server}.")
        }
        Some(Target::AzureCosmos) => {
            "Azure Cosmos DB for PostgreSQL takes the bare name; its administrator is called citus."
                .into()
        }
        _ => format!(
            "Flexible Server takes the bare user name, without @{server}; a user of Microsoft Entra ID has its principal name, with the @ that belongs to it."
        ),
    };
    Some(step(text, TROUBLESHOOT))
}

pub(super) fn password(situation: &Situation, steps: &mut Vec<Step>) {
    let user = situation.user.as_deref().unwrap_or("");
    if let Some((bare, server)) = user.rsplit_once('@')
        && server.eq_ignore_ascii_case(&situation.server())
    {
        steps.push(step(
            format!("Use `{bare}` as the user name: Flexible Server takes the bare name, @{server} is left over from Single Server."),
            TROUBLESHOOT,
        ));
    } else {
        steps.extend(user_form(situation));
    }
    steps.push(step(
        "Check user name and password; PostgreSQL gives the same answer for an unknown user and for a wrong password.",
        AUTH,
    ));
    steps.push(step(
        "If the password stands in a URI, every character but letters, digits, - . _ ~ must be percent-encoded there. Look for quotes or a line break that became part of it.",
        LIBPQ,
    ));
}

pub(super) fn unknown_user(situation: &Situation, steps: &mut Vec<Step>) {
    steps.push(step(
        "Check the user name, in exactly its case. If the string names none, libpq takes the name of the system's user.",
        LIBPQ,
    ));
    steps.extend(user_form(situation));
    if situation.is_azure() {
        steps.push(step(
            "A user of Microsoft Entra ID needs a role in the server, made by an Entra administrator with pgaadauth_create_principal.",
            ENTRA_USERS,
        ));
    }
}

pub(super) fn without_server(situation: &Situation, steps: &mut Vec<Step>) {
    let server = situation.server();
    steps.push(step(
        format!(
            "A Single Server gateway answered: it wants the user as user@{server}, written user%40{server} in a URI. Single Server was retired on 2025-03-28; if the server was migrated, connect to the new host with the bare user name."
        ),
        SINGLE,
    ));
}

pub(super) fn token(_: &Situation, steps: &mut Vec<Step>) {
    let mut renew = step(
        "Get a new access token and use it as the password: a token lives for an hour at most, so an application has to fetch one for each new connection.",
        ENTRA,
    );
    renew.command = Some(
        "az account get-access-token --resource-type oss-rdbms --query accessToken --output tsv"
            .into(),
    );
    steps.push(renew);
    steps.push(step(
        "The user name has to be the one that the token is for: the principal name of a user, the display name of a group, a service principal or a managed identity.",
        ENTRA_USERS,
    ));
}

pub(super) fn no_database(situation: &Situation, steps: &mut Vec<Step>) {
    let mut names = step(
        "Check the database name, in exactly its case. If the string names none, the driver takes the user name for it.",
        LIBPQ,
    );
    names.command = situation.host_word().map(|host| {
        format!(
            "psql -h {host} -p {} -U {} -d postgres -c \"\\l\"",
            situation.port(),
            situation.user_word()
        )
    });
    steps.push(names);
}

pub(super) fn no_right(situation: &Situation, steps: &mut Vec<Step>) {
    let mut grant = step(
        "Ask the server's administrator to grant the right to connect, or use another database.",
        GRANT,
    );
    grant.command = Some(format!(
        "GRANT CONNECT ON DATABASE {} TO {};",
        quoted(situation.database.as_deref().unwrap_or("<database>")),
        quoted(situation.user.as_deref().unwrap_or("<user>")),
    ));
    steps.push(grant);
}

/// A name as SQL wants it.
fn quoted(name: &str) -> alloc::string::String {
    if name.starts_with('<') {
        name.into()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}
