//! The table of differences: what each group's outcome means beside the outcome of those that came farthest.

use super::{Class, Finding, FindingKind, Sure, View, is_private};

/// All came out alike.
pub(super) fn all_alike(views: &[&View<'_>]) -> Finding {
    let all = names(views);
    let summary = &views[0].look.verdict.summary;
    let of = |kind, certainty, text: String, next: Vec<String>| {
        finding(kind, certainty, views, text, next)
    };
    match views[0].class {
        Class::Ready => of(
            FindingKind::ReadyEverywhere,
            Sure::Certain,
            format!("The server can be reached from {all}. If an application cannot connect, it is not the way to the server."),
            vec!["Check the password, the user and the database with a login from the application's computer.".into()],
        ),
        Class::Firewall => of(
            FindingKind::FirewallEverywhere,
            Sure::Certain,
            format!("The server can be reached from {all} and lets none of them in: it has no rule for {}.", sources(views)),
            vec![
                format!("Add a rule for the address that the application comes from; the probes came from {}.", sources(views)),
                "Check the user and the database as well: host rules (pg_hba.conf) may name them.".into(),
                five_minutes(),
            ],
        ),
        Class::Timeout => {
            let private = views.iter().all(|view| view.is_private());
            let text = if private {
                format!("Nobody gets an answer, neither from {}. The name leads to a private address: either none of the places has a way into that network, or the server is stopped.", either(views))
            } else {
                format!("Nobody gets an answer, neither from {}: the server is stopped, its public access is off, or its firewall has a rule for none of these places.", either(views))
            };
            of(
                FindingKind::BlockedEverywhere,
                Sure::Depends,
                text,
                vec![
                    "Check first that the server is started.".into(),
                    if private {
                        "Probe from inside the server's network.".into()
                    } else {
                        format!("Check whether public access is on, and whether there are firewall rules for {}.", sources(views))
                    },
                ],
            )
        }
        Class::Refused => of(
            FindingKind::RefusedEverywhere,
            Sure::Likely,
            format!("Everybody is refused, from {all}: nothing listens on this port, or the port is a wrong one."),
            vec!["Check the port, and that the server is started.".into()],
        ),
        Class::NoName => of(
            FindingKind::NameNotFoundAnywhere,
            Sure::Likely,
            format!("The name is not found from {all}: it is misspelt or gone, or known only inside a private network in which none of these places is."),
            vec!["Check the spelling, and that the server still exists.".into(), "If the server is private, probe from inside its network.".into()],
        ),
        Class::NoNameNow => of(
            FindingKind::SameEverywhere,
            Sure::Likely,
            format!("The DNS servers of {all} all fail to find out about the name: the trouble is at the name's own DNS zone."),
            vec!["Check the DNS zone of the name, and try again in a minute.".into()],
        ),
        Class::NoNetwork => of(
            FindingKind::AtThePlace,
            Sure::Likely,
            format!("None of the places has a way out to this address ({all}). That says nothing about the server."),
            vec!["Check whether the name has an IPv4 address.".into()],
        ),
        Class::Nothing | Class::Dropped | Class::NotPostgres | Class::Tls | Class::Rejected => of(
            FindingKind::SameEverywhere,
            Sure::Likely,
            format!("The same from {all}, so it is the server's own and not the network between: {}", lower(summary)),
            views[0].look.verdict.next.clone(),
        ),
    }
}

/// A group that fared worse than those that came farthest.
pub(super) fn difference(best: &[&View<'_>], worse: &[&View<'_>]) -> Finding {
    let (there, here) = (names(worse), names(best));
    let of = |kind, certainty, text: String, next: Vec<String>| {
        finding(kind, certainty, worse, text, next)
    };
    let reached = match best[0].class {
        Class::Ready => format!("The server can be reached from {here}"),
        class if class.met_the_server() => {
            format!("The server answers {here}, if only with an error")
        }
        Class::Refused => format!("From {here} the name is found, and the port refuses"),
        Class::Timeout => format!("From {here} the name is found, and nothing comes back"),
        Class::Dropped | Class::NotPostgres => format!("A connection is taken from {here}"),
        _ => {
            let said = |views: &[&View<'_>]| {
                format!(
                    "{}: {}",
                    names(views),
                    lower(&views[0].look.verdict.summary)
                )
            };
            return of(
                FindingKind::Unclear,
                Sure::Depends,
                format!(
                    "Nobody gets as far as a connection, and for different reasons. From {} From {}",
                    said(best),
                    said(worse)
                ),
                Vec::new(),
            );
        }
    };
    let met = best[0].class.met_the_server();
    match worse[0].class {
        Class::Firewall if best[0].class == Class::Ready && same_source(best, worse) => of(
            FindingKind::Unclear,
            Sure::Depends,
            format!("{reached}, and it turns {there} away, although both come from the same address: the firewall's rules are just being changed, or the answers are of different servers."),
            vec![five_minutes(), "Compare the addresses that the name led to.".into()],
        ),
        Class::Firewall => of(
            FindingKind::FirewallRule,
            Sure::Certain,
            format!("{reached}, and it turns {there} away: its firewall or host rules have no entry for {}.", sources(worse)),
            vec![
                format!("Add a firewall rule for {}.", sources(worse)),
                five_minutes(),
            ],
        ),
        Class::NoName if best.iter().any(|view| view.is_private()) => of(
            FindingKind::PrivateDns,
            Sure::Likely,
            format!("From {here} the name leads to a private address; from {there} it does not exist. That is how a private DNS zone is meant to be: the server is for its own network only."),
            vec![
                format!("Connect from the network of {here}, or one that is joined to it."),
                format!("If {there} should get through: link the private DNS zone to that network, and peer the networks."),
            ],
        ),
        Class::NoName => of(
            FindingKind::NameNotFoundThere,
            Sure::Likely,
            format!("From {here} the name is found, from {there} it does not exist: the DNS server used there does not know it, or knows an older state."),
            vec![format!("Check which DNS server is used at {there}, and whether a private zone there hides the name.")],
        ),
        Class::NoNameNow => of(
            FindingKind::AtThePlace,
            Sure::Likely,
            format!("From {here} the name is found; the DNS server used at {there} fails. The server is not to blame."),
            vec![format!("Check the DNS server that is used at {there}; try again in a minute.")],
        ),
        Class::NoNetwork => of(
            FindingKind::AtThePlace,
            Sure::Certain,
            format!("{there} has no way out to the address's network (often: no IPv6). The server is not to blame."),
            vec![format!("Check the network at {there}, or use the server's IPv4 address.")],
        ),
        Class::Timeout if worse.iter().all(|view| view.is_private()) => of(
            FindingKind::NoWayToPrivateAddress,
            Sure::Likely,
            format!("{reached}. From {there} the name leads to a private address, and nothing comes back: there is no way from there into the server's network."),
            vec![format!("Check the VPN, the peering and the routes between {there} and the server's network, and its network security groups.")],
        ),
        Class::Timeout if best.iter().all(|view| view.is_private()) => of(
            FindingKind::PathBlocked,
            Sure::Likely,
            format!("From {here} the name leads to a private address and a server answers; from {there} it leads to a public one, and nothing comes back: public access is off, or has no rule for {}.", sources(worse)),
            vec![
                format!("Connect through the private network, as {here} does."),
                format!("Or turn public access on and add a firewall rule for {}.", sources(worse)),
            ],
        ),
        Class::Timeout => of(
            FindingKind::PathBlocked,
            Sure::Likely,
            format!("{reached}; nothing comes back to {there}. {}", if met {
                "So the server runs, and something lets one through and not the other: its firewall, or a rule for outgoing connections there."
            } else {
                "Something on the way lets one through and not the other."
            }),
            vec![
                format!("Check the server's firewall rules for {}.", sources(worse)),
                format!("Check that outgoing connections to this port are allowed at {there}."),
            ],
        ),
        Class::Refused => of(
            FindingKind::RefusedThere,
            Sure::Depends,
            format!("{reached}; {there} is refused at the port: a firewall on the way refuses, or the name leads to another computer there."),
            vec!["Compare the addresses that the name led to.".into(), format!("Check the firewall between {there} and the server.")],
        ),
        Class::NotPostgres => of(
            FindingKind::SomethingElseAnswers,
            Sure::Likely,
            format!("{reached}; to {there} something else answers than a PostgreSQL server: a proxy on the way, or another computer under the same name."),
            vec!["Compare the addresses that the name led to.".into(), format!("Check for a proxy or a captive portal at {there}.")],
        ),
        Class::Tls => of(
            FindingKind::TlsDiffers,
            Sure::Depends,
            format!("{reached}; at {there} TLS is in the way. {}", worse[0].look.verdict.summary),
            vec![
                "Compare the certificates' fingerprints. If they differ, something on the way ends TLS, or different servers answer.".into(),
                "If they are the same, the probes trust different roots: see what each was given as --root-cert.".into(),
            ],
        ),
        Class::Rejected if is_transient(worse) => of(
            FindingKind::Momentary,
            Sure::Depends,
            format!("{reached}; to {there} the server said an error that passes by itself: {} The looks are not of the very same moment.", worse[0].look.verdict.summary),
            vec!["Look again, or watch for a minute or two.".into()],
        ),
        Class::Dropped => of(
            FindingKind::Unclear,
            Sure::Depends,
            format!("{reached}; at {there} the connection is made and then cut or not answered: a firewall that looks into the traffic, a load balancer without a server behind it, or a short trouble of the server."),
            vec!["Look again, or watch for a minute or two.".into(), format!("Check what stands between {there} and the server.")],
        ),
        Class::Rejected | Class::Ready | Class::Nothing => of(
            FindingKind::Unclear,
            Sure::Depends,
            format!("{reached}; to {there} the server answers differently: {}", worse[0].look.verdict.summary),
            vec!["Compare the addresses that the name led to: they may be different servers.".into(), "What counts is what is seen from where the application runs.".into()],
        ),
    }
}

/// Those that came farthest did not get in either.
pub(super) fn nobody_in(best: &[&View<'_>]) -> Finding {
    let here = names(best);
    let verdict = best[0].look.verdict;
    match best[0].class {
        Class::Firewall => finding(
            FindingKind::FirewallRule,
            Sure::Certain,
            best,
            format!(
                "The server answers {here} and lets nobody in from there: its firewall or host rules have no entry for {}.",
                sources(best)
            ),
            vec![
                format!("Add a firewall rule for {}.", sources(best)),
                five_minutes(),
            ],
        ),
        _ => finding(
            FindingKind::Unclear,
            Sure::Depends,
            best,
            format!("{here} came farthest: {}", lower(&verdict.summary)),
            verdict.next.clone(),
        ),
    }
}

/// The name leads to different addresses: worth knowing whatever came out.
pub(super) fn different_addresses(views: &[&View<'_>]) -> Option<Finding> {
    let found: Vec<&&View<'_>> = views.iter().filter(|v| !v.addresses.is_empty()).collect();
    let first = found.first()?;
    let differs = found
        .iter()
        .any(|v| !v.addresses.iter().any(|ip| first.addresses.contains(ip)));
    if !differs {
        return None;
    }
    let list = |view: &View<'_>| {
        let mut shown: Vec<String> = view.addresses.iter().map(ToString::to_string).collect();
        shown.truncate(3);
        format!("{} for {}", join(&shown), view.look.vantage.name)
    };
    let split = found
        .iter()
        .any(|v| v.addresses.iter().any(|ip| is_private(*ip)))
        && found
            .iter()
            .any(|v| v.addresses.iter().any(|ip| !is_private(*ip)));
    let why = if split {
        "A private DNS zone does that."
    } else {
        "A DNS zone that answers by place does that, and so does a name that has just been changed."
    };
    let all: Vec<String> = found.iter().map(|view| list(view)).collect();
    let about: Vec<&View<'_>> = found.iter().map(|view| **view).collect();
    Some(finding(
        FindingKind::DifferentAddresses,
        Sure::Certain,
        &about,
        format!(
            "The name leads to different addresses: {}. {why}",
            join(&all)
        ),
        Vec::new(),
    ))
}

/// `localhost` is another computer for each.
pub(super) fn own_computer(views: &[View<'_>]) -> Finding {
    let all: Vec<&View<'_>> = views.iter().collect();
    finding(
        FindingKind::OwnComputer,
        Sure::Certain,
        &all,
        "The host is the computer that looks, another one at each place: the results are about different servers.".into(),
        vec!["Give the name or address that the server has in the network.".into()],
    )
}

/// Looks that say nothing.
pub(super) fn no_look(silent: &[&View<'_>], of_all: usize) -> Finding {
    let text = if silent.len() == of_all {
        "None of the probes could look, so this says nothing about the server.".to_owned()
    } else {
        format!(
            "{} could not look, so nothing is known from there.",
            names(silent)
        )
    };
    let mut next: Vec<String> = Vec::new();
    for step in silent.iter().flat_map(|view| &view.look.verdict.next) {
        if !next.contains(step) {
            next.push(step.clone());
        }
    }
    finding(FindingKind::NoLook, Sure::Certain, silent, text, next)
}

fn finding(
    kind: FindingKind,
    certainty: Sure,
    about: &[&View<'_>],
    text: String,
    next: Vec<String>,
) -> Finding {
    Finding {
        kind,
        certainty,
        about: about.iter().map(|view| view.index).collect(),
        text: upper(text),
        next,
    }
}

/// The names of these places.
fn names(views: &[&View<'_>]) -> String {
    let names: Vec<String> = views.iter().map(|v| v.look.vantage.name.clone()).collect();
    join(&names)
}

/// For "neither from A nor from B".
fn either(views: &[&View<'_>]) -> String {
    let names: Vec<&str> = views.iter().map(|v| v.look.vantage.name.as_str()).collect();
    names.join(" nor from ")
}

/// The addresses that these places come from, or words for what is not known.
fn sources(views: &[&View<'_>]) -> String {
    let known: Vec<String> = views
        .iter()
        .map(|view| match view.comes_from().as_slice() {
            [] => format!("the address that {} goes out by", view.look.vantage.name),
            ips => format!("{} ({})", ips.join(", "), view.look.vantage.name),
        })
        .collect();
    join(&known)
}

fn same_source(one: &[&View<'_>], other: &[&View<'_>]) -> bool {
    one.iter().any(|a| {
        let from = a.comes_from();
        !from.is_empty()
            && other
                .iter()
                .any(|b| b.comes_from().iter().any(|ip| from.contains(ip)))
    })
}

fn is_transient(views: &[&View<'_>]) -> bool {
    views
        .iter()
        .all(|view| view.look.verdict.persistence.as_deref() == Some("transient"))
}

fn join(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A sentence as the second half of another one.
fn lower(sentence: &str) -> String {
    let mut characters = sentence.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// A text that may begin with a place's name, as a sentence.
fn upper(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

fn five_minutes() -> String {
    "On Azure a changed rule takes up to five minutes.".into()
}
