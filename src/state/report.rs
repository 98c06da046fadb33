//! The support report: what was found in the text, what the driver makes of it and what the probes saw, without a secret.

use super::document::{CATALOGUE, Checked};
use super::ladder::{Ladder, Rung, RungState, label};
use super::probe::Probe;
use super::vantage::Points;
use super::watch;
use connlint_core::order::Order as _;
use connlint_core::triage::Time;
use connlint_report::{Bundle, ProbeLine, ProbeReport, bundle};

/// What the report is called when it is saved.
pub const FILE: &str = "connlint-report.md";

/// The report as Markdown, made at `now_ms` (milliseconds since 1970-01-01 UTC).
#[must_use]
pub fn report(checked: &Checked, points: &Points, now_ms: i64) -> String {
    let paste = CATALOGUE.paste(&checked.text, &checked.options);
    let shown = CATALOGUE.shown_parts(&checked.text, &paste.analysis);
    let several = points.0.len() > 1;
    // What the places say together comes first.
    let together: Vec<String> = points
        .difference()
        .findings
        .into_iter()
        .map(|finding| finding.text)
        .collect();
    let together = (!together.is_empty()).then(|| ProbeReport {
        from: "all places together".into(),
        conclusions: together,
        lines: Vec::new(),
    });
    let each = points.0.iter().map(|point| ProbeReport {
        from: if several { point.name() } else { String::new() },
        conclusions: conclusions(&point.probe),
        lines: lines(&point.probe.ladder),
    });
    let probes: Vec<ProbeReport> = together.into_iter().chain(each).collect();
    bundle(&Bundle {
        text: &checked.text,
        paste: &paste,
        options: &checked.options,
        shown: &shown,
        probes: &probes,
        made: Some(Time {
            ms: now_ms,
            utc: true,
            dated: true,
        }),
    })
}

fn conclusions(probe: &Probe) -> Vec<String> {
    let Some(verdict) = &probe.verdict else {
        return Vec::new();
    };
    let watched = verdict.watch.as_ref().map(|verdict| {
        let title = watch::title(verdict.kind);
        format!("{title}: {}", watch::words(verdict))
    });
    let outages = watch::outages(&probe.rounds).into_iter();
    let outages = outages.map(|outage| watch::line(&outage));
    std::iter::once(verdict.summary.clone())
        .chain(watched)
        .chain(outages)
        .collect()
}

/// The stages that were reached, in the order in which they ended.
fn lines(ladder: &Ladder) -> Vec<ProbeLine> {
    let mut lines: Vec<ProbeLine> = Vec::new();
    for host in &ladder.hosts {
        let name = format!("{}:{}", host.host, host.port);
        lines.extend(host.rungs.iter().filter_map(|rung| line(rung, &name)));
        for row in &host.addresses {
            lines.extend(row.rungs.iter().filter_map(|rung| line(rung, &row.address)));
        }
    }
    lines.order_by_key(|line| line.microseconds);
    lines
}

fn line(rung: &Rung, address: &str) -> Option<ProbeLine> {
    if matches!(rung.state, RungState::Waiting | RungState::Running) {
        return None;
    }
    let text = rung.text.clone()?;
    let facts = rung.facts();
    let text = std::iter::once(text).chain(facts).collect::<Vec<_>>();
    Some(ProbeLine {
        microseconds: rung.stretch(0).map_or(0, |(_, end)| end),
        stage: label(rung.stage),
        address: Some(address.to_owned()),
        state: rung.word(),
        text: text.join("; "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::probe::Action;
    use crate::state::vantage::Point;
    use connlint_core::Options;
    use connlint_probe_api::ProbeRequest;
    use std::rc::Rc;
    use url::Url;
    use yew::Reducible;

    const TEXT: &str = "postgresql://app:Gr33nTea@db.example/shop?sslmode=requir";

    fn probed(lines: &[&str]) -> Point {
        let mut probe: Rc<Probe> = Rc::default();
        probe = probe.reduce(Action::Start(1, ProbeRequest::new("db.example", 5432)));
        for line in lines {
            let line = serde_json::from_str(line).unwrap();
            probe = probe.reduce(Action::Line(1, Box::new(line)));
        }
        Point {
            probe,
            ..Point::new(Url::parse("http://office.example/").unwrap())
        }
    }

    const REFUSED: &str = r#"{"seq":3,"t_us":4200,"stage":"dns","address":null,"state":"fail","code":"dns.nxdomain",
        "persistence":"persistent","category":"dns-not-found","detail":{"text":"The name does not exist.","dur_us":4000,
        "host":"db.example","port":5432}}"#;
    const VERDICT: &str = r#"{"verdict":{"outcome":"dns-problem","reachable":false,"code":"dns.nxdomain","stage":"dns",
        "address":null,"category":"dns-not-found","persistence":"persistent","summary":"The name leads nowhere.","next":[],
        "not_checked":[],"rows":[],"total_us":4300}}"#;

    #[test]
    fn it_has_the_findings_the_drivers_reading_and_what_the_probe_saw_and_no_password() {
        let checked = Checked::new(TEXT, Options::default());
        let points = Points(vec![probed(&[REFUSED, VERDICT])]);
        let out = report(&checked, &points, 1_700_000_000_000);
        for part in [
            "# The name leads nowhere.",
            "2023-11-14 22:13:20 UTC",
            "postgresql://app:***@db.example/shop?sslmode=requir",
            checked.analysis.strings[0].diagnostics[0].code(),
            "### What libpq does with it",
            "## Probe\n",
            "| 0.004 s | DNS | db.example:5432 | failed | The name does not exist. |",
        ] {
            assert!(out.contains(part), "{part} in\n{out}");
        }
        assert!(!out.contains("Gr33nTea"), "{out}");
    }

    #[test]
    fn several_places_have_a_section_each() {
        let checked = Checked::new(TEXT, Options::default());
        let points = Points(vec![probed(&[VERDICT]), probed(&[VERDICT])]);
        let out = report(&checked, &points, 0);
        assert_eq!(out.matches("## Probe from office.example").count(), 2);
    }

    #[test]
    fn what_stands_round_the_string_is_left_out() {
        let text = format!("API_KEY=sekrit99\nDATABASE_URL={TEXT}\n");
        let checked = Checked::new(text.as_str(), Options::default());
        let out = report(&checked, &Points::default(), 0);
        assert!(out.contains("app:***@db.example"), "{out}");
        assert!(
            !out.contains("sekrit99") && !out.contains("Gr33nTea"),
            "{out}"
        );
    }
}
