//! The words of the ladder: what stages, services, outcomes and watches are called on a screen.

use connlint_core::Target;
use connlint_probe_api::{
    Access, Certificate, Detail, Event, Outcome, Round, Stage, State, Verdict, WatchKind,
    WatchVerdict,
};
use connlint_report::human::{BAD, BOLD, GOOD, Layout, NOTE, Paint};
use std::fmt::Write as _;

/// What a stage is called.
pub(crate) fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Policy => "policy",
        Stage::Dns => "DNS",
        Stage::Address => "address",
        Stage::Tcp => "TCP",
        Stage::Sslrequest => "TLS offer",
        Stage::Tls => "TLS",
        Stage::Startup => "PostgreSQL",
        Stage::Close => "goodbye",
        Stage::Unknown => "?",
    }
}

/// How a stage ended; its beginning is no end.
pub(crate) fn mark(state: State) -> Option<&'static str> {
    match state {
        State::Ok => Some("ok"),
        State::Warn => Some("note"),
        State::Fail => Some("FAIL"),
        State::Skip => Some("-"),
        State::Start | State::Unknown => None,
    }
}

/// Microseconds in the unit that people read.
pub(crate) fn time(us: u64) -> String {
    match us {
        0..1_000 => format!("0.{:02} ms", us / 10),
        1_000..100_000 => format!("{}.{} ms", us / 1_000, us % 1_000 / 100),
        100_000..1_000_000 => format!("{} ms", us / 1_000),
        _ => format!("{}.{} s", us / 1_000_000, us % 1_000_000 / 100_000),
    }
}

