//! What is known of a failure and what to do about it, as JSON.

use connlint_core::triage::Advice;
use serde::Serialize;

/// A failure: its category, what tells it, and the steps to take.
#[derive(Clone, Debug, Serialize)]
pub struct Triage<'a> {
    category: &'static str,
    persistence: &'static str,
    sqlstate: Option<&'a str>,
    client: Option<&'a str>,
    points_at: &'static str,
    summary: &'static str,
    evidence: Evidence<'a>,
    steps: Vec<Step<'a>>,
    retry: Option<Retry>,
}

/// What a failure tells besides its category; null where it tells nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Evidence<'a> {
    /// The client's address as the server saw it.
    pub client_ip: Option<&'a str>,
    /// The server's address.
    pub server_ip: Option<&'a str>,
    /// Whether the server saw the connection encrypted.
    pub encrypted: Option<bool>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Step<'a> {
    text: &'a str,
    command: Option<&'a str>,
    source: &'static str,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Retry {
    first_wait_s: u32,
    max_wait_s: u32,
    escalate_after_s: u32,
}

/// The report on `advice`, with the SQLSTATE and the client's name where they are known.
#[must_use]
pub fn triage<'a>(
    advice: &'a Advice,
    sqlstate: Option<&'a str>,
    client: Option<&'a str>,
    evidence: Evidence<'a>,
) -> Triage<'a> {
    Triage {
        category: advice.category.name(),
        persistence: advice.persistence.name(),
        sqlstate: sqlstate.filter(|s| !s.is_empty()),
        client,
        points_at: advice.points_at.name(),
        summary: advice.summary,
        evidence,
        steps: advice
            .steps
            .iter()
            .map(|step| Step {
                text: &step.text,
                command: step.command.as_deref(),
                source: step.source,
            })
            .collect(),
        retry: advice.retry.map(|retry| Retry {
            first_wait_s: retry.first_wait_s,
            max_wait_s: retry.max_wait_s,
            escalate_after_s: retry.escalate_after_s,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::triage::{Category, Situation, advise};

    #[test]
    fn a_firewall_has_evidence_and_a_command() {
        let situation = Situation {
            host: Some("shop.postgres.database.azure.com".into()),
            client_ip: Some("203.0.113.7".into()),
            ..Situation::default()
        };
        let advice = advise(Category::ServerFirewall, &situation);
        let evidence = Evidence {
            client_ip: Some("203.0.113.7"),
            ..Evidence::default()
        };
        let json = serde_json::to_value(triage(&advice, Some("28000"), None, evidence)).unwrap();
        assert_eq!(json["category"], "server-firewall");
        assert_eq!(json["persistence"], "persistent");
        assert_eq!(json["sqlstate"], "28000");
        assert!(json["client"].is_null());
        assert_eq!(json["evidence"]["client_ip"], "203.0.113.7");
        assert!(json["evidence"]["server_ip"].is_null());
        assert!(json["retry"].is_null());
        let command = json["steps"][0]["command"].as_str().unwrap();
        assert!(
            command.contains("--start-ip-address 203.0.113.7"),
            "{command}"
        );
    }

    #[test]
    fn what_passes_comes_with_the_numbers_to_retry() {
        let advice = advise(Category::ServerStartingOrStopping, &Situation::default());
        let json = serde_json::to_value(triage(&advice, None, None, Evidence::default())).unwrap();
        assert_eq!(
            json["retry"],
            serde_json::json!({"first_wait_s": 5, "max_wait_s": 60, "escalate_after_s": 60})
        );
    }
}
