//! HST010: a list of hosts has an empty place, which stands for this computer.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, HostPort};
use crate::parse::ErrorKind;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST010",
    name: "empty-host-in-list",
    group: Group::Host,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("empty_host_in_list.md"),
    check,
};

const MESSAGE: &str = "no host stands beside this comma";

fn help(ctx: &Context<'_>) -> &'static str {
    match ctx.grammar() {
        Grammar::AdoNet => {
            "An empty name is this computer to .NET, so Npgsql tries a server here as well. Take the comma out."
        }
        Grammar::Jdbc => {
            "An empty name is this computer to Java, so pgJDBC tries `localhost` as well. Take the comma out."
        }
        _ => {
            "An empty place in the list stands for the default: the local socket or `localhost`. The driver tries a server on this computer as well. Take the comma out."
        }
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let hosts = &ctx.settings().hosts;
    // A blank behind a comma ends the value: then it is no list.
    if ctx.meant.errors.iter().any(|e| e.kind == ErrorKind::Syntax) {
        return;
    }
    let is_list = hosts.len() > 1 && hosts.iter().any(|h| h.host.is_some());
    // Without a name but with a port, `a,:5433`, the place is meant.
    let port = |index: usize| hosts.get(index)?.port.as_ref().map(|p| p.span);
    let for_all = port(0).filter(|first| port(1) == Some(*first));
    let Some(index) = hosts
        .iter()
        .position(|h| h.host.is_none() && h.port.as_ref().is_none_or(|p| Some(p.span) == for_all))
        .filter(|_| is_list && ctx.grammar() != Grammar::Pgpass)
    else {
        return;
    };
    // Java drops what is empty at the end of a list.
    let only_nothing_follows = hosts
        .get(index..)
        .is_some_and(|rest| rest.iter().all(|h| h.host.is_none()));
    if ctx.grammar() == Grammar::Jdbc && only_nothing_follows {
        return;
    }
    let Some(comma) = comma(ctx, hosts, index) else {
        return;
    };
    out.push(Finding::new(comma, MESSAGE).help(help(ctx)).fix(
        "Take the comma out",
        Applicability::Unsafe,
        alloc::vec![Edit::delete(comma)],
    ));
}

/// The comma before the empty place, or behind it where it is the first.
fn comma(ctx: &Context<'_>, hosts: &[HostPort], index: usize) -> Option<Span> {
    let host = |index: usize| hosts.get(index)?.host.as_ref().map(|p| p.span);
    let span = if let Some(before) = index.checked_sub(1) {
        let entry = hosts.get(before)?;
        let name = entry.host.as_ref()?.span;
        // The port of the entry, where it stands behind its name.
        let end = entry
            .port
            .as_ref()
            .map(|p| p.span)
            .filter(|port| port.start == name.end + 1)
            .map_or(name.end, |port| port.end);
        Span::new(end, end + 1)
    } else {
        let next = host(index + 1)?;
        Span::new(next.start.checked_sub(1)?, next.start)
    };
    (ctx.raw(span) == "," && !ctx.redactor.hides(span)).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn empty_places_are_found_in_every_dialect() {
        for fixture in [
            "
host=a.example,,b.example dbname=app user=u
              ^ no host stands beside this comma
",
            "
host=a.example, dbname=app user=u
              ^ no host stands beside this comma
",
            "
postgresql://,b.example:5433/app
             ^ no host stands beside this comma
",
            "
Host=a.example:5433,;Database=app;Username=u
                   ^ no host stands beside this comma
",
            "
jdbc:postgresql://a.example,,b.example/app
                           ^ no host stands beside this comma
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
    }

    #[test]
    fn the_fix_takes_the_comma_out() {
        for (text, expected) in [
            (
                "postgresql://a:5432,/app?sslmode=require",
                "postgresql://a:5432/app?sslmode=require",
            ),
            ("host=a,,b user=u", "host=a,b user=u"),
            ("host=a, port=5433 user=u", "host=a port=5433 user=u"),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn full_lists_and_single_hosts_are_left_alone() {
        for text in [
            "host=a,b user=u",
            "postgresql:///app",
            "postgresql://a:5432,:5433/app",
            "jdbc:postgresql://a,/app",
            "postgresql://a,${B}/app",
            "dbname=app user=u",
            "host=a, b user=u",
        ] {
            silent(&RULE, &auto(), text);
        }
        // One host with a comma in its name is for another rule.
        silent(&RULE, &driver(Driver::NodePostgres), "postgresql://a,/app");
    }
}
