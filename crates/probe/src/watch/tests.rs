//! What watches conclude, and when they look; the clock is tokio's and stands still.

use super::*;
use connlint_probe_api::Stage;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

const S: Duration = Duration::from_secs(1);

/// A look of no length: `+` succeeds, `-` fails, `!` fails in a way that does not end by itself,
/// `?` was kept from looking.
fn look(at: u64, how: char) -> Look {
    Look {
        began: S * u32::try_from(at).unwrap(),
        ended: S * u32::try_from(at).unwrap(),
        failed: matches!(how, '-' | '!'),
        code: if how == '!' {
            "dns.nxdomain"
        } else {
            "tcp.timeout"
        }
        .to_owned(),
        persistent: how == '!',
        forbidden: false,
        blind: how == '?',
    }
}

#[test]
fn looks_are_judged_together() {
    use WatchKind::{Flapping, Persistent, Steady, Transient, Undecided};
    type Case<'a> = (&'a [(u64, char)], WatchKind, u64, bool);
    let cases: &[Case<'_>] = &[
        (&[(0, '+')], Steady, 0, false),
        (&[(0, '+'), (5, '+'), (10, '+')], Steady, 0, false),
        // One outage that ends.
        (&[(0, '+'), (5, '-'), (10, '+')], Transient, 5, false),
        (
            &[(0, '-'), (5, '-'), (10, '+'), (20, '+')],
            Transient,
            10,
            false,
        ),
        // It was seen for 55 seconds, and may have lasted 65: a minute is not certain.
        (
            &[(0, '-'), (30, '-'), (55, '-'), (65, '+')],
            Transient,
            65,
            false,
        ),
        // One that does not end.
        (&[(0, '+'), (5, '-'), (10, '-')], Undecided, 5, true),
        (&[(0, '-'), (30, '-'), (60, '-')], Undecided, 60, true),
        (&[(0, '-'), (30, '-'), (61, '-')], Persistent, 61, true),
        (
            &[(0, '-'), (30, '-'), (61, '-'), (70, '+')],
            Persistent,
            70,
            false,
        ),
        // Two looks with the same failure that does not end by itself.
        (&[(0, '!'), (5, '!')], Persistent, 5, true),
        (&[(0, '!')], Undecided, 0, true),
        (&[(0, '!'), (5, '-')], Undecided, 5, true),
        (&[(0, '!'), (5, '+')], Transient, 5, false),
        // Looks that the probe was kept from say nothing, and end no outage.
        (&[(0, '?'), (5, '?')], Undecided, 0, false),
        (&[(0, '+'), (5, '?'), (10, '+')], Steady, 0, false),
        (&[(0, '-'), (30, '?'), (65, '-')], Persistent, 65, true),
        (&[(0, '-'), (5, '+'), (10, '?')], Transient, 5, false),
        // Several.
        (
            &[(0, '-'), (5, '+'), (10, '-'), (20, '+')],
            Flapping,
            10,
            false,
        ),
        (&[(0, '-'), (5, '+'), (10, '-')], Flapping, 5, true),
        (
            &[(0, '-'), (5, '+'), (10, '-'), (40, '-'), (75, '-')],
            Persistent,
            65,
            true,
        ),
    ];
    for (looks, kind, longest, ongoing) in cases {
        let all: Vec<Look> = looks.iter().map(|(at, how)| look(*at, *how)).collect();
        let verdict = judge(&all);
        assert_eq!(verdict.kind, *kind, "{looks:?}");
        assert_eq!(verdict.longest_outage_us, longest * 1_000_000, "{looks:?}");
        assert_eq!(verdict.ongoing, *ongoing, "{looks:?}");
        assert_eq!(verdict.rounds as usize, looks.len());
        let failed = looks
            .iter()
            .filter(|(_, how)| matches!(how, '-' | '!'))
            .count();
        assert_eq!(verdict.failed as usize, failed);
    }
}

fn verdict(reachable: bool, code: &str, persistence: Option<&str>) -> Verdict {
    Verdict {
        outcome: if reachable {
            Outcome::ReachableReady
        } else {
            Outcome::Unreachable
        },
        reachable,
        code: code.to_owned(),
        stage: Stage::Tcp,
        address: None,
        category: None,
        persistence: persistence.map(str::to_owned),
        summary: "What the last look saw.".to_owned(),
        next: vec!["What to do then.".to_owned()],
        not_checked: Vec::new(),
        client_ip: None,
        modes: Vec::new(),
        watch: None,
        rows: Vec::new(),
        total_us: 0,
    }
}

fn good() -> Verdict {
    verdict(true, "pg.auth_sasl", None)
}

fn silent() -> Verdict {
    verdict(false, "tcp.timeout", Some("depends"))
}

/// Watches with looks of this length; gives the verdict and when each look began, in seconds.
async fn watch(
    seconds: u32,
    takes: Duration,
    how: impl Fn(u32) -> Verdict,
) -> (Verdict, Vec<Round>) {
    let rounds = RefCell::new(Vec::new());
    let how = &how;
    let verdict = run(
        S * seconds,
        |number| async move {
            tokio::time::sleep(takes).await;
            how(number)
        },
        |round| rounds.borrow_mut().push(round),
    )
    .await;
    (verdict, rounds.into_inner())
}