/// Minutes and seconds.
fn clock(us: u64) -> String {
    let seconds = us / 1_000_000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// The facts of an event that are worth a line each.
pub(crate) fn facts(event: &Event) -> Vec<String> {
    let detail = &event.detail;
    let mut facts = Vec::new();
    let mut way: Vec<String> = detail.chain.iter().skip(1).cloned().collect();
    if !detail.addresses.is_empty() {
        way.push(detail.addresses.join(", "));
    }
    if !way.is_empty() {
        facts.push(format!("-> {}", way.join(" -> ")));
    }
    facts.extend(product(detail));
    if let Some(who) = &detail.answered_by {
        facts.push(format!("answered by {}", service(who)));
    } else if let Some(kind) = detail
        .kind
        .as_ref()
        .filter(|_| event.code.as_deref() != Some("address.ok"))
    {
        facts.push(format!("({})", service(kind)));
    }
    if let Some(tls) = &detail.tls
        && let (Some(version), Some(suite)) = (&tls.version, &tls.suite)
    {
        facts.push(format!("{version}, {suite}"));
        if tls.client_cert_requested {
            facts.push("the server asks for a client certificate; none was sent".to_owned());
        }
    }
    if let Some(version) = detail.version_at_least {
        facts.push(format!(
            "PostgreSQL {version} or later, or what stands in front of it is"
        ));
    }
    if let Some(certificate) = &detail.certificate {
        facts.extend(about_certificate(certificate));
    }
    if !detail.issuers.is_empty() {
        let names: Vec<&str> = detail
            .issuers
            .iter()
            .filter_map(|issuer| issuer.subject.as_deref())
            .collect();
        facts.push(format!("sent with it: {}", names.join(", ")));
    }
    if let Some(root) = &detail.root_needed {
        facts.push(format!(
            "to check it, sslrootcert has to hold the root \"{root}\""
        ));
    }
    if let Some(auth) = &detail.auth
        && !auth.mechanisms.is_empty()
    {
        facts.push(auth.mechanisms.join(", "));
    }
    if let Some(server) = &detail.server {
        let state = server.sqlstate.as_deref().unwrap_or("no SQLSTATE");
        let message = server
            .message
            .as_deref()
            .unwrap_or("(its words are not shown)");
        facts.push(format!("the server says ({state}): {message}"));
    }
    if detail.placeholder_user == Some(true) {
        facts.push(
            "no user was given, so a made-up one was named; host rules may differ for yours"
                .to_owned(),
        );
    }
    if detail.plaintext == Some(true) {
        facts.push("user and database went over the network unencrypted".to_owned());
    }
    facts
}

fn product(detail: &Detail) -> Option<String> {
    let product = detail.product.as_deref().map(|name| {
        Target::from_name(name).map_or_else(|| name.to_owned(), |target| target.label().to_owned())
    });
    let access = detail.access.map(|access| match access {
        Access::Public => "over a public address",
        Access::PrivateEndpoint => "through a private endpoint",
        Access::Vnet => "inside a virtual network",
        Access::Gateway => "through the region's shared gateway",
        Access::Unknown => "in a way that this connlint does not know",
    });
    match (product, access) {
        (Some(product), Some(access)) => Some(format!("looks like {product}, {access}")),
        (Some(product), None) => Some(format!("looks like {product}")),
        (None, access) => access.map(|access| format!("reached {access}")),
    }
}

/// A service by the name that people know.
fn service(name: &str) -> &str {
    match name {
        "pgbouncer" => "PgBouncer",
        "odyssey" => "Odyssey",
        "pooler" => "a connection pooler",
        "azure-gateway" => "Azure's gateway",
        "http" => "a web server (HTTP)",
        "ssh" => "an SSH server",
        "smtp" => "a mail server (SMTP)",
        "ftp" => "a file server (FTP)",
        "tls" => "a service that begins with TLS",
        other => other,
    }
}

fn about_certificate(certificate: &Certificate) -> Vec<String> {
    let mut facts = Vec::new();
    let subject = certificate
        .subject
        .as_deref()
        .unwrap_or("a server without a name");
    let mut line = format!("certificate of {subject}");
    if certificate.self_signed {
        line.push_str(", signed by itself");
    } else if let Some(issuer) = &certificate.issuer {
        let _ = write!(line, ", issued by {issuer}");
    }
    if let Some(key) = &certificate.key {
        let _ = write!(line, ", {key}");
    }
    match certificate.days_left {
        Some(days) if days < 0 => {
            let _ = write!(line, ", out of date for {} days", -days);
        }
        Some(1) => line.push_str(", 1 day left"),
        Some(days) => {
            let _ = write!(line, ", {days} days left");
        }
        None => {}
    }
    facts.push(line);
    let others: Vec<&str> = certificate
        .names
        .iter()
        .map(String::as_str)
        .filter(|name| Some(*name) != certificate.subject.as_deref())
        .collect();
    if !others.is_empty() {
        let more = others.len().saturating_sub(6);
        let mut line = format!(
            "also for {}",
            others
                .iter()
                .take(6)
                .copied()
                .collect::<Vec<_>>()
                .join(", ")
        );
        if more > 0 {
            let _ = write!(line, " and {more} more");
        }
        facts.push(line);
    }
    facts
}

/// The first word of the conclusion.
pub(crate) fn headline(verdict: &Verdict) -> (&'static str, Paint) {
    match verdict.outcome {
        Outcome::ReachableReady => ("Reachable", GOOD),
        Outcome::ReachablePasswordless => ("Open without a password", NOTE),
        Outcome::ReachableRejecting => ("Turned away", BAD),
        Outcome::TlsProblem => ("TLS is in the way", BAD),
        Outcome::NotPostgres => ("Not PostgreSQL", BAD),
        Outcome::Unreachable => ("Not reachable", BAD),
        Outcome::DnsProblem => ("Name not found", BAD),
        Outcome::DeniedByPolicy => ("Not looked at", NOTE),
        Outcome::ProbeFault | Outcome::Unknown => ("No answer", BAD),
    }
}

/// Whether trying again helps.
pub(crate) fn persistence(name: &str) -> &str {
    match name {
        "transient" => "It passes: try again.",
        "persistent" => "It stays until something is changed.",
        "depends" => "It may pass or stay.",
        other => other,
    }
}

/// The looks of a watch, equal ones in a row as one line.
pub(crate) fn timeline(rounds: &[Round], goes_on: bool, layout: Layout) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", layout.paint(BOLD, "Looks"));
    let mut rest = rounds;
    while let Some(first) = rest.first() {
        let run = rest
            .iter()
            .take_while(|round| round.code == first.code)
            .count();
        let (same, others) = rest.split_at(run);
        let last = same.last().unwrap_or(first);
        let when = if run == 1 {
            clock(first.t_us)
        } else {
            format!("{} - {}", clock(first.t_us), clock(last.t_us))
        };
        let (mark, colour) = if first.reachable {
            ("ok", GOOD)
        } else {
            ("FAIL", BAD)
        };
        let looks = if run == 1 {
            "1 look".to_owned()
        } else {
            format!("{run} looks")
        };
        let slowest = same
            .iter()
            .map(|round| round.dur_us)
            .max()
            .unwrap_or_default();
        let what = first.category.as_deref().unwrap_or(first.code.as_str());
        let what = if first.reachable { "reachable" } else { what };
        let _ = writeln!(
            out,
            "  {when:<15} {} {looks:<9} {what}, at most {}",
            layout.paint(colour, &format!("{mark:<4}")),
            time(slowest)
        );
        rest = others;
    }
    if goes_on && let Some(next) = rounds.last().and_then(|round| round.next_us) {
        let _ = writeln!(out, "  {:<15} the next look", clock(next));
    }
    out.push('\n');
    out
}

