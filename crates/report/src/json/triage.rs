//! What an error text tells and what to do about it, as JSON.

use super::SpanView;
use connlint_core::triage::{self, Other, Outage, Timeline, Triage};
use serde::Serialize;

/// How many points of a timeline are written one by one; the outages count all of them.
const POINTS: usize = 1000;

/// A failure: its category, what tells it, and the steps to take.
#[derive(Clone, Debug, Serialize)]
pub struct TriageReport<'a> {
    category: &'static str,
    persistence: &'static str,
    /// certain, likely, or depends; nothing is certain where connlint knows no failure.
    certainty: &'static str,
    /// The failure's code, for `connlint explain`; null where the text holds none that connlint knows.
    code: Option<&'static str>,
    name: Option<&'static str>,
    sqlstate: Option<&'a str>,
    client: Option<&'static str>,
    points_at: &'static str,
    /// Where the text says it.
    span: Option<SpanView>,
    /// Where the string beside it has the part that it points at.
    place: Option<SpanView>,
    /// Codes of findings in that string that lead to the failure.
    explained_by: &'a [&'static str],
    /// How often the text says it.
    count: usize,
    summary: &'a str,
    evidence: Evidence<'a>,
    steps: Vec<Step<'a>>,
    retry: Option<Retry>,
    others: Vec<OtherView>,
    timeline: Option<TimelineView>,
    docs: Option<String>,
}

/// What a failure names; null where it names nothing.
#[derive(Clone, Copy, Debug, Serialize)]
struct Evidence<'a> {
    client_ip: Option<&'a str>,
    server_ip: Option<&'a str>,
    host: Option<&'a str>,
    port: Option<u16>,
    user: Option<&'a str>,
    database: Option<&'a str>,
    encrypted: Option<bool>,
}

#[derive(Clone, Debug, Serialize)]
struct Step<'a> {
    text: &'a str,
    command: Option<&'a str>,
    /// The same with other tools.
    alternatives: Vec<Alternative<'a>>,
    source: &'static str,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Alternative<'a> {
    title: &'static str,
    text: &'a str,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Retry {
    first_wait_s: u32,
    max_wait_s: u32,
    max_tries: u32,
    escalate_after_s: u32,
    writes: Option<&'static str>,
    code: Option<Code>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Code {
    language: &'static str,
    needs: &'static str,
    text: &'static str,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct OtherView {
    code: &'static str,
    name: &'static str,
    category: &'static str,
    persistence: &'static str,
    summary: &'static str,
    span: SpanView,
    count: usize,
}

#[derive(Clone, Debug, Serialize)]
struct TimelineView {
    /// At most the first thousand.
    points: Vec<PointView>,
    outages: Vec<OutageView>,
    longest_s: u32,
    most_in_a_day: usize,
    /// Whether times are in UTC; else they are in the log's own zone, which it does not say.
    utc: bool,
    /// Whether days are known.
    dated: bool,
    /// Longer than 60 seconds.
    too_long: bool,
    /// Several in a day.
    too_often: bool,
    words: String,
}

#[derive(Clone, Debug, Serialize)]
struct PointView {
    time: String,
    code: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct OutageView {
    first: String,
    last: String,
    seconds: u32,
    count: usize,
    code: &'static str,
}

/// The report on `triage`.
#[must_use]
pub fn triage(triage: &Triage) -> TriageReport<'_> {
    let evidence = &triage.evidence;
    let advice = &triage.advice;
    TriageReport {
        category: triage.category().name(),
        persistence: triage.persistence().name(),
        certainty: triage.certainty.name(),
        code: triage.failure.map(|f| f.rule.code),
        name: triage.failure.map(|f| f.rule.name),
        sqlstate: triage.sqlstate.as_deref(),
        client: triage.client.map(connlint_core::Driver::name),
        points_at: triage.points_at().name(),
        span: triage.said_at.map(SpanView::from),
        place: triage.place.map(SpanView::from),
        explained_by: &triage.explained_by,
        count: triage.count,
        summary: advice.summary,
        evidence: Evidence {
            client_ip: evidence.client_ip.as_deref(),
            server_ip: evidence.server_ip.as_deref(),
            host: evidence.host.as_deref(),
            port: evidence.port,
            user: evidence.user.as_deref(),
            database: evidence.database.as_deref(),
            encrypted: evidence.encrypted,
        },
        steps: advice.steps.iter().map(step).collect(),
        retry: advice.retry.map(|retry| Retry {
            first_wait_s: retry.first_wait_s,
            max_wait_s: retry.max_wait_s,
            max_tries: retry.max_tries,
            escalate_after_s: retry.escalate_after_s,
            writes: advice.writes,
            code: advice.code.map(|snippet| Code {
                language: snippet.language,
                needs: snippet.needs,
                text: snippet.code,
            }),
        }),
        others: triage.others.iter().map(other).collect(),
        timeline: triage.timeline.as_ref().map(timeline),
        docs: triage.failure.map(|f| f.rule.docs_url()),
    }
}

fn step(step: &triage::Step) -> Step<'_> {
    Step {
        text: &step.text,
        command: step.command.as_deref(),
        alternatives: step
            .alternatives
            .iter()
            .map(|a| Alternative {
                title: a.title,
                text: &a.text,
            })
            .collect(),
        source: step.source,
    }
}

