//! What it means that the same server looks different from different places.
//!
//! A firewall, a private DNS zone or a missing route is hard to see from one place and plain from two. [`compare`] is a
//! pure function, so that page and command line say the same.

mod meaning;

use crate::{Outcome, Vantage, Verdict};
use core::net::{IpAddr, SocketAddr};
use serde::{Deserialize, Serialize};

/// What one place saw.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// The place. Its name is what the texts call it.
    pub vantage: &'a Vantage,
    /// What it saw, of the same request as the others.
    pub verdict: &'a Verdict,
}

/// What the looks say together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The most telling first; empty if there were fewer than two looks.
    pub findings: Vec<Finding>,
}

/// One thing that the looks say together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind of thing.
    pub kind: FindingKind,
    /// How sure it is.
    pub certainty: Sure,
    /// The looks that it is about, by their place in the list that was compared.
    pub about: Vec<usize>,
    /// One or two plain sentences.
    pub text: String,
    /// What to do, most promising first.
    pub next: Vec<String>,
}

/// How sure a finding is; the names are those of lint's certainty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sure {
    /// What was seen has no other explanation.
    Certain,
    /// Another explanation is possible and rare.
    Likely,
    /// There are several explanations, which the text names.
    Depends,
    /// A word that this version of the crate does not know.
    #[serde(other)]
    Unknown,
}

/// The kinds of thing that several looks tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// Every place gets through.
    ReadyEverywhere,
    /// The server lets some in, and turns others away by its firewall or host rules.
    FirewallRule,
    /// The server turns everybody away by its firewall or host rules.
    FirewallEverywhere,
    /// Some reach the server, and others get no answer at all.
    PathBlocked,
    /// Nobody gets an answer.
    BlockedEverywhere,
    /// The name is known only where it leads to a private address.
    PrivateDns,
    /// The name is public, and some do not find it.
    NameNotFoundThere,
    /// Nobody finds the name.
    NameNotFoundAnywhere,
    /// The name leads to a private address, to which some have no way.
    NoWayToPrivateAddress,
    /// The name leads to different addresses.
    DifferentAddresses,
    /// Some are refused at the port.
    RefusedThere,
    /// Everybody is refused at the port.
    RefusedEverywhere,
    /// TLS fails for some only.
    TlsDiffers,
    /// For some, something else answers than a PostgreSQL server.
    SomethingElseAnswers,
    /// A trouble that passes met some and not others.
    Momentary,
    /// The same trouble everywhere, so it is the server's own.
    SameEverywhere,
    /// A trouble at the place that looked, not at the server.
    AtThePlace,
    /// Each place looked at its own computer.
    OwnComputer,
    /// Some looks say nothing about the server.
    NoLook,
    /// The difference has no one explanation.
    Unclear,
    /// A kind that this version of the crate does not know.
    #[serde(other)]
    Unknown,
}

/// Says what the looks mean together. Looks that a probe's own rules forbade are put aside and named.
#[must_use]
pub fn compare(looks: &[Look<'_>]) -> Comparison {
    if looks.len() < 2 {
        return Comparison::default();
    }
    let views: Vec<View<'_>> = looks
        .iter()
        .enumerate()
        .map(|(index, look)| View::new(index, look))
        .collect();
    let mut findings = Vec::new();
    if views.iter().any(View::is_own_computer) {
        findings.push(meaning::own_computer(&views));
    } else {
        let telling: Vec<&View<'_>> = views.iter().filter(|v| v.class != Class::Nothing).collect();
        if telling.len() > 1 {
            findings.extend(together(&telling));
            findings.extend(meaning::different_addresses(&telling));
        }
    }
    let silent: Vec<&View<'_>> = views.iter().filter(|v| v.class == Class::Nothing).collect();
    if !silent.is_empty() {
        findings.push(meaning::no_look(&silent, views.len()));
    }
    Comparison { findings }
}

/// One finding where all came out alike, else one for each group that fared worse than the best.
fn together(views: &[&View<'_>]) -> Vec<Finding> {
    let mut groups: Vec<Vec<&View<'_>>> = Vec::new();
    for view in views {
        match groups.iter_mut().find(|group| group[0].is_like(view)) {
            Some(group) => group.push(view),
            None => groups.push(vec![view]),
        }
    }
    // Stable: groups of the same rank stay in the order in which they were asked.
    groups.sort_by_key(|group| core::cmp::Reverse(group[0].class.rank()));
    let Some((best, others)) = groups.split_first() else {
        return Vec::new();
    };
    if others.is_empty() {
        return vec![meaning::all_alike(best)];
    }
    let mut findings: Vec<Finding> = others
        .iter()
        .map(|group| meaning::difference(best, group))
        .collect();
    // Where those that came farthest only ended like the others, the differences say it all.
    if best[0].class.met_the_server() && best[0].class != Class::Ready {
        findings.push(meaning::nobody_in(best));
    }
    findings.sort_by_key(|finding| finding.certainty);
    findings
}

/// A look, read.
#[derive(Clone, Debug)]
struct View<'a> {
    index: usize,
    look: Look<'a>,
    class: Class,
    /// The addresses that the name led to.
    addresses: Vec<IpAddr>,
}

/// How a look came out, as far as it matters for comparing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// It says nothing about the server.
    Nothing,
    NoName,
    NoNameNow,
    /// The place itself has no network to go out by.
    NoNetwork,
    Timeout,
    Refused,
    /// A connection, and then silence or its end.
    Dropped,
    NotPostgres,
    Tls,
    /// Turned away by host rules or the firewall.
    Firewall,
    /// Another error of the server.
    Rejected,
    Ready,
}

