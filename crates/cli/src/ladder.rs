//! The probe's lines as a ladder in the terminal, one rung a line, as they come.

use connlint_probe_api::{Detail, Event, Stage, State, Verdict};
use std::io::{self, Write};

/// Writes the rung of an event; the beginning of a stage is none.
pub(crate) fn rung(out: &mut dyn Write, event: &Event) -> io::Result<()> {
    let Some(mark) = mark(event.state) else {
        return Ok(());
    };
    // What is always so is not worth a line.
    if matches!(
        event.code.as_deref(),
        Some("policy.ok" | "address.ok" | "dns.not_needed" | "close.ok")
    ) {
        return Ok(());
    }
    let time = event.detail.dur_us.map(milliseconds).unwrap_or_default();
    let name = label(event.stage);
    writeln!(
        out,
        "{name:<11} {mark:<5} {time:>10}  {}{}",
        place(event),
        event.detail.text.as_deref().unwrap_or_default()
    )?;
    for fact in facts(&event.detail) {
        writeln!(out, "{:<30}{fact}", "")?;
    }
    Ok(())
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

/// What a stage is called.
pub(crate) fn label(stage: Stage) -> &'static str {
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

fn place(event: &Event) -> String {
    let host = || event.detail.host.as_ref().map(|host| format!("{host}: "));
    event
        .address
        .as_ref()
        .map(|row| format!("{row}: "))
        .or_else(host)
        .unwrap_or_default()
}

/// Microseconds in the unit that people read.
fn milliseconds(us: u64) -> String {
    format!("{}.{:02} ms", us / 1000, us % 1000 / 10)
}

fn facts(detail: &Detail) -> Vec<String> {
    let mut facts = Vec::new();
    if detail.chain.len() > 1 {
        facts.push(detail.chain.join(" -> "));
    }
    if !detail.addresses.is_empty() {
        facts.push(detail.addresses.join(", "));
    }
    if let Some(kind) = &detail.kind {
        facts.push(format!("({kind})"));
    }
    if let Some(tls) = &detail.tls
        && let (Some(version), Some(suite)) = (&tls.version, &tls.suite)
    {
        let asked = if tls.client_cert_requested {
            ", asks for a client certificate"
        } else {
            ""
        };
        facts.push(format!("{version}, {suite}{asked}"));
    }
    if let Some(certificate) = &detail.certificate {
        let unknown = || "?".to_owned();
        let subject = certificate.subject.clone().unwrap_or_else(unknown);
        let issuer = certificate.issuer.clone().unwrap_or_else(unknown);
        let days = certificate
            .days_left
            .map(|days| format!(", {days} days left"))
            .unwrap_or_default();
        facts.push(format!(
            "certificate of {subject}, issued by {issuer}{days}"
        ));
        if !certificate.names.is_empty() {
            facts.push(format!("for {}", certificate.names.join(", ")));
        }
    }
    if let Some(auth) = &detail.auth
        && !auth.mechanisms.is_empty()
    {
        facts.push(auth.mechanisms.join(", "));
    }
    if let Some(server) = &detail.server {
        let state = server.sqlstate.as_deref().unwrap_or("no SQLSTATE");
        let message = server.message.as_deref().unwrap_or_default();
        facts.push(format!("the server says ({state}): {message}"));
    }
    facts
}

/// Writes the conclusion.
pub(crate) fn conclusion(out: &mut dyn Write, verdict: &Verdict) -> io::Result<()> {
    let word = if verdict.reachable {
        "Reachable"
    } else {
        "Not reachable"
    };
    let word = if verdict.outcome.name() == "reachable-rejecting" {
        "Rejected"
    } else {
        word
    };
    writeln!(out, "\n{word}: {}", verdict.summary)?;
    if let (Some(category), Some(persistence)) = (&verdict.category, &verdict.persistence) {
        writeln!(out, "  {category}, {persistence}")?;
    }
    if !verdict.modes.is_empty() {
        writeln!(out, "What libpq would make of the TLS side:")?;
        for mode in &verdict.modes {
            let mark = if mode.accepted { "goes on" } else { "stops" };
            writeln!(
                out,
                "  {:<12} {mark:<8} {}",
                mode.sslmode.name(),
                mode.reason.as_deref().unwrap_or_default()
            )?;
        }
    }
    if !verdict.next.is_empty() {
        writeln!(out, "What to do:")?;
        for step in &verdict.next {
            writeln!(out, "  - {step}")?;
        }
    }
    // That nothing was checked goes without saying where nobody was reached.
    if verdict.stage >= Stage::Startup && !verdict.not_checked.is_empty() {
        writeln!(
            out,
            "Not checked, as no password is sent: {}.",
            verdict.not_checked.join(", ")
        )?;
    }
    Ok(())
}
