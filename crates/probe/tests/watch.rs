//! Watches and time limits from end to end, on tokio's clock, which stands still and jumps ahead when
//! nothing else happens. No test here waits.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod support;

use connlint_probe::{
    DnsAnswer, ProbeConfig, Prober, Resolve, ResolveFuture, StageBudgets, line_channel,
};
use connlint_probe_api::{
    Event, Line, Outcome, ProbeRequest, Round, SslMode, Stage, State, Verdict, Watch, WatchKind,
};
use connlint_testkit::free_port;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::{config, request};

/// Answers from a list, one entry each time, the last one for ever; an empty entry never comes.
struct Names {
    turns: Vec<Vec<IpAddr>>,
    asked: Arc<AtomicUsize>,
}

impl Resolve for Names {
    fn resolve<'a>(&'a self, name: &'a str, _budget: Duration) -> ResolveFuture<'a> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        let addresses = self.turns[turn.min(self.turns.len() - 1)].clone();
        Box::pin(async move {
            if addresses.is_empty() {
                std::future::pending::<()>().await;
            }
            Ok(DnsAnswer {
                chain: vec![name.to_owned()],
                addresses,
                failed: None,
            })
        })
    }
}

fn with_names(turns: &[&[&str]]) -> (ProbeConfig, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let read = |turn: &&[&str]| turn.iter().map(|ip| ip.parse().unwrap()).collect();
    let names = Names {
        turns: turns.iter().map(read).collect(),
        asked: Arc::clone(&asked),
    };
    let config = ProbeConfig {
        budgets: StageBudgets::default(),
        dns: Arc::new(names),
        ..config()
    };
    (config, asked)
}

struct Seen {
    events: Vec<Event>,
    rounds: Vec<Round>,
    verdict: Verdict,
}

async fn watch(config: ProbeConfig, seconds: Option<u16>) -> Seen {
    let asked = ProbeRequest {
        watch: seconds.map(|seconds| Watch { seconds }),
        ..request("db.corp.example", free_port().unwrap(), SslMode::Require)
    };
    let (out, mut lines) = line_channel();
    let verdict = Prober::new(config).probe(&asked, out).await.unwrap();
    let (mut events, mut rounds) = (Vec::new(), Vec::new());
    while let Some(line) = lines.recv().await {
        match line {
            Line::Event(event) => events.push(event),
            Line::Round(line) => rounds.push(line.round),
            Line::Verdict(_) => {}
        }
    }
    Seen {
        events,
        rounds,
        verdict,
    }
}

#[tokio::test(start_paused = true)]
async fn each_look_resolves_anew_and_its_events_bear_its_number() {
    let (config, asked) = with_names(&[&["127.0.0.1"]]);
    let seen = watch(config, Some(20)).await;
    assert_eq!(seen.rounds.len(), 4);
    assert_eq!(asked.load(Ordering::SeqCst), 4);
    for (index, event) in seen.events.iter().enumerate() {
        assert_eq!(event.seq as usize, index, "events are numbered through");
    }
    for round in &seen.rounds {
        let mine: Vec<_> = seen
            .events
            .iter()
            .filter(|e| e.round == Some(round.number))
            .collect();
        assert!(mine.iter().any(|e| e.stage == Stage::Policy));
        assert!(mine.iter().any(|e| e.stage == Stage::Tcp));
        // The same address is the same row in every look.
        assert!(
            mine.iter()
                .all(|e| e.address.as_ref().is_none_or(|a| !a.contains('#')))
        );
        assert_eq!(round.code, "tcp.refused");
    }
    let watched = seen.verdict.watch.unwrap();
    assert_eq!(watched.kind, WatchKind::Undecided);
    assert_eq!(watched.rounds, 4);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_turns_inward_between_two_looks_is_not_followed() {
    let (mut config, asked) = with_names(&[&["127.0.0.1"], &["10.1.2.3"]]);
    config.policy.kinds = vec![connlint_probe::AddressKind::Loopback];
    let seen = watch(config, Some(60)).await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(seen.rounds[0].code, "tcp.refused");
    assert_eq!(seen.rounds[1].outcome, Outcome::DeniedByPolicy);
    assert!(
        !seen
            .events
            .iter()
            .any(|e| e.round == Some(2) && e.stage == Stage::Tcp)
    );
}

#[tokio::test(start_paused = true)]
async fn a_dns_server_that_never_answers_costs_its_budget_and_no_more() {
    let (config, _) = with_names(&[&[]]);
    let seen = watch(config, None).await;
    assert_eq!(seen.verdict.code, "dns.timeout");
    assert_eq!(seen.verdict.total_us, 3_000_000);
    assert!(seen.rounds.is_empty() && seen.verdict.watch.is_none());
    assert!(seen.events.iter().all(|e| e.round.is_none()));
}

#[tokio::test(start_paused = true)]
async fn the_budget_of_the_whole_holds_for_each_look() {
    let (mut config, _) = with_names(&[&[]]);
    config.budgets.total = Duration::from_secs(2);
    let seen = watch(config, Some(30)).await;
    let starts: Vec<_> = seen.rounds.iter().map(|r| r.t_us / 1_000_000).collect();
    assert_eq!(starts, [0, 7, 14, 26]);
    assert!(seen.rounds.iter().all(|r| r.dur_us == 2_000_000));
    assert_eq!(
        seen.events
            .iter()
            .filter(|e| e.stage == Stage::Dns && e.state == State::Fail)
            .count(),
        4
    );
}

#[tokio::test(start_paused = true)]
async fn nobody_who_listens_any_more_keeps_a_watch_going() {
    let (config, asked) = with_names(&[&["127.0.0.1"]]);
    let prober = Prober::new(config);
    let (out, _lines) = line_channel();
    let request = ProbeRequest {
        watch: Some(Watch { seconds: 600 }),
        ..request("db.corp.example", free_port().unwrap(), SslMode::Require)
    };
    let watching = prober.probe(&request, out);
    assert!(
        tokio::time::timeout(Duration::from_secs(12), watching)
            .await
            .is_err()
    );
    let looks = asked.load(Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!((looks, asked.load(Ordering::SeqCst)), (3, 3));
}
