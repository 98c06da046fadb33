//! A watch: looks at intervals, and what they say together about an outage.
//!
//! The pauses follow Azure's advice for retries (5 s first, longer later) and stay below 15 s, so that
//! the 60 seconds after which an error counts as more than a blip are seen clearly enough. See
//! <https://learn.microsoft.com/azure/postgresql/troubleshoot/concepts-connectivity>.

use crate::codes;
use connlint_core::triage::{ESCALATE_AFTER_S, duration};
use connlint_probe_api::{Outcome, Round, Verdict, WatchKind, WatchVerdict};
use std::future::Future;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// The pauses between the end of a look and the beginning of the next one; the last one stays.
const PAUSES: [Duration; 6] = [
    Duration::from_secs(5),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(10),
    Duration::from_secs(10),
    Duration::from_secs(15),
];

/// An outage that was seen for longer than this does not count as a blip.
const LONG: Duration = Duration::from_secs(ESCALATE_AFTER_S as u64);

/// How one look came out; times count from the beginning of the watch.
#[derive(Clone, Debug)]
struct Look {
    began: Duration,
    ended: Duration,
    failed: bool,
    code: String,
    /// It failed in a way that does not end by itself.
    persistent: bool,
    /// The probe's own rules forbid the target, which another look cannot change.
    forbidden: bool,
    /// The probe was kept from looking, by its limits or by itself: this says nothing of the server.
    blind: bool,
}

impl Look {
    fn of(began: Duration, ended: Duration, verdict: &Verdict) -> Self {
        let limited = verdict.code == codes::RATE_LIMITED.name;
        let blind = limited || verdict.outcome == Outcome::ProbeFault;
        Self {
            began,
            ended,
            failed: !verdict.reachable && !blind,
            code: verdict.code.clone(),
            persistent: verdict.persistence.as_deref() == Some("persistent"),
            forbidden: verdict.outcome == Outcome::DeniedByPolicy && !blind,
            blind,
        }
    }
}

