//! The way from a string that does not work to the verdict on the repaired one.

use crate::servers::{PASSWORD, psql_cmd, tls_only};
use connlint_e2e::{Page, Result, Site, Squiggle};

#[test]
fn the_string_of_azures_cli_is_repaired_and_reaches_the_server() -> Result {
    let server = tls_only()?;
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;

    // Pasted: the raw `@`, and nothing but it, is underlined.
    let pasted = psql_cmd("localhost", server.port());
    page.paste(&pasted)?;
    page.until_found("SYN003")?;
    let raw_at = Squiggle {
        code: "SYN003".into(),
        text: "@".into(),
    };
    page.until_so("the underlined text", |page| {
        Ok(page.squiggles()?.contains(&raw_at))
    })?;
    page.act("SYN003", "show")?;
    page.until_equal("the selected text", &Some("@".into()), Page::selection)?;
    assert_eq!(page.selection_start()?, "postgresql://shopadmin".len());
    assert!(page.finding("SYN003")?.contains("SYN003"));

    // Repaired: one click, and the string means what it was meant to mean.
    page.act("SYN003", "fix")?;
    let repaired = pasted.replacen('@', "%40", 1);
    page.until_equal("the repaired text", &repaired, Page::text)?;
    page.until_gone("SYN003")?;
    page.until_so("the sentence on top", |page| {
        let summary = page.inner_text("[data-summary]")?;
        Ok(summary.contains("localhost") && summary.contains("shopadmin@shop"))
    })?;

    // Probed: what will be sent is shown first, then the ladder fills in.
    let announced = page.announced_request()?;
    for part in [
        "localhost",
        &server.port().to_string(),
        "shopadmin@shop",
        "orders",
    ] {
        assert!(announced.contains(part), "{part} is not in: {announced}");
    }
    assert_eq!(PASSWORD.trace_in(&announced), None);
    let verdict = page.probe()?;
    assert!(verdict.contains("can be reached"), "{verdict}");
    let ladder = page.ladder()?;
    for stage in ["dns", "tcp", "tls", "startup"] {
        // The certificate of the test is from an authority that nobody knows: fine, and worth a word.
        let well = |state: &str| state == "ok" || (stage == "tls" && state == "warn");
        let reached = ladder
            .iter()
            .any(|(each, state)| each == stage && well(state));
        assert!(reached, "{stage}: {ladder:?}");
    }

    // The server was not bothered: no failed login, no broken connection in its log.
    let log = server.log().map_err(anyhow::Error::from_boxed)?;
    assert!(
        !log.contains("FATAL") && !log.contains("could not"),
        "{log}"
    );
    assert_eq!(site.name_queries(), 0, "localhost needs no DNS");
    Ok(())
}
