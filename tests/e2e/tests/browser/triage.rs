//! An error message in the box: what it means, and what to do.

use crate::servers::{IN_URI, PASSWORD};
use connlint_e2e::{Page, Result, Site};

/// What node-postgres prints when Azure turns a connection without TLS away.
const NO_TLS: &str = "error: no pg_hba.conf entry for host \"203.0.113.7\", user \"flamingo\", database \"orders\", no encryption\n    at Parser.parseErrorMessage (/srv/node_modules/pg-protocol/src/parser.ts:369:69) {\n  severity: 'FATAL',\n  code: '28000'\n}\n";

/// What libpq prints where the firewall of a Single Server does not know the address.
const FIREWALL: &str = "psql: error: FATAL:  no pg_hba.conf entry for host \"203.0.113.7\", user \"flamingo@shop\", database \"orders\", SSL on\n";

fn category(page: &Page, wanted: &str) -> Result {
    page.until_equal("the cause", &wanted.to_owned(), |page| {
        if page.count("#triage")? == 0 {
            return Ok(String::new());
        }
        page.property("#triage", "dataset.category")
    })
}

#[test]
fn an_error_alone_is_explained_with_the_command_filled_in() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    let requests = site.requests();
    page.paste(FIREWALL)?;
    category(&page, "server-firewall")?;
    let panel = page.inner_text("#triage")?;
    for part in [
        "203.0.113.7",
        "flamingo@shop",
        "firewall-rule create",
        "--start-ip-address 203.0.113.7",
    ] {
        assert!(panel.contains(part), "{part} is not in: {panel}");
    }
    assert_eq!(
        page.count(".summary.none")?,
        0,
        "it is no text without a meaning"
    );
    assert_eq!(site.requests(), requests, "reading an error sends nothing");
    Ok(())
}

#[test]
fn an_error_beside_its_string_points_at_the_characters() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    let string = format!(
        "DATABASE_URL=postgres://flamingo:{IN_URI}@heron.postgres.database.azure.com/orders?sslmode=disable"
    );
    page.paste(&format!("{string}\n\n{NO_TLS}"))?;
    category(&page, "tls-required")?;
    let codes = page.codes()?;
    assert!(
        codes.iter().any(|code| code.starts_with("ERR")),
        "{codes:?}"
    );
    page.click("#triage [data-action=show-place]")?;
    page.until_equal("the place", &Some("disable".to_owned()), Page::selection)?;
    assert_eq!(PASSWORD.trace_in(&page.html_beside_the_text()?), None);

    // Another text, and the panel goes.
    page.paste("postgres://flamingo@db.example/orders")?;
    page.until_equal("the panel", &0, |page| page.count("#triage"))
}

#[test]
fn the_times_of_a_log_are_counted() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    let line = |time: &str| format!("{time} {}", FIREWALL.trim_end());
    let log = [
        "2026-11-20T10:00:02Z",
        "2026-11-20T10:00:40Z",
        "2026-11-20T12:00:00Z",
    ]
    .map(line);
    page.paste(&log.join("\n"))?;
    category(&page, "server-firewall")?;
    assert_eq!(page.property("#triage .timeline", "dataset.outages")?, "2");
    assert!(
        page.inner_text("#triage .timeline")?
            .contains("3 errors in 2 outages")
    );
    Ok(())
}

#[test]
fn a_rule_of_the_gallery_can_be_tried() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    page.click("[data-action=gallery]")?;
    page.until_so("the rules", |page| {
        Ok(page.count("#gallery-rules li")? > 100)
    })?;
    page.click("[data-example=SYN002]")?;
    page.until_found("SYN002")
}
