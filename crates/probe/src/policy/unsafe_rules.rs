//! Rules that a probe refuses to start with, because they would make it a door for strangers.

use super::{AddressKind, Policy};
use connlint_probe_api::Mode;
use core::fmt;

/// What is unsafe about a policy. The texts are for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsafe {
    /// Any host name may be probed.
    AnyHost,
    /// This ending is a whole top-level domain.
    WideSuffix(String),
    /// This pattern lets through names that are nobody's.
    WidePattern(String),
    /// Strangers would be held back by a pattern alone.
    Patterns,
    /// Any port may be probed.
    AnyPort,
    /// This port belongs to the system's own services.
    SystemPort(u16),
    /// Hosts may be given as addresses, past the list of names.
    AddressLiterals,
    /// Addresses of this kind are open, and no database server has one, or strangers must not reach it.
    Kind(AddressKind),
    /// Networks of the operator are open to everybody.
    Networks,
    /// Nothing is open: no network is listed, and public addresses are not open either.
    Nothing,
    /// A name that also leads to a forbidden address is probed all the same.
    MixedAnswers,
    /// The probe's own computer is open.
    OwnAddresses,
    /// Users, databases or errors may cross the network in clear.
    Plaintext,
    /// Who the probe works for is not known.
    Mode,
}

impl fmt::Display for Unsafe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AnyHost => f.write_str(
                "This probe would look at any host. List the endings of the host names that it may look at.",
            ),
            Self::WideSuffix(suffix) => write!(
                f,
                "The ending {suffix} is a whole top-level domain. List narrower ones, such as .postgres.example.com."
            ),
            Self::WidePattern(pattern) => write!(
                f,
                "The pattern {pattern} fits any host name. Write out the end of the names, as in db-[0-9]+\\.corp\\.example."
            ),
            Self::Patterns => f.write_str(
                "A probe for everybody takes endings of host names, not patterns: how much a pattern lets through is not \
                 seen at a glance.",
            ),
            Self::AnyPort => f.write_str(
                "This probe would look at any port. List the ports that it may look at, such as 5432 and 6432.",
            ),
            Self::SystemPort(port) => write!(
                f,
                "Port {port} is one of the system's own services (below 1024). PostgreSQL's ports are 5432 and 6432."
            ),
            Self::AddressLiterals => f.write_str(
                "A probe for everybody takes host names only: an address would get past the list of names.",
            ),
            Self::Kind(kind) => write!(
                f,
                "Addresses of the kind {} cannot be opened in this mode.",
                kind.name()
            ),
            Self::Networks => f.write_str(
                "A probe for everybody cannot open networks of yours. Run a private probe inside the network instead.",
            ),
            Self::Nothing => f.write_str(
                "This probe could reach nothing. List the networks that it may connect to, such as 10.20.0.0/16.",
            ),
            Self::MixedAnswers => f.write_str(
                "A name that leads to an allowed and to a forbidden address has to be refused as a whole in this mode.",
            ),
            Self::OwnAddresses => {
                f.write_str("A probe for everybody must not connect to its own computer.")
            }
            Self::Plaintext => f.write_str(
                "A probe for everybody never goes on without TLS, and repeats no text that came without it.",
            ),
            Self::Mode => f.write_str("The mode is local, private or public."),
        }
    }
}

impl core::error::Error for Unsafe {}