fn starts(rounds: &[Round]) -> Vec<u64> {
    rounds.iter().map(|round| round.t_us / 1_000_000).collect()
}

#[tokio::test(start_paused = true)]
async fn looks_come_at_growing_intervals_up_to_the_end() {
    let (verdict, rounds) = watch(90, Duration::ZERO, |_| good()).await;
    assert_eq!(starts(&rounds), [0, 5, 10, 20, 30, 40, 55, 70, 85, 90]);
    assert_eq!(verdict.watch.unwrap().kind, WatchKind::Steady);
    assert_eq!(verdict.total_us, 90_000_000);
    for pair in rounds.windows(2) {
        assert_eq!(pair[0].next_us, Some(pair[1].t_us));
    }
    assert_eq!(rounds.last().unwrap().next_us, None);
    let numbers: Vec<u32> = rounds.iter().map(|round| round.number).collect();
    assert_eq!(numbers, (1..=10).collect::<Vec<u32>>());
}

#[tokio::test(start_paused = true)]
async fn a_pause_begins_when_the_look_is_over_so_that_slow_looks_never_overlap() {
    let (_, rounds) = watch(60, S * 8, |_| silent()).await;
    assert_eq!(starts(&rounds), [0, 13, 26, 44, 60]);
    assert!(rounds.iter().all(|round| round.dur_us == 8_000_000));
}

#[tokio::test(start_paused = true)]
async fn a_short_watch_looks_at_its_beginning_and_its_end() {
    let (_, rounds) = watch(5, Duration::ZERO, |_| good()).await;
    assert_eq!(starts(&rounds), [0, 5]);
    let (_, rounds) = watch(5, S * 4, |_| good()).await;
    assert_eq!(starts(&rounds), [0], "not again so soon");
}

#[tokio::test(start_paused = true)]
async fn an_outage_over_a_minute_is_persistent_and_one_that_ends_is_not() {
    let (verdict, _) = watch(90, Duration::ZERO, |_| silent()).await;
    let watched = verdict.watch.unwrap();
    assert_eq!(watched.kind, WatchKind::Persistent);
    assert_eq!(watched.longest_outage_us, 90_000_000);
    assert_eq!(verdict.persistence.as_deref(), Some("persistent"));
    assert!(
        verdict.summary.contains("1 min 30 s"),
        "{}",
        verdict.summary
    );

    let back = |number| {
        if (2..5).contains(&number) {
            silent()
        } else {
            good()
        }
    };
    let (verdict, _) = watch(90, Duration::ZERO, back).await;
    let watched = verdict.watch.unwrap();
    assert_eq!(watched.kind, WatchKind::Transient);
    assert_eq!((watched.rounds, watched.failed), (10, 3));
    assert_eq!(watched.longest_outage_us, 25_000_000);
    assert!(!watched.ongoing && verdict.reachable);
    assert!(verdict.summary.contains("25 s"), "{}", verdict.summary);
    assert!(verdict.next[0].contains("try again"), "{:?}", verdict.next);
    assert_eq!(verdict.next.last().unwrap(), "What to do then.");
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_by_itself_is_looked_at_twice_and_no_more() {
    let gone = |_| verdict(false, "dns.nxdomain", Some("persistent"));
    let (verdict, rounds) = watch(600, Duration::ZERO, gone).await;
    assert_eq!(starts(&rounds), [0, 5]);
    assert_eq!(rounds[1].next_us, None);
    assert_eq!(verdict.watch.unwrap().kind, WatchKind::Persistent);
    assert!(
        verdict.summary.contains("stopped early"),
        "{}",
        verdict.summary
    );
}

#[tokio::test(start_paused = true)]
async fn what_the_probe_may_not_look_at_is_not_looked_at_again() {
    let denied = |_| Verdict {
        outcome: Outcome::DeniedByPolicy,
        ..verdict(false, "policy.host_not_allowed", None)
    };
    let (verdict, rounds) = watch(600, Duration::ZERO, denied).await;
    assert_eq!(rounds.len(), 1);
    assert_eq!(verdict.watch.unwrap().kind, WatchKind::Persistent);
    assert_eq!(verdict.persistence, None);
}

#[tokio::test(start_paused = true)]
async fn a_look_that_the_probe_s_limits_forbid_does_not_end_the_watch() {
    let limited = |number| match number {
        2 => Verdict {
            outcome: Outcome::DeniedByPolicy,
            ..verdict(false, "policy.rate_limited", None)
        },
        _ => good(),
    };
    let (verdict, rounds) = watch(30, Duration::ZERO, limited).await;
    assert_eq!(starts(&rounds), [0, 5, 10, 20, 30]);
    let watched = verdict.watch.unwrap();
    assert_eq!((watched.kind, watched.failed), (WatchKind::Steady, 0));
    assert!(
        verdict.summary.contains("each of 4 looks"),
        "{}",
        verdict.summary
    );
}

#[tokio::test(start_paused = true)]
async fn dropping_the_watch_ends_it() {
    let looks = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&looks);
    let watching = run(
        S * 600,
        move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            std::future::ready(good())
        },
        |_| {},
    );
    assert!(tokio::time::timeout(S * 12, watching).await.is_err());
    tokio::time::sleep(S * 600).await;
    assert_eq!(looks.load(Ordering::SeqCst), 3);
}
