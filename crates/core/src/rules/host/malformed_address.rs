//! HST023: numbers and dots that are no address, or not the one that they look like.

use super::names::hosts;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::Ipv4Addr;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST023",
    name: "malformed-address",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &["HST008", "HST019"],
    docs: docs!("malformed_address.md"),
    check,
};

fn message(bad: &Bad, shown: &str) -> String {
    match bad {
        Bad::TooLarge => format!("`{shown}` is more than 255, so this is no address"),
        Bad::Parts => "an address has four numbers".to_string(),
        Bad::Empty => "a number is missing between the dots".to_string(),
        Bad::Short => "an address with fewer than four numbers is read differently".to_string(),
        Bad::LeadingZero => format!("`{shown}` is octal to some drivers and decimal to others"),
        Bad::Network => "a network stands where one host belongs".to_string(),
    }
}

/// What is wrong with the numbers.
enum Bad {
    /// One of them does not fit into a byte.
    TooLarge,
    /// There are more than four.
    Parts,
    /// Two dots in a row, or one at the beginning.
    Empty,
    /// There are fewer than four.
    Short,
    /// One of them begins with a zero.
    LeadingZero,
    /// `10.0.0.0/24`
    Network,
}

impl Bad {
    const fn help(&self) -> &'static str {
        match self {
            Self::TooLarge | Self::Parts | Self::Empty => {
                "Drivers look it up as a name, which does not exist: no name ends in a number."
            }
            Self::Short => {
                "C's and Java's libraries fill it up with zeros before the last number: `192.168.1` leads to 192.168.0.1. Go and Rust look it up as a name. Write all four numbers."
            }
            Self::LeadingZero => {
                "C's library reads it as octal, so `010.0.0.4` leads to 8.0.0.4 with libpq and Node; Java reads it as decimal; Go and Rust take it for a name. Write it without the zero."
            }
            Self::Network => {
                "Firewall rules have networks with a length behind a slash; a client connects to one address or name of it."
            }
        }
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for host in hosts(ctx) {
        let Some((bad, at, len)) = judge(host.raw) else {
            continue;
        };
        let span = host.part(at, len);
        let mut finding = Finding::new(span, message(&bad, ctx.raw(span))).help(bad.help());
        if matches!(bad, Bad::Short | Bad::LeadingZero) {
            finding = finding.severity(Severity::Warning);
        }
        out.push(finding);
    }
}

/// What is wrong with `host`, and where: the offset and the length of the part.
fn judge(host: &str) -> Option<(Bad, usize, usize)> {
    if let Some((address, length)) = host.split_once('/') {
        let network = address.parse::<Ipv4Addr>().is_ok()
            && length.parse::<u8>().is_ok_and(|bits| bits <= 32);
        return network.then_some((Bad::Network, 0, host.len()));
    }
    let whole = |bad| Some((bad, 0, host.len()));
    let numbers = host.contains('.') && host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if !numbers || host.parse::<Ipv4Addr>().is_ok() {
        return None;
    }
    // One dot at the end only makes a name complete.
    let host_without_dot = host.strip_suffix('.').unwrap_or(host);
    let parts: Vec<&str> = host_without_dot.split('.').collect();
    if parts.iter().any(|part| part.is_empty()) {
        return whole(Bad::Empty);
    }
    match parts.len() {
        1 => return None,
        2 | 3 => return whole(Bad::Short),
        4 => {}
        _ => return whole(Bad::Parts),
    }
    let mut at = 0;
    for part in parts {
        let zero = part.len() > 1 && part.starts_with('0');
        if zero {
            return Some((Bad::LeadingZero, at, part.len()));
        }
        if part.parse::<u8>().is_err() {
            return Some((Bad::TooLarge, at, part.len()));
        }
        at += part.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent};

    #[test]
    fn what_is_no_address_is_found() {
        for fixture in [
            "
postgresql://u:p@10.0.0.256:5432/app
                        ^^^ `256` is more than 255, so this is no address
",
            "
host=10.0.0.4.5 user=u
     ^^^^^^^^^^ an address has four numbers
",
            "
Host=10..0.4;Database=app
     ^^^^^^^ a number is missing between the dots
",
            "
host=10.0.0.0/24 user=u
     ^^^^^^^^^^^ a network stands where one host belongs
",
            "
host=010.0.0.4 user=u
     ^^^ `010` is octal to some drivers and decimal to others
",
            "
jdbc:postgresql://192.168.1:5432/app
                  ^^^^^^^^^ an address with fewer than four numbers is read differently
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
        let short = findings(&RULE, &auto(), "host=192.168.1 user=u");
        assert_eq!(short[0].severity, Severity::Warning);
    }

    #[test]
    fn addresses_and_names_are_left_alone() {
        for host in [
            "10.0.0.4",
            "10.0.0.4.",
            "255.255.255.255",
            "db1.10.example",
            "1.db",
            "5432",
            "${A}.0.0.4",
            "::1",
        ] {
            silent(&RULE, &auto(), &format!("host={host} user=u"));
        }
    }
}
