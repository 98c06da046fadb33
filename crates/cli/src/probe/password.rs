//! Where the password for `--authenticate` comes from: the string, `PGPASSWORD`, or the person at the terminal.

use super::target::Credentials;
use connlint_core::Secret;
use std::io::{self, IsTerminal};

/// Fills in the password where the string has none that can be used.
pub(super) fn complete(credentials: &mut Credentials, user: &str) {
    if credentials.password.is_some() {
        return;
    }
    let given = std::env::var("PGPASSWORD")
        .ok()
        .filter(|text| !text.is_empty());
    credentials.password = given.or_else(|| ask(user)).map(Secret::new);
}

/// Asks without showing what is typed.
fn ask(user: &str) -> Option<String> {
    if !io::stderr().is_terminal() {
        return None;
    }
    let user = connlint_report::printable(user);
    rpassword::prompt_password(format!("Password for {user}: "))
        .ok()
        .filter(|text| !text.is_empty())
}
