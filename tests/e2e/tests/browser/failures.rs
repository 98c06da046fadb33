//! What the page makes of a server that cannot be reached: the reason, its place in the text, and
//! what to do.

use crate::servers::{plain, ready, single_server_gateway, tls_only};
use connlint_e2e::{LOOPBACK_NAME, Page, ProbeFinding, Result, Site};
use connlint_testkit::Postgres;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Probes with this string and gives the finding of this category.
fn probed(page: &Page, text: &str, category: &str) -> Result<ProbeFinding> {
    page.paste(text)?;
    page.probe()?;
    page.probe_finding(category)
}

/// The characters that the probe's finding underlines.
fn underlined(page: &Page, category: &str) -> Result<Vec<String>> {
    let squiggles = page.squiggles()?.into_iter();
    Ok(squiggles
        .filter(|s| s.code == category)
        .map(|s| s.text)
        .collect())
}

fn state(page: &Page, stage: &str) -> Result<Vec<String>> {
    let ladder = page.ladder()?.into_iter();
    Ok(ladder
        .filter(|(each, _)| each == stage)
        .map(|(_, state)| state)
        .collect())
}

#[test]
fn no_entry_in_pg_hba_points_at_the_host_and_says_what_to_allow() -> Result {
    let server = ready(Postgres::builder().start())?;
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    let found = probed(
        &page,
        &plain(LOOPBACK_NAME, server.port()),
        "server-firewall",
    )?;

    assert_eq!(underlined(&page, "server-firewall")?, [LOOPBACK_NAME]);
    assert_eq!(state(&page, "tcp")?, ["ok"]);
    assert_eq!(state(&page, "startup")?, ["failed"]);
    assert!(
        found.steps.iter().any(|step| step.contains("pg_hba.conf")),
        "{found:?}"
    );
    assert!(
        found.steps.iter().any(|step| step.contains("127.0.0.1")),
        "{found:?}"
    );
    assert_eq!(found.retry, None, "trying again does not help");
    Ok(())
}

/// The advice has the numbers of the article on transient errors.
fn says_when_to_try_again(found: &ProbeFinding) {
    let retry = found.retry.as_deref().unwrap_or_default();
    assert!(retry.contains('5') && retry.contains("60"), "{found:?}");
}

#[test]
fn a_server_that_shuts_down_is_worth_another_try() -> Result {
    let server = tls_only()?;
    let _session = ready(server.open_session())?;
    ready(server.begin_shutdown())?;
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    let text = plain(LOOPBACK_NAME, server.port());
    let found = probed(&page, &text, "server-starting-or-stopping")?;
    says_when_to_try_again(&found);
    Ok(())
}

#[test]
fn a_server_without_a_free_slot_is_worth_another_try() -> Result {
    let server = ready(
        Postgres::builder()
            .hba("hostnossl all all 127.0.0.1/32 scram-sha-256")
            .hba("hostssl all all 127.0.0.1/32 scram-sha-256")
            .conf("max_connections = 4\nsuperuser_reserved_connections = 0\nmax_wal_senders = 0")
            .start(),
    )?;
    // Clients that have been asked for a password and say nothing: each takes a slot.
    let mut holders = Vec::new();
    for _ in 0..4 {
        let mut holder = TcpStream::connect(server.addr())?;
        holder.write_all(b"\0\0\0\x1f\0\x03\0\0user\0app\0database\0app\0\0")?;
        holder.set_read_timeout(Some(Duration::from_secs(10)))?;
        holder.read_exact(&mut [0])?;
        holders.push(holder);
    }
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    let text = plain(LOOPBACK_NAME, server.port());
    let found = probed(&page, &text, "too-many-connections")?;
    says_when_to_try_again(&found);
    Ok(())
}

#[test]
fn a_port_where_nobody_listens_is_underlined() -> Result {
    // A port that the system gives to nobody by chance, so that no other test's server is there.
    let port = 1;
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    let found = probed(&page, &plain(LOOPBACK_NAME, port), "tcp-refused")?;

    assert_eq!(underlined(&page, "tcp-refused")?, ["1"]);
    assert_eq!(state(&page, "dns")?, ["ok"]);
    assert_eq!(state(&page, "tcp")?, ["failed"]);
    assert_eq!(state(&page, "startup")?, ["skipped"]);
    assert!(
        found.steps.iter().any(|step| step.contains("port")),
        "{found:?}"
    );
    Ok(())
}

#[test]
fn a_name_that_does_not_exist_is_underlined() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    let found = probed(&page, &plain("nowhere.invalid", 5432), "dns-not-found")?;

    assert_eq!(underlined(&page, "dns-not-found")?, ["nowhere.invalid"]);
    assert_eq!(state(&page, "dns")?, ["failed"]);
    assert!(
        found
            .steps
            .iter()
            .any(|step| step.contains("letter by letter")),
        "{found:?}"
    );
    Ok(())
}

#[test]
fn single_servers_gateway_wants_another_user_name() -> Result {
    let gateway = single_server_gateway()?;
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    let text = plain(LOOPBACK_NAME, gateway.port());
    let found = probed(&page, &text, "username-format")?;

    assert_eq!(underlined(&page, "username-format")?, ["app"]);
    assert!(
        found.steps.iter().any(|step| step.contains("user%40")),
        "{found:?}"
    );
    Ok(())
}

#[test]
fn a_server_without_tls_is_told_from_one_that_insists_on_it() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    let without = ready(Postgres::builder().without_tls().start())?;
    probed(
        &page,
        &plain(LOOPBACK_NAME, without.port()),
        "tls-unsupported-by-server",
    )?;

    let insists = tls_only()?;
    let text = plain(LOOPBACK_NAME, insists.port()).replace("sslmode=require", "sslmode=disable");
    probed(&page, &text, "tls-required")?;
    assert_eq!(underlined(&page, "tls-required")?, ["disable"]);
    Ok(())
}

#[test]
fn a_failure_goes_when_the_text_is_changed_to_another_server() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    probed(&page, &plain("nowhere.invalid", 5432), "dns-not-found")?;
    let server = tls_only()?;
    page.paste(&plain(LOOPBACK_NAME, server.port()))?;
    page.until_equal("the old finding to go", &0, |page| {
        page.count("li[data-category=\"dns-not-found\"]")
    })?;
    let verdict = page.probe()?;
    assert!(verdict.contains("can be reached"), "{verdict}");
    Ok(())
}