/// The first thing that is unsafe.
pub(super) fn find(policy: &Policy) -> Result<(), Unsafe> {
    let check = |good: bool, wrong: Unsafe| if good { Ok(()) } else { Err(wrong) };
    let never = policy.kinds.iter().find(|kind| !kind.may_be_listed());
    if let Some(kind) = never {
        return Err(Unsafe::Kind(*kind));
    }
    if policy.mode == Mode::Local {
        return Ok(());
    }
    let suffixes = policy.suffixes.as_deref().unwrap_or_default();
    let listed = !suffixes.is_empty() || policy.suffixes.is_some() && !policy.patterns.is_empty();
    check(listed, Unsafe::AnyHost)?;
    if let Some(wide) = policy.patterns.iter().find(|pattern| pattern.is_wide()) {
        return Err(Unsafe::WidePattern(wide.to_string()));
    }
    let ports = policy.ports.as_deref().ok_or(Unsafe::AnyPort)?;
    check(!ports.is_empty(), Unsafe::AnyPort)?;
    let extra = policy.networks.iter().filter_map(|n| n.ports.as_ref());
    let mut all = ports.iter().chain(extra.flatten());
    if let Some(port) = all.find(|port| **port < 1024) {
        return Err(Unsafe::SystemPort(*port));
    }
    check(policy.all_or_nothing, Unsafe::MixedAnswers)?;
    match policy.mode {
        Mode::Private => {
            let open = !policy.networks.is_empty() || !policy.kinds.is_empty();
            check(open, Unsafe::Nothing)
        }
        Mode::Public => {
            check(policy.patterns.is_empty(), Unsafe::Patterns)?;
            let wide = |suffix: &&String| suffix.trim_matches('.').split('.').count() < 2;
            if let Some(suffix) = suffixes.iter().find(wide) {
                return Err(Unsafe::WideSuffix(suffix.clone()));
            }
            check(!policy.ip_literals, Unsafe::AddressLiterals)?;
            let inside = policy.kinds.iter().find(|k| **k != AddressKind::Public);
            if let Some(kind) = inside {
                return Err(Unsafe::Kind(*kind));
            }
            check(policy.networks.is_empty(), Unsafe::Networks)?;
            check(!policy.own_addresses, Unsafe::OwnAddresses)?;
            check(!policy.kinds.is_empty(), Unsafe::Nothing)?;
            check(
                !policy.plaintext_when_refused && !policy.plaintext_messages,
                Unsafe::Plaintext,
            )
        }
        Mode::Local | Mode::Unknown => Err(Unsafe::Mode),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AddressKind as K;

    fn private() -> Policy {
        Policy::private(
            vec![".corp.example".into()],
            vec!["10.20.0.0/16".parse().unwrap()],
        )
    }

    #[test]
    fn the_modes_are_safe_as_they_are_made() {
        for policy in [Policy::local(), private(), Policy::public()] {
            assert_eq!(policy.check(), Ok(()), "{:?}", policy.mode);
        }
    }

    #[test]
    fn a_public_probe_is_closed_whatever_its_operator_changes() {
        type Change = fn(&mut Policy);
        let changes: [(Change, Unsafe); 14] = [
            (
                |p| p.patterns = vec![r"db\.corp\.example".parse().unwrap()],
                Unsafe::Patterns,
            ),
            (|p| p.suffixes = None, Unsafe::AnyHost),
            (|p| p.suffixes = Some(Vec::new()), Unsafe::AnyHost),
            (
                |p| p.suffixes = Some(vec![".com".into()]),
                Unsafe::WideSuffix(".com".into()),
            ),
            (|p| p.ports = None, Unsafe::AnyPort),
            (|p| p.ports = Some(vec![5432, 22]), Unsafe::SystemPort(22)),
            (|p| p.ip_literals = true, Unsafe::AddressLiterals),
            (|p| p.kinds.push(K::Private), Unsafe::Kind(K::Private)),
            (|p| p.kinds.push(K::LinkLocal), Unsafe::Kind(K::LinkLocal)),
            (
                |p| p.networks = vec!["10.0.0.0/8".parse().unwrap()],
                Unsafe::Networks,
            ),
            (|p| p.all_or_nothing = false, Unsafe::MixedAnswers),
            (|p| p.own_addresses = true, Unsafe::OwnAddresses),
            (|p| p.plaintext_when_refused = true, Unsafe::Plaintext),
            (|p| p.mode = Mode::Unknown, Unsafe::Mode),
        ];
        for (change, wrong) in changes {
            let mut policy = Policy::public();
            change(&mut policy);
            assert_eq!(policy.check(), Err(wrong));
        }
    }

    #[test]
    fn a_private_probe_needs_lists_of_names_ports_and_networks() {
        type Change = fn(&mut Policy);
        let changes: [(Change, Unsafe); 8] = [
            (
                |p| p.patterns = vec![".+".parse().unwrap()],
                Unsafe::WidePattern(".+".into()),
            ),
            (
                |p| {
                    p.suffixes = None;
                    p.patterns = vec![r"db\.corp\.example".parse().unwrap()];
                },
                Unsafe::AnyHost,
            ),
            (|p| p.suffixes = Some(Vec::new()), Unsafe::AnyHost),
            (|p| p.ports = None, Unsafe::AnyPort),
            (|p| p.networks.clear(), Unsafe::Nothing),
            (|p| p.all_or_nothing = false, Unsafe::MixedAnswers),
            (|p| p.kinds.push(K::Platform), Unsafe::Kind(K::Platform)),
            (
                |p| p.networks = vec!["10.0.0.0/8:22".parse().unwrap()],
                Unsafe::SystemPort(22),
            ),
        ];
        for (change, wrong) in changes {
            let mut policy = private();
            change(&mut policy);
            assert_eq!(policy.check(), Err(wrong));
        }
    }

    #[test]
    fn a_local_probe_still_leaves_the_cloud_s_own_addresses_alone() {
        let mut policy = Policy::local();
        policy.kinds.push(K::Platform);
        assert_eq!(policy.check(), Err(Unsafe::Kind(K::Platform)));
    }
}
