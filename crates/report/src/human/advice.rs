//! What to do about a failure, for people.

use super::{BOLD, DIM, Layout};
use crate::printable::printable;
use connlint_core::triage::{Advice, Persistence};
use std::fmt::Write as _;

/// `advice` as a short list of steps.
#[must_use]
pub fn advice(advice: &Advice, layout: Layout) -> String {
    let mut out = String::new();
    let persistence = match advice.persistence {
        Persistence::Transient => "it passes: try again",
        Persistence::Persistent => "it stays until something is changed",
        Persistence::Depends => "it may pass or stay",
    };
    let _ = writeln!(
        out,
        "{} {}",
        layout.paint(BOLD, advice.summary),
        layout.paint(DIM, &format!("({}; {persistence})", advice.category.name()))
    );
    for (index, step) in advice.steps.iter().enumerate() {
        let first = format!("  {}. ", index + 1);
        let rest = " ".repeat(first.len());
        let _ = writeln!(
            out,
            "{}",
            layout.wrap(&printable(&step.text), &first, &rest)
        );
        if let Some(command) = &step.command {
            // A command is for copying: it is never wrapped.
            let _ = writeln!(out, "{rest}$ {}", printable(command));
        }
        let _ = writeln!(out, "{rest}{}", layout.paint(DIM, step.source));
    }
    if let Some(retry) = advice.retry {
        let text = format!(
            "Retry: wait {} s, then twice as long each time, up to {} s. If it lasts longer than {} s, it is time for a support request.",
            retry.first_wait_s, retry.max_wait_s, retry.escalate_after_s
        );
        let _ = writeln!(out, "{}", layout.wrap(&text, "  ", "  "));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::triage::{Category, Situation, advise};

    #[test]
    fn steps_are_numbered_and_commands_stay_whole() {
        let situation = Situation {
            host: Some("shop.postgres.database.azure.com".into()),
            client_ip: Some("203.0.113.7".into()),
            ..Situation::default()
        };
        let layout = Layout {
            colour: false,
            width: 60,
        };
        let text = advice(&advise(Category::ServerFirewall, &situation), layout);
        assert!(
            text.starts_with("The server is there and turns this client's address away. (server-firewall; it stays until something is changed)\n  1. Allow 203.0.113.7"),
            "{text}"
        );
        let command = text.lines().find(|l| l.contains("$ az")).unwrap();
        assert!(command.ends_with("203.0.113.7"), "{command}");
        assert!(!text.contains("Retry:"), "{text}");
        let passing = advice(
            &advise(Category::ServerStartingOrStopping, &situation),
            layout,
        );
        assert!(passing.contains("Retry: wait 5 s"), "{passing}");
    }
}
