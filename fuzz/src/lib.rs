//! What must hold for every input, whatever it is: one function for each part of connlint that reads foreign bytes.
//!
//! cargo-fuzz feeds them from `fuzz/libfuzzer/fuzz_targets/`; `cargo test` feeds them with what was found once, with the conformance
//! cases, and with a bounded number of mutations of those.

#![allow(clippy::expect_used, reason = "a broken promise may fail loudly")]

pub mod input;
pub mod mutate;
pub mod seeds;
mod strings;
mod wire;

/// A function that panics where a promise is broken.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of its file in `fuzz/libfuzzer/fuzz_targets/`.
    pub name: &'static str,
    /// What is fed.
    pub body: fn(&[u8]),
    /// Where its first inputs come from.
    pub seeds: Source,
}

use seeds::Source;

/// All of them.
pub const TARGETS: &[Target] = &[
    target("lint", strings::lint, Source::Pastes),
    target("lint_file", strings::lint_file, Source::Pastes),
    target("triage", strings::triage, Source::Errors),
    target("report", strings::report, Source::Pastes),
    target("config", strings::config, Source::Settings),
    target("baseline", strings::baseline, Source::Baselines),
    target("layers", strings::layers, Source::Pastes),
    target("readings", strings::readings, Source::Pastes),
    target("convert", strings::convert, Source::Pastes),
    target("parse_uri", strings::parse_uri, Source::Strings),
    target("parse_pairs", strings::parse_pairs, Source::Strings),
    target("parse_ado_net", strings::parse_ado_net, Source::Strings),
    target("parse_jdbc", strings::parse_jdbc, Source::Strings),
    target("parse_odbc", strings::parse_odbc, Source::Strings),
    target("parse_pdo", strings::parse_pdo, Source::Strings),
    target("parse_command", strings::parse_command, Source::Strings),
    target("parse_pgpass", strings::parse_pgpass, Source::Strings),
    target("parse_entries", strings::parse_entries, Source::Strings),
    target("probe_answer", wire::probe_answer, Source::Messages),
    target(
        "probe_certificate",
        wire::probe_certificate,
        Source::Certificates,
    ),
    target("probe_request", wire::probe_request, Source::Requests),
    target("probe_host", wire::probe_host, Source::Hosts),
];

const fn target(name: &'static str, body: fn(&[u8]), seeds: Source) -> Target {
    Target { name, body, seeds }
}

/// Feeds the target of that name.
///
/// # Panics
/// Where a promise is broken, or there is no such target.
pub fn feed(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.expect("a target of that name").body)(data);
}
