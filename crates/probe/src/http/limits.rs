//! How much may be asked, and by whom: rates for clients, targets and all together, and what may be
//! under way at the same time. Every probe costs its target a process and a TLS handshake, so the
//! limits for targets are the ones that matter to others.

use super::client::{ClientKey, network};
use super::options::{CallerLimits, Rate, WatchLimits};
use crate::walk::Gate;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use ipnet::IpNet;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Governor with the runtime's clock, which tests can stop.
#[derive(Clone, Debug)]
struct RuntimeClock(Instant);

impl Clock for RuntimeClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

type Limiter<K, S> = RateLimiter<K, S, RuntimeClock, NoOpMiddleware<Nanos>>;

/// Why a request has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// This client asked for many.
    Client,
    /// This client named many different targets.
    Distinct,
    /// This target was probed often.
    Target,
    /// This target is being probed now.
    TargetBusy,
    /// This client watches already.
    ClientWatches,
    /// Too many probes of all callers in a second.
    Rate,
    /// Too many probes of all callers under way.
    Full,
    /// Too many watches of all callers under way.
    Watches,
    /// More clients or targets than are kept in mind.
    Crowd,
}

/// A request that may not go on now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) why: Why,
    /// When it is worth asking again.
    pub(super) after: Duration,
}

/// A rate for each key.
struct Keyed<K: Hash + Eq + Clone> {
    limiter: Limiter<K, HashMapStateStore<K>>,
    clock: RuntimeClock,
    /// How many keys are kept.
    most: usize,
    swept: Mutex<Instant>,
}

/// How often keys that do not matter any more are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

impl<K: Hash + Eq + Clone> Keyed<K> {
    fn new(rate: Rate, most: usize, clock: RuntimeClock) -> Self {
        Self {
            limiter: RateLimiter::hashmap_with_clock(quota(rate), clock.clone()),
            clock,
            most,
            swept: Mutex::new(Instant::now()),
        }
    }

    fn check(&self, key: &K, why: Why) -> Result<(), Refused> {
        self.sweep();
        if self.limiter.len() >= self.most {
            return Err(Refused {
                why: Why::Crowd,
                after: SWEEP_EVERY,
            });
        }
        self.limiter.check_key(key).map_err(|until| Refused {
            why,
            after: until.wait_time_from(self.clock.now()),
        })
    }

    /// Forgets the keys that have their full rate again.
    fn sweep(&self) {
        let mut swept = lock(&self.swept);
        if swept.elapsed() >= SWEEP_EVERY {
            *swept = Instant::now();
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
    }
}

fn quota(rate: Rate) -> Quota {
    let number = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
    Quota::per_minute(number(rate.per_minute)).allow_burst(number(rate.burst))
}

/// Which targets a client named, and when last.
#[derive(Default)]
struct Named {
    clients: HashMap<ClientKey, HashMap<String, Instant>>,
    swept: Option<Instant>,
}

/// What is under way.
#[derive(Default)]
struct Flight {
    count: usize,
    /// The target, and when its probe is over at the latest.
    targets: HashMap<String, Instant>,
    watches: HashMap<ClientKey, usize>,
}

/// All limits of one probe.
pub(super) struct Limits {
    callers: CallerLimits,
    clients: Option<Keyed<ClientKey>>,
    targets: Option<Keyed<String>>,
    networks: Option<Keyed<IpNet>>,
    all: Limiter<NotKeyed, InMemoryState>,
    clock: RuntimeClock,
    named: Mutex<Named>,
    flight: Arc<Mutex<Flight>>,
}

/// What is asked for.
pub(super) struct Ask {
    pub(super) client: ClientKey,
    /// As [`Limits::target`] writes them.
    pub(super) targets: Vec<String>,
    /// How long it may take.
    pub(super) lasts: Duration,
    pub(super) watch: bool,
}

/// The right to probe; ends when dropped.
pub(super) struct Permit {
    flight: Arc<Mutex<Flight>>,
    ask: Ask,
}

/// A look is mostly over much sooner than it may take.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Limits {
    pub(super) fn new(callers: CallerLimits) -> Self {
        let clock = RuntimeClock(Instant::now());
        let per_second = NonZeroU32::new(callers.per_second).unwrap_or(NonZeroU32::MIN);
        fn keyed<K: Hash + Eq + Clone>(
            rate: Option<Rate>,
            callers: &CallerLimits,
            clock: &RuntimeClock,
        ) -> Option<Keyed<K>> {
            rate.map(|rate| Keyed::new(rate, callers.keys, clock.clone()))
        }
        Self {
            clients: keyed(callers.client, &callers, &clock),
            targets: keyed(callers.target, &callers, &clock),
            networks: keyed(callers.network, &callers, &clock),
            all: RateLimiter::direct_with_clock(Quota::per_second(per_second), clock.clone()),
            clock,
            named: Mutex::default(),
            flight: Arc::default(),
            callers,
        }
    }