/// What a watch came to.
pub(crate) fn watched(watch: &WatchVerdict, persistence: Option<&str>) -> String {
    let looks = format!("{} of {} looks failed", watch.failed, watch.rounds);
    let outage = time(watch.longest_outage_us);
    match watch.kind {
        WatchKind::Steady => format!("steady, all {} looks succeeded.", watch.rounds),
        WatchKind::Transient => format!(
            "a blip. {looks}; the server was out of reach for about {outage} and came back by itself."
        ),
        WatchKind::Persistent if persistence == Some("persistent") => {
            format!("an outage. {looks}, by a failure that does not end by itself.")
        }
        WatchKind::Persistent => format!(
            "an outage. {looks}; the server was out of reach for {outage} or longer, which is more than the minute that passing trouble takes."
        ),
        WatchKind::Flapping => format!(
            "it comes and goes. {looks}, in several outages; the longest took about {outage}."
        ),
        WatchKind::Undecided => format!(
            "not decided. {looks}; the server was out of reach at the end, for {outage}. Watch for longer than a minute to tell a blip from an outage."
        ),
        WatchKind::Unknown => format!("{looks}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_two_or_three_digits() {
        for (us, text) in [
            (0, "0.00 ms"),
            (74, "0.07 ms"),
            (1_540, "1.5 ms"),
            (99_990, "99.9 ms"),
            (250_000, "250 ms"),
            (3_001_000, "3.0 s"),
        ] {
            assert_eq!(time(us), text);
        }
    }

    fn round(number: u32, second: u64, code: &str) -> Round {
        let reachable = code == "pg.auth_sasl";
        Round {
            number,
            t_us: second * 1_000_000,
            dur_us: 4_000,
            outcome: if reachable {
                Outcome::ReachableReady
            } else {
                Outcome::Unreachable
            },
            reachable,
            code: code.to_owned(),
            category: (!reachable).then(|| "tcp-refused".to_owned()),
            persistence: None,
            next_us: Some((second + 5) * 1_000_000),
        }
    }

    #[test]
    fn equal_looks_are_one_line() {
        let rounds = [
            round(1, 0, "pg.auth_sasl"),
            round(2, 5, "pg.auth_sasl"),
            round(3, 60, "tcp.refused"),
        ];
        assert_eq!(
            timeline(&rounds, true, Layout::default()),
            "\
Looks
  0:00 - 0:05     ok   2 looks   reachable, at most 4.0 ms
  1:00            FAIL 1 look    tcp-refused, at most 4.0 ms
  1:05            the next look

"
        );
    }

    #[test]
    fn a_blip_and_an_outage_are_told_apart() {
        let mut watch = WatchVerdict {
            kind: WatchKind::Transient,
            rounds: 12,
            failed: 3,
            longest_outage_us: 15_000_000,
            ongoing: false,
        };
        assert!(watched(&watch, None).starts_with("a blip. 3 of 12 looks failed;"));
        watch.kind = WatchKind::Persistent;
        assert!(watched(&watch, Some("depends")).starts_with("an outage."));
        assert!(watched(&watch, Some("persistent")).contains("does not end by itself"));
    }
}
