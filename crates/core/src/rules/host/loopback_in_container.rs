//! HST020: `localhost` in a container, where it is the container itself.

use super::names::{Host, hosts};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule, Surroundings};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST020",
    name: "loopback-in-container",
    group: Group::Host,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &["HST022"],
    docs: docs!("loopback_in_container.md"),
    check,
};

fn message(host: &str) -> String {
    format!("`{host}` is the container itself here")
}

fn message_pod(host: &str) -> String {
    format!("`{host}` is the pod itself here")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    // A command in a container, such as a health check, mostly is for the server in it.
    if ctx.grammar() == Grammar::Command {
        return;
    }
    let here: Vec<_> = hosts(ctx)
        .into_iter()
        .filter(|host| is_loopback(host.raw))
        .collect();
    if here.is_empty() {
        return;
    }
    if for_a_run(&ctx.surroundings) {
        let finding = |host: &Host<'_>| Finding::new(host.piece.span, message(host.raw)).help(RUN);
        out.extend(here.iter().map(finding));
        return;
    }
    let containers = ctx.surroundings.containers;
    let service = containers.around(ctx.surroundings.span.start);
    // In the database's own container it is right, and without a network of its own it is another computer.
    let right = service.is_none_or(|service| service.is_postgres() || service.shares_network);
    if right && !containers.in_pod {
        return;
    }
    for host in here {
        let span = host.piece.span;
        if containers.in_pod {
            out.push(
                Finding::new(span, message_pod(host.raw))
                    .severity(Severity::Info)
                    .certainty(Certainty::Depends)
                    .help("Right for a proxy or a pooler that runs beside the program in the same pod. A database elsewhere in the cluster is reached by the name of its service."),
            );
            continue;
        }
        let mut finding = Finding::new(span, message(host.raw));
        match containers.postgres() {
            Some(server) => {
                finding = finding
                    .help(format!(
                        "Each service of a Compose file has a network of its own, so nothing listens there: Connection refused. The database is reached by its service's name, `{}`, on the container's own port.",
                        server.name
                    ))
                    .fix(
                        format!("Write `{}`", server.name),
                        Applicability::Unsafe,
                        alloc::vec![Edit::replace(span, server.name.clone())],
                    );
            }
            None => {
                finding = finding.help("Each service of a Compose file has a network of its own, so nothing listens there: Connection refused. Another service is reached by its name; the computer that Docker runs on as `host.docker.internal`.");
            }
        }
        out.push(finding);
    }
}

const RUN: &str = "A container has a network of its own, so nothing listens there: Connection refused. The computer that it runs on is `host.docker.internal`, on Linux with `--add-host=host.docker.internal:host-gateway`; another container is reached by its name in a network that both are in.";

/// Whether the string is a variable that a command gives to a container with a network of its own: `docker run -e NAME=…`.
fn for_a_run(surroundings: &Surroundings<'_>) -> bool {
    let (before, after) = (surroundings.before, surroundings.after);
    // A line that a backslash ends goes on.
    let goes_on = |line: &str| line.trim_end().ends_with('\\');
    let begin = before
        .match_indices('\n')
        .map(|(at, _)| at)
        .rfind(|at| !before.get(..*at).is_some_and(goes_on));
    let end = after
        .match_indices('\n')
        .map(|(at, _)| at)
        .find(|at| !after.get(..*at).is_some_and(goes_on));
    let head = begin.and_then(|at| before.get(at..)).unwrap_or(before);
    let tail = end.and_then(|at| after.get(..at)).unwrap_or(after);
    // The last command of the line.
    let head = head.rsplit(['&', ';', '|']).next().unwrap_or(head);
    let mut words = head.split_whitespace().peekable();
    let runs = words
        .by_ref()
        .any(|word| ["docker", "podman"].contains(&word))
        && words.by_ref().any(|word| ["run", "create"].contains(&word));
    let rest: Vec<&str> = words.collect();
    let is_variable = match rest.as_slice() {
        [.., flag, last] if ["-e", "--env"].contains(flag) => last.contains('='),
        [.., last] => last.starts_with("--env=") || last.starts_with("-e="),
        [] => false,
    };
    let shares = |part: &str| {
        ["--network", "--net"].iter().any(|flag| {
            let behind = part.split(flag).skip(1);
            let mut values = behind.map(|value| value.trim_start_matches(['=', ' ']));
            values.any(|value| value.starts_with("host") || value.starts_with("container:"))
        })
    };
    runs && is_variable && !shares(head) && !shares(tail)
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback() || address.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, findings, fixes, silent};

    fn compose(url: &str, more: &str) -> String {
        format!(
            "services:\n  app:\n    image: example/app\n{more}    environment:\n      DATABASE_URL: {url}\n  db:\n    image: postgres:16\n"
        )
    }

    #[test]
    fn in_a_compose_file_the_database_is_another_host() {
        fixes(
            &RULE,
            &auto(),
            &compose("postgresql://u:p@localhost:5432/app", ""),
            &compose("postgresql://u:p@db:5432/app", ""),
        );
        let alone =
            "services:\n  app:\n    environment:\n      - PGHOST=127.0.0.1\n      - PGUSER=u\n";
        let found = findings(&RULE, &auto(), alone);
        assert_eq!(found.len(), 1);
        assert!(found[0].fixes.is_empty());
    }

    #[test]
    fn a_variable_for_a_container_is_for_its_network() {
        for text in [
            "docker run -e DATABASE_URL=postgres://u:p@localhost:5432/d app",
            "docker run --rm \\\n  --env 'DATABASE_URL=postgres://u:p@127.0.0.1/d' \\\n  app",
            "cd x && podman run --env=DATABASE_URL=postgres://u:p@localhost/d app",
        ] {
            let found = findings(&RULE, &auto(), text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].fixes.is_empty(), "{text}");
        }
        for text in [
            "docker run --network host -e DATABASE_URL=postgres://u:p@localhost:5432/d app",
            "docker run -e DATABASE_URL=postgres://u:p@localhost:5432/d --net=host app",
            "docker run -e DATABASE_URL=postgres://u:p@db:5432/d app",
            "docker run -p 5432:5432 postgres\nDATABASE_URL=postgres://u:p@localhost:5432/d",
            "docker run -d postgres && DATABASE_URL=postgres://u:p@localhost:5432/d app",
            "docker run postgres psql 'host=localhost user=u'",
        ] {
            silent(&RULE, &auto(), text);
        }
    }

    #[test]
    fn in_a_pod_it_is_a_question() {
        let text = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    env:\n    - name: DATABASE_URL\n      value: postgresql://u:p@localhost:5432/app\n";
        assert_eq!(findings(&RULE, &auto(), text)[0].severity, Severity::Info);
    }

    #[test]
    fn where_it_is_right_nothing_is_said() {
        for text in [
            compose("postgresql://u:p@db:5432/app", ""),
            compose("postgresql://u:p@localhost:5432/app", "    network_mode: host\n"),
            "services:\n  db:\n    image: postgres:16\n    environment:\n      DATABASE_URL: postgresql://u:p@localhost/app\n".into(),
            "services:\n  app:\n    healthcheck:\n      test: pg_isready -h localhost -U u -d app\n".into(),
            "DATABASE_URL=postgresql://u:p@localhost:5432/app\n".into(),
        ] {
            silent(&RULE, &auto(), &text);
        }
    }
}