    pub(super) fn callers(&self) -> &CallerLimits {
        &self.callers
    }

    /// How many more probes may begin now.
    pub(super) fn free(&self) -> usize {
        self.callers
            .in_flight
            .saturating_sub(lock(&self.flight).count)
    }

    /// How many probes are under way.
    pub(super) fn in_flight(&self) -> usize {
        lock(&self.flight).count
    }

    /// What counts as one target.
    pub(super) fn target(&self, host: &str, port: u16) -> String {
        if self.callers.host_is_target {
            host.to_owned()
        } else {
            format!("{host} {port}")
        }
    }

    /// Counts a request for its client, whatever becomes of it.
    pub(super) fn client(&self, ask: &Ask) -> Result<(), Refused> {
        if let Some(clients) = &self.clients {
            clients.check(&ask.client, Why::Client)?;
        }
        self.distinct(ask)
    }

    fn distinct(&self, ask: &Ask) -> Result<(), Refused> {
        let Some(limit) = self.callers.distinct else {
            return Ok(());
        };
        let now = Instant::now();
        let mut named = lock(&self.named);
        if named.swept.is_none_or(|at| now - at >= SWEEP_EVERY) {
            named.swept = Some(now);
            named.clients.retain(|_, targets| {
                targets.retain(|_, at| now - *at < limit.within);
                !targets.is_empty()
            });
        }
        if named.clients.len() >= self.callers.keys && !named.clients.contains_key(&ask.client) {
            return Err(Refused {
                why: Why::Crowd,
                after: SWEEP_EVERY,
            });
        }
        let targets = named.clients.entry(ask.client).or_default();
        targets.retain(|_, at| now - *at < limit.within);
        let mut new: Vec<&String> = ask
            .targets
            .iter()
            .filter(|target| !targets.contains_key(*target))
            .collect();
        new.sort_unstable();
        new.dedup();
        if targets.len() + new.len() > limit.most {
            let oldest = targets.values().min().copied().unwrap_or(now);
            return Err(Refused {
                why: Why::Distinct,
                after: limit.within.saturating_sub(now - oldest),
            });
        }
        for target in &ask.targets {
            targets.insert(target.clone(), now);
        }
        Ok(())
    }

    /// Takes the right to probe.
    pub(super) fn begin(&self, ask: Ask) -> Result<Permit, Refused> {
        let now = Instant::now();
        let mut flight = lock(&self.flight);
        // What is looked at only comes before what is counted, so that a refusal costs nothing.
        if let Some(until) = ask.targets.iter().find_map(|t| flight.targets.get(t)) {
            return Err(Refused {
                why: Why::TargetBusy,
                after: (*until - now).min(LOOK_AGAIN),
            });
        }
        if flight.count >= self.callers.in_flight {
            let next = flight.targets.values().min().copied().unwrap_or(now);
            return Err(Refused {
                why: Why::Full,
                after: (next - now).min(LOOK_AGAIN),
            });
        }
        if ask.watch
            && let Some(why) = self.watches_in_the_way(&flight, ask.client)
        {
            return Err(Refused {
                why,
                after: LOOK_AGAIN,
            });
        }
        self.all.check().map_err(|until| Refused {
            why: Why::Rate,
            after: until.wait_time_from(self.clock.now()),
        })?;
        if let Some(targets) = &self.targets {
            for target in &ask.targets {
                targets.check(target, Why::Target)?;
            }
        }
        flight.count += 1;
        for target in &ask.targets {
            flight.targets.insert(target.clone(), now + ask.lasts);
        }
        if ask.watch {
            *flight.watches.entry(ask.client).or_default() += 1;
        }
        drop(flight);
        Ok(Permit {
            flight: Arc::clone(&self.flight),
            ask,
        })
    }