/// Looks again and again until the time is over or more looks can tell nothing new, and concludes.
///
/// `look` makes the look of this number; `tell` is told after each.
pub(crate) async fn run<L: Future<Output = Verdict>>(
    total: Duration,
    mut look: impl FnMut(u32) -> L,
    mut tell: impl FnMut(Round),
) -> Verdict {
    let start = Instant::now();
    let mut looks: Vec<Look> = Vec::new();
    let mut number = 0;
    loop {
        number += 1;
        let began = start.elapsed();
        let verdict = look(number).await;
        let this = Look::of(began, start.elapsed(), &verdict);
        let took = this.ended.saturating_sub(began);
        looks.push(this);
        let next = next_look(&looks, total);
        tell(Round {
            number,
            t_us: micros(began),
            dur_us: micros(took),
            outcome: verdict.outcome,
            reachable: verdict.reachable,
            code: verdict.code.clone(),
            category: verdict.category.clone(),
            persistence: verdict.persistence.clone(),
            next_us: next.map(micros),
        });
        match next {
            Some(at) => sleep_until(start + at).await,
            None => return conclude(&looks, verdict, micros(start.elapsed())),
        }
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// When the next look begins; none if this was the last.
fn next_look(looks: &[Look], total: Duration) -> Option<Duration> {
    let last = looks.last()?;
    if ends_early(looks) {
        return None;
    }
    let [shortest, .., longest] = PAUSES;
    let pause = PAUSES.get(looks.len() - 1).copied().unwrap_or(longest);
    if last.ended + pause <= total {
        Some(last.ended + pause)
    } else {
        // The time that was asked for is looked at to its end, if that is not too soon.
        (last.ended + shortest <= total).then_some(total)
    }
}

/// Whether further looks would only repeat what is known: twice the same failure that does not end
/// by itself, or a target that the probe's rules forbid.
fn ends_early(looks: &[Look]) -> bool {
    match looks {
        [.., last] if last.forbidden => true,
        [.., before, last] => before.persistent && last.persistent && before.code == last.code,
        _ => false,
    }
}

/// A number of looks in a row that all failed.
struct Outage {
    /// From the first of them to the end of the last: for so long it was certainly there.
    seen: Duration,
    /// From the first of them to the first look that succeeded again, or to the end.
    length: Duration,
}

fn outages(looks: &[Look]) -> Vec<Outage> {
    let mut all = Vec::new();
    let mut rest = looks;
    while let Some(first) = rest.iter().position(|look| look.failed) {
        let run = rest.get(first..).unwrap_or_default();
        let count = run.iter().position(|l| !l.failed).unwrap_or(run.len());
        let (failed, after) = run.split_at(count);
        if let [begin, ..] = failed
            && let [.., end] = failed
        {
            let over = after.first().map_or(end.ended, |look| look.began);
            all.push(Outage {
                seen: end.ended.saturating_sub(begin.began),
                length: over.saturating_sub(begin.began),
            });
        }
        rest = after;
    }
    all
}

/// What the looks say together.
fn judge(looks: &[Look]) -> WatchVerdict {
    let seeing: Vec<Look> = looks.iter().filter(|look| !look.blind).cloned().collect();
    let outages = outages(&seeing);
    let ongoing = seeing.last().is_some_and(|look| look.failed);
    let kind = if seeing.is_empty() {
        WatchKind::Undecided
    } else if outages.is_empty() {
        WatchKind::Steady
    } else if ongoing && ends_early(looks) || outages.iter().any(|outage| outage.seen > LONG) {
        WatchKind::Persistent
    } else if outages.len() > 1 {
        WatchKind::Flapping
    } else if ongoing {
        WatchKind::Undecided
    } else {
        WatchKind::Transient
    };
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let longest = outages.iter().map(|outage| outage.length).max();
    WatchVerdict {
        kind,
        rounds: count(looks.len()),
        failed: count(looks.iter().filter(|look| look.failed).count()),
        longest_outage_us: micros(longest.unwrap_or_default()),
        ongoing,
    }
}

/// The verdict of the watch: that of its last look, with what all of them say.
fn conclude(looks: &[Look], mut verdict: Verdict, total_us: u64) -> Verdict {
    let watch = judge(looks);
    let seconds = |us: u64| u32::try_from(us / 1_000_000).unwrap_or(u32::MAX);
    let longest = duration(seconds(watch.longest_outage_us).max(1));
    let early = ends_early(looks);
    let now = verdict.summary.clone();
    verdict.summary = match (watch.kind, watch.ongoing) {
        // The last look may be the one that the probe was kept from.
        (WatchKind::Steady, _) if !verdict.reachable => format!(
            "{now} The server was reached at each of the {} looks before.",
            looks.iter().filter(|look| !look.blind).count()
        ),
        (WatchKind::Steady, _) => format!(
            "{now} That was so at each of {} looks in {}.",
            looks.iter().filter(|look| !look.blind).count(),
            duration(seconds(total_us))
        ),
        (WatchKind::Transient, _) => format!(
            "The server was out of reach for about {longest}, and came back by itself. Now: {now}"
        ),
        (WatchKind::Persistent, true) if early => {
            format!("{now} That does not end by itself, so the watch stopped early.")
        }
        (WatchKind::Persistent, true) => format!(
            "{now} Nothing better was seen for {longest}, and most interruptions end within {ESCALATE_AFTER_S} seconds."
        ),
        (WatchKind::Persistent, false) => format!(
            "The server was out of reach for about {longest}, longer than most interruptions are, and came back. Now: {now}"
        ),
        (WatchKind::Flapping, _) => format!(
            "The server comes and goes: {} of {} looks failed, and the longest outage took about {longest}. Now: {now}",
            watch.failed, watch.rounds
        ),
        (WatchKind::Undecided, false) => now,
        (WatchKind::Undecided, true) => format!(
            "{now} It has been so for {longest}. Whether it ends by itself shows only after {ESCALATE_AFTER_S} seconds: \
             watch for longer."
        ),
        (WatchKind::Unknown, _) => now,
    };
    let mut next: Vec<String> = Vec::new();
    if matches!(watch.kind, WatchKind::Transient | WatchKind::Flapping) {
        next.push(
            "Let the application try again: after 5 seconds first, then with longer waits, up to 60 seconds."
                .to_owned(),
        );
    }
    if watch.kind == WatchKind::Flapping || watch.kind == WatchKind::Persistent && !watch.ongoing {
        next.push(
            "Look at the server's log and load for these times: restarts, failovers, full connection slots.".to_owned(),
        );
    }
    next.append(&mut verdict.next);
    verdict.next = next;
    if watch.kind == WatchKind::Persistent && watch.ongoing && verdict.persistence.is_some() {
        verdict.persistence = Some("persistent".to_owned());
    }
    verdict.total_us = total_us;
    verdict.watch = Some(watch);
    verdict
}

#[cfg(test)]
mod tests;
