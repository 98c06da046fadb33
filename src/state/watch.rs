//! A watch: its looks on a line, the outages among them, and what they come to in words.

use super::words::count;
use connlint_core::triage::{ESCALATE_AFTER_S, duration};
use connlint_probe_api::{Round, WatchKind, WatchVerdict};

/// How long Azure's advice waits before it takes an error for one that does not pass, in microseconds.
pub const PERSISTENT_US: u64 = ESCALATE_AFTER_S as u64 * 1_000_000;

/// A time without a look that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// When the first look that failed began, in microseconds since the watch began.
    pub from_us: u64,
    /// When the next one that succeeded began; the end of the last look, where none did.
    pub to_us: u64,
    /// Whether no look has succeeded since.
    pub ongoing: bool,
    /// How many looks failed.
    pub looks: usize,
    /// The code of what failed first.
    pub code: String,
}

impl Outage {
    /// How long it lasted at least, in microseconds.
    #[must_use]
    pub const fn lasted_us(&self) -> u64 {
        self.to_us.saturating_sub(self.from_us)
    }
}

/// The outages among the looks, in their order.
#[must_use]
pub fn outages(rounds: &[Round]) -> Vec<Outage> {
    let mut outages: Vec<Outage> = Vec::new();
    for round in rounds {
        let end = round.t_us.saturating_add(round.dur_us);
        match outages.last_mut().filter(|last| last.ongoing) {
            Some(last) if round.reachable => {
                last.to_us = round.t_us;
                last.ongoing = false;
            }
            Some(last) => {
                last.to_us = end;
                last.looks += 1;
            }
            None if round.reachable => {}
            None => outages.push(Outage {
                from_us: round.t_us,
                to_us: end,
                ongoing: true,
                looks: 1,
                code: round.code.clone(),
            }),
        }
    }
    outages
}

/// Up to when the line goes, in microseconds: as long as the watch was to take, or as long as it took.
#[must_use]
pub fn length_us(rounds: &[Round], watched: u16) -> u64 {
    let last = rounds.last().map_or(0, |r| r.t_us.saturating_add(r.dur_us));
    (u64::from(watched) * 1_000_000).max(last).max(1)
}

/// Where the line has marks, in seconds: few enough to be read.
#[must_use]
pub fn ticks(length_us: u64) -> Vec<u64> {
    let seconds = length_us / 1_000_000;
    let step = [1, 2, 5, 10, 15, 30, 60, 120]
        .into_iter()
        .find(|step| seconds / step <= 8)
        .unwrap_or(300);
    (0..=seconds / step).map(|n| n * step).collect()
}

/// What the looks so far say.
#[must_use]
pub fn so_far(rounds: &[Round]) -> String {
    let failed = rounds.iter().filter(|round| !round.reachable).count();
    let looks = count(rounds.len(), "look", "looks");
    match (rounds.last(), failed) {
        (None, _) => "The first look is under way.".into(),
        (Some(_), 0) => format!("{looks} so far, the server answered each time."),
        (Some(last), _) => {
            let now = if last.reachable {
                "It answers now."
            } else {
                "It does not answer now."
            };
            format!("{looks} so far, {failed} without an answer. {now}")
        }
    }
}

/// How long something lasted, to the second.
#[must_use]
pub fn lasted(us: u64) -> String {
    match us {
        0..500_000 => "less than a second".into(),
        _ => duration(u32::try_from((us + 500_000) / 1_000_000).unwrap_or(u32::MAX)),
    }
}

/// `After 12 s: no answer for 6 s, 3 looks (tcp.refused)`.
#[must_use]
pub fn line(outage: &Outage) -> String {
    let after = outage.from_us / 1_000_000;
    let lasted = lasted(outage.lasted_us());
    let looks = count(outage.looks, "look", "looks");
    let end = if outage.ongoing {
        ", and no end yet"
    } else {
        ""
    };
    format!(
        "After {after} s: no answer for {lasted}{end}, {looks} ({})",
        outage.code
    )
}

/// What the watch came to, as a heading.
#[must_use]
pub const fn title(kind: WatchKind) -> &'static str {
    match kind {
        WatchKind::Steady => "The server answered every time",
        WatchKind::Transient => "It was a blip",
        WatchKind::Persistent => "It is an outage, not a blip",
        WatchKind::Flapping => "It comes and goes",
        WatchKind::Undecided => "It is too early to tell a blip from an outage",
        WatchKind::Unknown => "The watch is over",
    }
}

