//! The report for a ticket: made on demand, copied or saved, and without a secret.

use crate::servers::{IN_URI, PASSWORD, plain};
use connlint_e2e::{LOOPBACK_NAME, Page, Result, Site};

#[test]
fn the_report_has_findings_reading_and_probe_and_no_password() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    page.paste(&plain(LOOPBACK_NAME, 1))?;
    page.probe()?;
    page.probe_finding("tcp-refused")?;
    page.click("#support-make")?;
    page.until_so("the report", |page| Ok(page.count("[data-report]")? == 1))?;
    let report = page.inner_text("[data-report]")?;
    for part in [
        "# ",
        "## Connection string",
        "### What libpq does with it",
        "## Probe",
        "| TCP |",
    ] {
        assert!(report.contains(part), "{part} in {report}");
    }
    page.click("#support [data-action=copy]")?;
    page.until_equal("the copied report", &report.trim_end().to_owned(), |page| {
        Ok(page.clipboard()?.trim_end().to_owned())
    })?;
    assert_eq!(
        page.property("#support-save", "download")?,
        "connlint-report.md"
    );
    let saved = page.property("#support-save", "href")?;
    for text in [&report, &saved] {
        assert_eq!(PASSWORD.trace_in(text), None);
        assert!(!text.contains(IN_URI));
    }
    // A report is about the text and the test that it was made from.
    page.paste(&plain(LOOPBACK_NAME, 2))?;
    page.until_so("the old report to go", |page| {
        Ok(page.count("[data-report]")? == 0)
    })
}