fn other(other: &Other) -> OtherView {
    OtherView {
        code: other.failure.rule.code,
        name: other.failure.rule.name,
        category: other.failure.category.name(),
        persistence: other.failure.persistence.name(),
        summary: other.failure.summary(),
        span: other.said_at.into(),
        count: other.count,
    }
}

fn timeline(timeline: &Timeline) -> TimelineView {
    let outage = |outage: &Outage| OutageView {
        first: outage.first.time.text(),
        last: outage.last.time.text(),
        seconds: outage.seconds(),
        count: outage.count,
        code: outage.first.code,
    };
    TimelineView {
        points: timeline
            .points
            .iter()
            .take(POINTS)
            .map(|point| PointView {
                time: point.time.text(),
                code: point.code,
            })
            .collect(),
        outages: timeline.outages.iter().map(outage).collect(),
        longest_s: timeline.longest_s,
        most_in_a_day: timeline.most_in_a_day,
        utc: timeline.utc,
        dated: timeline.dated,
        too_long: timeline.too_long(),
        too_often: timeline.too_often(),
        words: timeline.words(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::Options;
    use connlint_core::triage::Catalogue;
    use serde_json::{Value, json};

    fn told(text: &str) -> Value {
        let paste = Catalogue::new().paste(text, &Options::default());
        serde_json::to_value(triage(&paste.triage)).unwrap()
    }

    #[test]
    fn a_firewall_has_evidence_and_a_command() {
        let json = told(
            "connection to server at \"shop.postgres.database.azure.com\" (192.0.2.1), port 5432 failed: FATAL: no pg_hba.conf entry for host \"203.0.113.7\", user \"app\", database \"orders\", SSL on",
        );
        assert_eq!(json["category"], "server-firewall");
        assert_eq!(json["persistence"], "persistent");
        assert_eq!(json["code"], "ERR011");
        assert_eq!(json["sqlstate"], "28000");
        assert_eq!(json["points_at"], "none");
        assert_eq!(
            json["evidence"],
            json!({
                "client_ip": "203.0.113.7", "server_ip": "192.0.2.1", "host": "shop.postgres.database.azure.com",
                "port": 5432, "user": "app", "database": "orders", "encrypted": true
            })
        );
        let command = json["steps"][0]["command"].as_str().unwrap();
        assert!(
            command.contains("--server-name shop") && command.contains("203.0.113.7"),
            "{command}"
        );
        let tools: Vec<&str> = json["steps"][0]["alternatives"]
            .as_array()
            .unwrap()
            .iter()
            .map(|a| a["title"].as_str().unwrap())
            .collect();
        for tool in ["PowerShell", "Terraform", "Bicep", "Portal"] {
            assert!(tools.contains(&tool), "{tools:?}");
        }
        assert_eq!(json["retry"], Value::Null);
    }

    #[test]
    fn what_passes_has_numbers_and_code() {
        let json = told(
            "Npgsql.PostgresException (0x80004005): 57P03: the database system is starting up",
        );
        assert_eq!(json["persistence"], "transient");
        assert_eq!(json["client"], "npgsql");
        let retry = &json["retry"];
        assert_eq!(
            [
                &retry["first_wait_s"],
                &retry["max_wait_s"],
                &retry["max_tries"],
                &retry["escalate_after_s"]
            ],
            [5, 60, 6, 60]
        );
        assert_eq!(retry["code"]["language"], "csharp");
    }

    #[test]
    fn a_text_without_an_error_says_so() {
        let json = told("The quick brown fox jumps over the lazy dog.");
        assert_eq!(json["category"], "other");
        assert_eq!(json["code"], Value::Null);
        assert_eq!(json["certainty"], "likely");
        assert!(
            json["summary"]
                .as_str()
                .unwrap()
                .contains("knows no connection error")
        );
    }

    #[test]
    fn a_log_is_counted() {
        let json = told(
            "2024-07-24 14:29:20 UTC FATAL:  the database system is shutting down\n2024-07-24 14:30:40 UTC FATAL:  the database system is starting up\n2024-07-24 18:00:00 UTC FATAL:  terminating connection due to administrator command\n",
        );
        assert_eq!(json["count"], 2);
        assert_eq!(json["others"][0]["code"], "ERR040");
        let timeline = &json["timeline"];
        assert_eq!(
            timeline["outages"][0],
            json!({
                "first": "2024-07-24 14:29:20", "last": "2024-07-24 14:30:40", "seconds": 80, "count": 2, "code": "ERR039"
            })
        );
        assert_eq!(
            [&timeline["too_long"], &timeline["too_often"]],
            [true, true]
        );
    }
}