impl Class {
    fn of(verdict: &Verdict) -> Self {
        match verdict.outcome {
            Outcome::ReachableReady | Outcome::ReachablePasswordless => return Self::Ready,
            Outcome::DeniedByPolicy | Outcome::Unknown => return Self::Nothing,
            Outcome::TlsProblem => return Self::Tls,
            Outcome::NotPostgres => return Self::NotPostgres,
            _ => {}
        }
        match (verdict.category.as_deref(), verdict.code.as_str()) {
            (_, "tcp.net_unreachable" | "tcp.local_error") => Self::NoNetwork,
            _ if verdict.outcome == Outcome::ProbeFault => Self::Nothing,
            (Some("server-firewall"), _) => Self::Firewall,
            _ if verdict.outcome == Outcome::ReachableRejecting => Self::Rejected,
            (Some("dns-not-found"), _) => Self::NoName,
            _ if verdict.outcome == Outcome::DnsProblem => Self::NoNameNow,
            (Some("tcp-refused"), _) => Self::Refused,
            (_, "tcp.timeout" | "tcp.host_unreachable") => Self::Timeout,
            _ => Self::Dropped,
        }
    }

    /// How far it came.
    fn rank(self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::NoName | Self::NoNameNow | Self::NoNetwork => 1,
            Self::Timeout | Self::Refused => 2,
            Self::Dropped | Self::NotPostgres => 3,
            Self::Tls => 4,
            Self::Firewall | Self::Rejected => 5,
            Self::Ready => 6,
        }
    }

    /// Whether a PostgreSQL server answered.
    fn met_the_server(self) -> bool {
        self.rank() >= Self::Tls.rank()
    }
}

impl<'a> View<'a> {
    fn new(index: usize, look: &Look<'a>) -> Self {
        let mut addresses: Vec<IpAddr> = Vec::new();
        for row in &look.verdict.rows {
            if let Some(address) = row.address.as_deref().and_then(ip_of_row)
                && !addresses.contains(&address)
            {
                addresses.push(address);
            }
        }
        Self {
            index,
            look: *look,
            class: Class::of(look.verdict),
            addresses,
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        self.class == other.class
            && (matches!(self.class, Class::Ready | Class::Firewall | Class::NoName)
                || self.look.verdict.category == other.look.verdict.category)
    }

    /// Whether the request named the computer that looks.
    fn is_own_computer(&self) -> bool {
        self.look.verdict.rows.iter().any(|row| {
            let host = row.host.trim_matches(['[', ']']);
            host.eq_ignore_ascii_case("localhost")
                || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        })
    }

    /// The address that decided, else the only one there was.
    fn address(&self) -> Option<IpAddr> {
        let decided = self.look.verdict.address.as_deref().and_then(ip_of_row);
        decided.or_else(|| self.addresses.first().copied())
    }

    fn is_private(&self) -> bool {
        self.address().is_some_and(is_private)
    }

    /// The addresses that the server sees this place come from: what it said itself, else what the probe's operator
    /// states.
    fn comes_from(&self) -> Vec<String> {
        match &self.look.verdict.client_ip {
            Some(ip) => vec![ip.clone()],
            None => self.look.vantage.egress.clone(),
        }
    }
}

/// The address of a row such as `192.0.2.1:5432#2`.
fn ip_of_row(row: &str) -> Option<IpAddr> {
    let address = row.split('#').next().unwrap_or_default();
    address
        .parse::<SocketAddr>()
        .ok()
        .map(|address| address.ip().to_canonical())
}

/// Whether an address exists only inside a network (RFC 1918, RFC 6598, RFC 4193).
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_private() || matches!(v4.octets(), [100, 64..=127, ..]),
        IpAddr::V6(v6) => v6.is_unique_local(),
    }
}

#[cfg(test)]
mod tests;
