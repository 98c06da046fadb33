//! Prints the documents of all rules and failures as one text: what the page fetches when it has shown its first result.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(connlint_core::rules::documents::joined().as_bytes())
}