/// What the watch came to, and what follows from it.
#[must_use]
pub fn words(verdict: &WatchVerdict) -> String {
    let looks = usize::try_from(verdict.rounds).unwrap_or(usize::MAX);
    let looks = count(looks, "look", "looks");
    let longest = lasted(verdict.longest_outage_us);
    let failed = verdict.failed;
    let seen = match (verdict.failed, verdict.ongoing) {
        (0, _) => format!("{looks}, none of them failed."),
        (_, true) => format!("{failed} of {looks} failed, for {longest} and still at the end."),
        (_, false) => format!("{failed} of {looks} failed; the longest gap was {longest}."),
    };
    let follows = match verdict.kind {
        WatchKind::Steady => "If the application still fails now and then, watch for longer.",
        WatchKind::Transient => {
            "It passed by itself within a minute. An application gets over it by trying again: wait 5 seconds, then double the wait, up to 60 seconds."
        }
        WatchKind::Persistent => {
            "Trying again will not help by itself: what the last look found has to be mended."
        }
        WatchKind::Flapping => {
            "Trying again hides it, and does not cure it. If it happens several times a day, open a support request with these times."
        }
        WatchKind::Undecided => {
            "Azure’s advice takes an error for a lasting one after 60 seconds. Watch for longer."
        }
        WatchKind::Unknown => "",
    };
    format!("{seen} {follows}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_probe_api::Outcome;

    /// One look every two seconds, each of 100 ms: `+` succeeds, `-` fails.
    fn looks(drawn: &str) -> Vec<Round> {
        let looks = drawn.chars().zip(0_u32..);
        looks
            .map(|(c, n)| Round {
                number: n + 1,
                t_us: u64::from(n) * 2_000_000,
                dur_us: 100_000,
                outcome: if c == '+' {
                    Outcome::ReachableReady
                } else {
                    Outcome::Unreachable
                },
                reachable: c == '+',
                code: if c == '+' { "close.ok" } else { "tcp.refused" }.into(),
                category: None,
                persistence: None,
                next_us: None,
            })
            .collect()
    }

    #[test]
    fn an_outage_goes_from_the_first_failure_to_the_next_success() {
        let found = outages(&looks("++--+-+"));
        let spans: Vec<(u64, u64, bool)> = found
            .iter()
            .map(|o| (o.from_us / 1_000, o.to_us / 1_000, o.ongoing))
            .collect();
        assert_eq!(spans, [(4_000, 8_000, false), (10_000, 12_000, false)]);
        assert_eq!(found[0].looks, 2);
        assert_eq!(found[0].lasted_us(), 4_000_000);
    }

    #[test]
    fn an_outage_without_an_end_goes_on() {
        let found = outages(&looks("+--"));
        assert_eq!(found.len(), 1);
        assert!(found[0].ongoing);
        assert_eq!(found[0].to_us, 4_100_000);
        assert!(outages(&[]).is_empty() && outages(&looks("+++")).is_empty());
    }

    #[test]
    fn the_line_is_as_long_as_the_watch_from_the_beginning() {
        assert_eq!(length_us(&[], 60), 60_000_000);
        assert_eq!(length_us(&looks("+++"), 60), 60_000_000);
        assert_eq!(length_us(&looks("+++"), 4), 4_100_000, "it took longer");
        assert_eq!(ticks(60_000_000), [0, 10, 20, 30, 40, 50, 60]);
        assert_eq!(ticks(600_000_000).len(), 6);
        assert_eq!(ticks(1), [0]);
    }

    #[test]
    fn what_is_said_meanwhile_follows_the_last_look() {
        assert_eq!(so_far(&[]), "The first look is under way.");
        assert_eq!(
            so_far(&looks("+")),
            "1 look so far, the server answered each time."
        );
        assert_eq!(
            so_far(&looks("+-")),
            "2 looks so far, 1 without an answer. It does not answer now."
        );
        assert!(so_far(&looks("-+")).ends_with("It answers now."));
    }

    #[test]
    fn an_outage_is_a_line() {
        assert_eq!(
            line(&outages(&looks("+--+"))[0]),
            "After 2 s: no answer for 4 s, 2 looks (tcp.refused)"
        );
        assert!(line(&outages(&looks("-"))[0]).contains("no end yet"));
    }

    #[test]
    fn times_are_short_to_read() {
        assert_eq!(lasted(300_000), "less than a second");
        assert_eq!(lasted(59_700_000), "1 min 0 s");
        assert_eq!(lasted(5_900_000), "6 s");
    }

    #[test]
    fn every_verdict_says_what_was_seen_and_what_follows() {
        use WatchKind::{Flapping, Persistent, Steady, Transient, Undecided};
        for kind in [Steady, Transient, Persistent, Flapping, Undecided] {
            let verdict = WatchVerdict {
                kind,
                rounds: 30,
                failed: u32::from(kind != Steady) * 3,
                longest_outage_us: 6_000_000,
                ongoing: kind == Undecided,
            };
            let words = words(&verdict);
            assert!(
                words.contains("30 looks") && words.ends_with('.'),
                "{words}"
            );
            assert_eq!(words.contains(" 6 s"), kind != Steady, "{words}");
        }
    }
}