    fn watches_in_the_way(&self, flight: &Flight, client: ClientKey) -> Option<Why> {
        let WatchLimits {
            at_once,
            per_client,
            ..
        } = self.callers.watches?;
        if flight
            .watches
            .get(&client)
            .is_some_and(|n| *n >= per_client)
        {
            return Some(Why::ClientWatches);
        }
        (flight.watches.values().sum::<usize>() >= at_once).then_some(Why::Watches)
    }
}

/// Counts connections for the network around their address.
impl Gate for Limits {
    fn admits(&self, ip: IpAddr) -> bool {
        self.networks
            .as_ref()
            .is_none_or(|networks| networks.check(&network(ip, 24, 48), Why::Target).is_ok())
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut flight = lock(&self.flight);
        flight.count = flight.count.saturating_sub(1);
        for target in &self.ask.targets {
            flight.targets.remove(target);
        }
        if self.ask.watch
            && let Some(count) = flight.watches.get_mut(&self.ask.client)
        {
            *count -= 1;
            if *count == 0 {
                flight.watches.remove(&self.ask.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::options::Distinct;
    use super::*;
    use connlint_probe_api::Mode;
    use tokio::time::advance;

    fn ask(client: &str, targets: &[&str]) -> Ask {
        Ask {
            client: ClientKey::of(client.parse().unwrap()),
            targets: targets.iter().map(|&t| t.to_owned()).collect(),
            lasts: Duration::from_secs(20),
            watch: false,
        }
    }

    fn public() -> Limits {
        Limits::new(CallerLimits::of(Mode::Public))
    }

    fn why<T>(result: Result<T, Refused>) -> Option<(Why, u64)> {
        result
            .err()
            .map(|refused| (refused.why, refused.after.as_millis() as u64))
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_has_three_at_once_and_six_a_minute() {
        let limits = public();
        let one = ask("192.0.2.1", &["a"]);
        for _ in 0..3 {
            assert_eq!(limits.client(&one), Ok(()));
        }
        assert_eq!(why(limits.client(&one)), Some((Why::Client, 10_000)));
        advance(Duration::from_secs(4)).await;
        assert_eq!(why(limits.client(&one)), Some((Why::Client, 6_000)));
        assert_eq!(limits.client(&ask("192.0.2.2", &["a"])), Ok(()));
        advance(Duration::from_secs(6)).await;
        assert_eq!(limits.client(&one), Ok(()));
        assert!(limits.client(&one).is_err());
        advance(Duration::from_secs(60)).await;
        for _ in 0..3 {
            assert_eq!(limits.client(&one), Ok(()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_neighbour_in_the_same_64_is_the_same_client() {
        let limits = public();
        for last in ["1", "2", "3"] {
            let ip = format!("2001:db8::{last}");
            assert_eq!(limits.client(&ask(&ip, &["a"])), Ok(()));
        }
        assert!(limits.client(&ask("2001:db8::4", &["a"])).is_err());
        assert!(limits.client(&ask("2001:db8:0:1::4", &["a"])).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_names_ever_new_targets_is_stopped() {
        let limits = Limits::new(CallerLimits {
            client: None,
            distinct: Some(Distinct {
                most: 3,
                within: Duration::from_secs(600),
            }),
            ..CallerLimits::of(Mode::Public)
        });
        assert_eq!(limits.client(&ask("192.0.2.1", &["a", "b"])), Ok(()));
        advance(Duration::from_secs(100)).await;
        assert_eq!(limits.client(&ask("192.0.2.1", &["c"])), Ok(()));
        let refused = why(limits.client(&ask("192.0.2.1", &["d"])));
        assert_eq!(refused, Some((Why::Distinct, 500_000)));
        // The same ones again, and another client, are fine.
        assert_eq!(limits.client(&ask("192.0.2.1", &["c", "b"])), Ok(()));
        assert_eq!(limits.client(&ask("192.0.2.2", &["d"])), Ok(()));
        advance(Duration::from_secs(501)).await;
        assert_eq!(limits.client(&ask("192.0.2.1", &["d"])), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_target_is_probed_once_at_a_time_and_six_times_a_minute() {
        let limits = public();
        let first = limits.begin(ask("192.0.2.1", &["a"])).unwrap();
        let busy = why(limits.begin(ask("192.0.2.2", &["b", "a"])));
        assert_eq!(busy, Some((Why::TargetBusy, 3_000)));
        assert_eq!(limits.in_flight(), 1);
        drop(first);
        drop(limits.begin(ask("192.0.2.2", &["a"])).unwrap());
        let refused = why(limits.begin(ask("192.0.2.3", &["a"])));
        assert_eq!(refused, Some((Why::Target, 10_000)));
        assert!(limits.begin(ask("192.0.2.3", &["b"])).is_ok());
        assert_eq!(limits.in_flight(), 0, "a refusal holds nothing");
    }

    #[tokio::test(start_paused = true)]
    async fn there_are_so_many_in_all_and_so_many_a_second() {
        let mut callers = CallerLimits::of(Mode::Public);
        callers.in_flight = 2;
        callers.per_second = 3;
        let limits = Limits::new(callers);
        let held = ["a", "b"].map(|t| limits.begin(ask("192.0.2.1", &[t])).unwrap());
        assert_eq!(limits.free(), 0);
        let full = why(limits.begin(ask("192.0.2.1", &["c"])));
        assert_eq!(full, Some((Why::Full, 3_000)));
        drop(held);
        assert!(limits.begin(ask("192.0.2.1", &["c"])).is_ok());
        let refused = why(limits.begin(ask("192.0.2.1", &["d"]))).unwrap();
        assert_eq!(refused.0, Why::Rate);
        assert!(refused.1 <= 334, "{refused:?}");
        advance(Duration::from_millis(334)).await;
        assert!(limits.begin(ask("192.0.2.1", &["d"])).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn watches_are_counted_for_their_time() {
        let mut callers = CallerLimits::of(Mode::Public);
        callers.watches = Some(WatchLimits {
            seconds: 60,
            at_once: 2,
            per_client: 1,
        });
        let limits = Limits::new(callers);
        let watch = |client, target| Ask {
            watch: true,
            ..ask(client, &[target])
        };
        let first = limits.begin(watch("192.0.2.1", "a")).unwrap();
        let second = why(limits.begin(watch("192.0.2.1", "b")));
        assert_eq!(second.unwrap().0, Why::ClientWatches);
        let _other = limits.begin(watch("192.0.2.2", "b")).unwrap();
        let third = why(limits.begin(watch("192.0.2.3", "c")));
        assert_eq!(third.unwrap().0, Why::Watches);
        assert!(limits.begin(ask("192.0.2.3", &["c"])).is_ok());
        drop(first);
        assert!(limits.begin(watch("192.0.2.1", "d")).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_crowd_of_clients_does_not_fill_the_memory_and_is_forgotten() {
        let mut callers = CallerLimits::of(Mode::Public);
        callers.keys = 100;
        let limits = Limits::new(callers);
        let from = |n: u32| ask(&std::net::Ipv4Addr::from_bits(n).to_string(), &["a"]);
        for n in 0..100 {
            assert_eq!(limits.client(&from(n)), Ok(()));
        }
        for n in 100..1000 {
            assert_eq!(why(limits.client(&from(n))), Some((Why::Crowd, 1_000)));
        }
        // A request is forgotten when its client has its full rate again; targets take longer.
        advance(Duration::from_secs(601)).await;
        assert_eq!(limits.client(&from(5000)), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_network_is_one_target() {
        let limits = public();
        let ip = |text: &str| text.parse().unwrap();
        for n in 1..=5 {
            assert!(limits.admits(ip(&format!("192.0.2.{n}"))));
        }
        assert!(!limits.admits(ip("192.0.2.9")));
        assert!(limits.admits(ip("192.0.3.9")));
        advance(Duration::from_secs(3)).await;
        assert!(limits.admits(ip("192.0.2.9")));
    }
}
