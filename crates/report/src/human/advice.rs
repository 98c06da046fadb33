//! What to do about a failure, for people.

use super::{BOLD, DIM, Layout};
use crate::printable::printable;
use connlint_core::triage::{Advice, Step};
use std::fmt::Write as _;

/// The steps of `advice` in the order to try, and how to try again.
pub(super) fn advice(advice: &Advice, layout: Layout) -> String {
    let mut out = String::new();
    if !advice.steps.is_empty() {
        let _ = writeln!(out, "{}", layout.paint(BOLD, "What to do"));
    }
    for (index, step) in advice.steps.iter().enumerate() {
        write_step(index + 1, step, layout, &mut out);
    }
    if let Some(retry) = advice.retry {
        let text = format!(
            "wait {} s, then twice as long each time, up to {} s; give up after {} tries.",
            retry.first_wait_s, retry.max_wait_s, retry.max_tries
        );
        let _ = writeln!(out, "\n{}", layout.paint(BOLD, "Try again"));
        let _ = writeln!(out, "{}", layout.wrap(&text, "  ", "  "));
        if let Some(writes) = advice.writes {
            let _ = writeln!(out, "{}", layout.wrap(writes, "  ", "  "));
        }
        if let Some(snippet) = advice.code {
            let needs = format!("With {}:", snippet.needs);
            let _ = writeln!(out, "\n{}", layout.wrap(&needs, "  ", "  "));
            for line in snippet.code.lines() {
                let line = line.replace('\t', "    ");
                let _ = writeln!(out, "{}", format!("    {line}").trim_end());
            }
        }
    }
    out
}

fn write_step(number: usize, step: &Step, layout: Layout, out: &mut String) {
    let first = format!("  {number}. ");
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
    for other in &step.alternatives {
        let mut lines = other.text.lines();
        if other.text.contains('\n') {
            let _ = writeln!(out, "{rest}{}:", other.title);
        } else if let Some(line) = lines.next() {
            let _ = writeln!(out, "{rest}{}: {}", other.title, printable(line));
        }
        for line in lines {
            let _ = writeln!(out, "{rest}  {}", printable(line));
        }
    }
    let _ = writeln!(out, "{rest}{}", layout.paint(DIM, step.source));
}
