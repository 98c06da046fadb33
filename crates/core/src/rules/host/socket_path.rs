//! HST027: a socket's path that the driver does not find its socket with.

use super::names::{Host, hosts};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST027",
    name: "socket-path",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("socket_path.md"),
    check,
};

enum Bad {
    /// The socket itself, where its directory is wanted; the length of what is too much.
    File(usize),
    /// `~/…`, `./…`
    Relative,
    /// Longer than the system allows.
    Long,
    /// For a driver that has no sockets of its own.
    Unsupported,
}

fn message(bad: &Bad, driver: Driver) -> String {
    match bad {
        Bad::File(_) => "the directory belongs here, not the socket itself".to_string(),
        Bad::Relative => "only a path from the root on is taken for a directory".to_string(),
        Bad::Long => format!("a socket's path has at most {LONGEST} bytes"),
        Bad::Unsupported => format!("sockets need a factory in {}", driver.label()),
    }
}

const fn help(bad: &Bad) -> &'static str {
    match bad {
        Bad::File(_) => {
            "The driver adds `/.s.PGSQL.` and the port by itself, so it looks for a socket below the socket: Not a directory."
        }
        Bad::Relative => {
            "A host that does not begin with a slash is looked up as a name: could not translate host name. Write the whole path; nobody replaces `~` here."
        }
        Bad::Long => {
            "With the socket's own name, `/.s.PGSQL.5432`, it is longer than the system allows, and libpq refuses it: Unix-domain socket path is too long. Choose a shorter directory."
        }
        Bad::Unsupported => {
            "Java opens the path as if it were a name, and fails. `socketFactory` names a class that opens sockets, such as junixsocket's; without one, give the server's name and port."
        }
    }
}

/// `sizeof(sun_path) - 1` on Linux.
const LONGEST: usize = 107;
/// What the driver adds to a directory.
const SOCKET: &str = "/.s.PGSQL.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for host in hosts(ctx) {
        let Some(bad) = judge(ctx, &host) else {
            continue;
        };
        let span = match bad {
            Bad::File(len) => host.part(host.raw.len() - len, len),
            _ => host.piece.span,
        };
        let mut finding = Finding::new(span, message(&bad, ctx.driver)).help(help(&bad));
        if matches!(bad, Bad::File(_)) {
            finding = finding.fix(
                "Take the socket's own name out",
                Applicability::Safe,
                alloc::vec![Edit::delete(span)],
            );
        }
        out.push(finding);
    }
}

fn judge(ctx: &Context<'_>, host: &Host<'_>) -> Option<Bad> {
    let path = host.piece.text.as_str();
    if ["~/", "./", "../"]
        .iter()
        .any(|start| path.starts_with(start))
    {
        return Some(Bad::Relative);
    }
    if !path.starts_with('/') || path.to_ascii_lowercase().contains("/subscriptions/") {
        return None;
    }
    if ctx.grammar() == Grammar::Jdbc {
        let has_factory = ctx.settings().all.iter().any(|s| s.key == "socketFactory");
        return (!has_factory).then_some(Bad::Unsupported);
    }
    // It looks for the name of a socket in what it is given.
    let takes_file = ctx.driver == Driver::Asyncpg;
    if let Some(at) = path.rfind(SOCKET).filter(|&at| at > 0) {
        let port = path.get(at + SOCKET.len()..)?;
        let is_socket = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
        let written = host
            .raw
            .rfind(SOCKET)
            .filter(|_| is_socket && !takes_file)?;
        return Some(Bad::File(host.raw.len() - written));
    }
    (path.len() + SOCKET.len() + "5432".len() > LONGEST).then_some(Bad::Long)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn paths_that_do_not_lead_to_a_socket_are_found() {
        for fixture in [
            "
host=/var/run/postgresql/.s.PGSQL.5432 user=u
                        ^^^^^^^^^^^^^^ the directory belongs here, not the socket itself
",
            "
host=~/sockets user=u dbname=app
     ^^^^^^^^^ only a path from the root on is taken for a directory
",
            "
jdbc:postgresql:///app?host=/var/run/postgresql&user=u
                            ^^^^^^^^^^^^^^^^^^^ sockets need a factory in pgJDBC
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
        let long = format!("host=/tmp/{} user=u", "y".repeat(100));
        assert_eq!(findings(&RULE, &auto(), &long).len(), 1);
    }

    #[test]
    fn the_socket_becomes_its_directory() {
        fixes(
            &RULE,
            &auto(),
            "postgresql://u@/app?host=/var/run/postgresql/.s.PGSQL.5432",
            "postgresql://u@/app?host=/var/run/postgresql",
        );
    }

    #[test]
    fn directories_are_left_alone() {
        for text in [
            "host=/var/run/postgresql user=u",
            "host=/cloudsql/project:region:instance user=u",
            "postgresql://u@%2Fvar%2Frun%2Fpostgresql/app",
            "Host=/tmp;Database=app",
            "jdbc:postgresql:///app?host=/tmp&socketFactory=org.newsclub.net.unix.AFUNIXSocketFactory",
            "host=db.example user=u",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::Asyncpg),
            "postgresql://u@/app?host=/tmp/.s.PGSQL.5432",
        );
    }
}
