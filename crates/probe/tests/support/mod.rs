//! What the tests of the stages share: a probe that stays on loopback, and a look at its lines.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "every test file uses its own part of this"
)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

pub mod certificates;

use connlint_probe::{
    Policy, ProbeConfig, Prober, Roots, StageBudgets, SystemDns, Tuning, line_channel,
};
use connlint_probe_api::{Detail, Event, Line, ProbeRequest, SslMode, Stage, State, Verdict};
use connlint_testkit::{FakeServer, Identity};
use rustls::ServerConfig;
use std::sync::Arc;
use std::time::Duration;

/// Short budgets, so that tests of silence take no time.
pub const BUDGET: Duration = Duration::from_millis(600);

pub fn config() -> ProbeConfig {
    ProbeConfig {
        policy: Policy::local(),
        budgets: StageBudgets {
            dns: BUDGET,
            tcp: BUDGET,
            sslrequest: BUDGET,
            tls: BUDGET * 3,
            startup: BUDGET,
            close: Duration::from_millis(300),
            address: Duration::from_secs(5),
            total: Duration::from_secs(8),
        },
        roots: Roots::bundled(),
        // No test asks a real DNS server: this one is a port on loopback where nobody listens.
        dns: Arc::new(SystemDns::with_servers(vec![
            "127.0.0.1:9".parse().unwrap(),
        ])),
        tuning: Tuning::default(),
    }
}

/// A real server forks and makes RSA or EC signatures, on a computer that may be busy.
pub fn patient() -> ProbeConfig {
    let mut config = config();
    config.budgets.sslrequest = Duration::from_secs(5);
    config.budgets.tls = Duration::from_secs(5);
    config.budgets.startup = Duration::from_secs(5);
    config.budgets.close = Duration::from_secs(2);
    config.budgets.address = Duration::from_secs(20);
    config.budgets.total = Duration::from_secs(20);
    config
}

pub struct Seen {
    pub events: Vec<Event>,
    pub verdict: Verdict,
}

impl Seen {
    /// The end of a stage.
    pub fn end(&self, stage: Stage) -> &Event {
        self.try_end(stage)
            .unwrap_or_else(|| panic!("no end of {stage:?} in {:#?}", self.events))
    }

    pub fn try_end(&self, stage: Stage) -> Option<&Event> {
        self.events
            .iter()
            .find(|e| e.stage == stage && e.state != State::Start)
    }

    pub fn code(&self, stage: Stage) -> &str {
        self.end(stage).code.as_deref().unwrap_or_default()
    }

    /// What answered in the place of a PostgreSQL server.
    pub fn answered_by(&self, stage: Stage) -> Option<&str> {
        self.detail(stage).answered_by.as_deref()
    }

    /// The modes that libpq would go on with, by the verdict.
    pub fn accepted(&self) -> Vec<&'static str> {
        let modes = self.verdict.modes.iter().filter(|m| m.accepted);
        modes.map(|m| m.sslmode.name()).collect()
    }

    pub fn detail(&self, stage: Stage) -> &Detail {
        &self.end(stage).detail
    }

    /// Category and persistence of the verdict.
    pub fn failure(&self) -> (&str, &str) {
        (
            self.verdict.category.as_deref().unwrap_or("-"),
            self.verdict.persistence.as_deref().unwrap_or("-"),
        )
    }
}

pub fn request(host: &str, port: u16, sslmode: SslMode) -> ProbeRequest {
    ProbeRequest {
        user: Some("app".into()),
        database: Some("app".into()),
        sslmode,
        ..ProbeRequest::new(host, port)
    }
}

pub async fn probe(config: ProbeConfig, request: ProbeRequest) -> Seen {
    let (out, mut lines) = line_channel();
    let verdict = Prober::new(config).probe(&request, out).await.unwrap();
    let mut events = Vec::new();
    let mut last = None;
    while let Some(line) = lines.recv().await {
        assert!(last.is_none(), "the verdict is the last line");
        match line {
            Line::Event(event) => events.push(event),
            Line::Verdict(line) => last = Some(line.verdict),
            Line::Round(_) => panic!("a round without a watch"),
        }
    }
    assert_eq!(last.as_ref(), Some(&verdict));
    for (index, event) in events.iter().enumerate() {
        assert_eq!(event.seq as usize, index);
        assert_eq!(event.category.is_some(), event.persistence.is_some());
    }
    assert!(events.windows(2).all(|pair| pair[0].t_us <= pair[1].t_us));
    Seen { events, verdict }
}

/// Probes 127.0.0.1 with the usual user.
pub async fn look(port: u16, sslmode: SslMode) -> Seen {
    probe(config(), request("127.0.0.1", port, sslmode)).await
}

pub async fn look_at(server: &FakeServer) -> Seen {
    look(server.port(), SslMode::Require).await
}

/// The TLS settings of a server with these application protocols.
pub fn tls(alpn: &[&str]) -> Arc<ServerConfig> {
    Identity::self_signed(&["127.0.0.1"])
        .unwrap()
        .server_config(alpn)
        .unwrap()
}

/// A server that answers every startup message over TLS with these bytes and waits for the end.
pub fn answering(bytes: Vec<u8>) -> FakeServer {
    let config = tls(&["postgresql"]);
    FakeServer::start(move |session| {
        session.up_to_startup(&config)?;
        session.send(&bytes)?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap()
}

/// A server that says these bytes to whatever comes first, and then closes.
pub fn greeting(bytes: &'static [u8]) -> FakeServer {
    FakeServer::start(move |session| {
        session.read(8)?;
        session.send(bytes)?;
        Ok(())
    })
    .unwrap()
}
