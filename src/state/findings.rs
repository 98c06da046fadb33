//! One list of everything that is wrong: what the rules found in the text, and what the probe found at the server.

use super::document::Checked;
use super::probe::Probe;
use connlint_core::lint::Endpoint;
use connlint_core::parse::TokenKind;
use connlint_core::rules::Rule;
use connlint_core::text::slice;
use connlint_core::triage::{Advice, Category, PointsAt, Situation, advise};
use connlint_core::{Applicability, Certainty, Fix, Found, Related, Severity, Span, Target};
use connlint_probe_api::{HostPort, ProbeRequest, SslMode, SslNegotiation, Verdict};
use std::rc::Rc;

/// One entry of the list.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What is shown beside the severity: a rule's code, or a failure's category.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub certainty: Certainty,
    /// What is wrong.
    pub message: String,
    /// Why it matters and what to do.
    pub help: String,
    /// Where in the text; `None` if the text has no place for it.
    pub span: Option<Span>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// Ways to fix it, best first.
    pub fixes: Vec<Fix>,
    /// The rule, for a finding in the text.
    pub rule: Option<&'static Rule>,
    /// The steps, for a failure that the probe saw.
    pub advice: Option<Advice>,
}

impl Finding {
    /// The first fix that keeps the meaning.
    #[must_use]
    pub fn safe_fix(&self) -> Option<&Fix> {
        self.fixes
            .iter()
            .find(|f| f.applicability == Applicability::Safe)
    }
}

/// The list. Shared, never changed: two of them are equal if they are the same one.
#[derive(Clone, Debug, Default)]
pub struct Findings(Rc<[Finding]>);

impl PartialEq for Findings {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl std::ops::Deref for Findings {
    type Target = [Finding];

    fn deref(&self) -> &[Finding] {
        &self.0
    }
}

/// Which way to step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the next one.
    Next,
    /// To the one before.
    Previous,
}

impl Findings {
    /// Everything about `checked`: first what the probe saw, then the text from its beginning.
    #[must_use]
    pub fn collect(checked: &Checked, probe: &Probe) -> Self {
        let rules = checked.analysis.diagnostics().map(|d| Finding {
            code: d.code(),
            severity: d.severity,
            certainty: d.certainty,
            message: d.message.clone(),
            help: d.help.clone(),
            span: Some(d.span),
            related: d.related.clone(),
            fixes: d.fixes.clone(),
            rule: Some(d.rule),
            advice: None,
        });
        Self(failure(checked, probe).into_iter().chain(rules).collect())
    }

    /// The finding under the caret: the narrowest one whose span touches `at`.
    #[must_use]
    pub fn at(&self, at: Span) -> Option<usize> {
        self.placed()
            .filter(|(_, span)| span.start <= at.start && at.end <= span.end)
            .min_by_key(|(index, span)| (span.len(), *index))
            .map(|(index, _)| index)
    }

    /// The finding to step to, from the one that is `current` or else from the caret; goes round at the ends.
    #[must_use]
    pub fn step(&self, direction: Direction, current: Option<usize>, caret: Span) -> Option<usize> {
        let mut order: Vec<(usize, Span)> = self.placed().collect();
        order.sort_by_key(|(index, span)| (span.start, span.end, *index));
        let len = order.len();
        let here = current.and_then(|current| {
            let position = order.iter().position(|(index, _)| *index == current)?;
            let (_, span) = order.get(position)?;
            // Once the caret has left the finding, stepping goes by the caret.
            (span.start <= caret.start && caret.end <= span.end).then_some(position)
        });
        let position = match (direction, here) {
            (Direction::Next, Some(at)) => at + 1,
            (Direction::Previous, Some(at)) => at + len - 1,
            (Direction::Next, None) => order
                .iter()
                .position(|(_, span)| span.start >= caret.start)
                .unwrap_or(0),
            (Direction::Previous, None) => order
                .iter()
                .rposition(|(_, span)| span.start < caret.start)
                .unwrap_or(len.saturating_sub(1)),
        };
        order
            .get(position.checked_rem(len)?)
            .map(|(index, _)| *index)
    }

    fn placed(&self) -> impl Iterator<Item = (usize, Span)> + '_ {
        self.iter()
            .enumerate()
            .filter_map(|(index, finding)| Some((index, finding.span?)))
    }
}

/// What the probe is asked for this endpoint: everything but the password, which there is no field for.
#[must_use]
pub fn request(endpoint: &Endpoint) -> ProbeRequest {
    ProbeRequest {
        hosts: endpoint
            .hosts
            .iter()
            .map(|(host, port)| HostPort {
                host: host.clone(),
                port: *port,
            })
            .collect(),
        user: endpoint.user.clone(),
        database: endpoint.database.clone(),
        sslmode: endpoint
            .sslmode
            .as_deref()
            .and_then(SslMode::from_name)
            .unwrap_or_default(),
        sslnegotiation: SslNegotiation::default(),
        watch: None,
    }
}

/// Why a probe would not take this request, found out before it is sent; with the probe's own words.
#[must_use]
pub fn objection(request: &ProbeRequest) -> Option<String> {
    request.validate().err().map(|error| error.to_string())
}

/// The failure that the probe saw, placed in the text, as long as the text still says what was probed.
fn failure(checked: &Checked, probe: &Probe) -> Option<Finding> {
    let verdict = probe.verdict.as_ref()?;
    let category = verdict.category.as_deref()?;
    let category = Category::from_name(category).unwrap_or(Category::Other);
    let asked = probe.request.as_ref()?;
    let found = checked.analysis.strings.iter().find(|found| {
        found
            .endpoint
            .as_ref()
            .is_some_and(|e| request(e) == *asked)
    })?;
    let (host, port) = decisive(verdict, asked);
    let advice = advise(
        category,
        &Situation {
            target: (found.target != Target::Auto).then_some(found.target),
            host: host.clone(),
            port,
            user: asked.user.clone(),
            database: asked.database.clone(),
            client_ip: verdict.client_ip.clone(),
            driver: Some(found.driver),
        },
    );
    Some(Finding {
        code: category.name(),
        severity: Severity::Error,
        certainty: Certainty::Certain,
        message: advice.summary.to_owned(),
        help: if verdict.summary == advice.summary {
            String::new()
        } else {
            verdict.summary.clone()
        },
        span: Some(place(
            &checked.text,
            found,
            advice.points_at,
            (host.as_deref(), port),
        )),
        related: Vec::new(),
        fixes: Vec::new(),
        rule: None,
        advice: Some(advice),
    })
}

/// The host and the port that decided the verdict.
fn decisive(verdict: &Verdict, asked: &ProbeRequest) -> (Option<String>, Option<u16>) {
    let row = verdict
        .rows
        .iter()
        .find(|row| row.address == verdict.address && row.code == verdict.code);
    let host = row.map(|row| row.host.clone());
    let pair = asked
        .hosts
        .iter()
        .find(|at| {
            host.as_deref()
                .is_some_and(|host| at.host.eq_ignore_ascii_case(host))
        })
        .or_else(|| asked.hosts.first());
    let port = verdict
        .address
        .as_deref()
        .and_then(|address| address.split('#').next()?.rsplit_once(':')?.1.parse().ok())
        .or_else(|| pair.map(|at| at.port));
    (host.or_else(|| pair.map(|at| at.host.clone())), port)
}

/// Where in the text a failure points: the part itself, else the host, else the whole string.
fn place(
    text: &str,
    found: &Found,
    points_at: PointsAt,
    server: (Option<&str>, Option<u16>),
) -> Span {
    let places = &found.places;
    let (host, port) = server;
    let is_port = |span: Option<Span>| match span {
        Some(span) => slice(text, span).parse().ok() == port,
        None => port == Some(ProbeRequest::DEFAULT_PORT),
    };
    let named = |name: &str| {
        let hosts = || {
            found.tokens.iter().filter(|t| {
                t.kind == TokenKind::Host && slice(text, t.span).eq_ignore_ascii_case(name)
            })
        };
        // The same host can stand there twice, with two ports.
        let exact = hosts().find(|t| is_port(port_of(found, t.span)));
        exact.or_else(|| hosts().next()).map(|t| t.span)
    };
    let host = host.and_then(named).or(places.host);
    let part = match points_at {
        PointsAt::Host => host,
        PointsAt::Port => host.and_then(|host| port_of(found, host)).or(places.port),
        PointsAt::User => places.user,
        PointsAt::Password => places.password,
        PointsAt::Database => places.database,
        PointsAt::Sslmode => places.sslmode,
        PointsAt::None => None,
    };
    part.or(host).unwrap_or(found.span)
}

/// The port that stands right behind a host.
fn port_of(found: &Found, host: Span) -> Option<Span> {
    let mut behind = found.tokens.iter().filter(|t| t.span.start >= host.end);
    behind
        .find(|t| matches!(t.kind, TokenKind::Port | TokenKind::Host))
        .filter(|t| t.kind == TokenKind::Port)
        .map(|t| t.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::probe::tests::verdict;
    use connlint_core::Options;

    const TEXT: &str =
        "postgresql://app@a.example,shop.postgres.database.azure.com:6432/db?sslmode=require";
    const SHOP: &str = "shop.postgres.database.azure.com";

    fn probed(text: &str, verdict: Verdict) -> (Rc<Checked>, Probe) {
        let checked = Checked::new(text, Options::default());
        let endpoint = checked.analysis.strings[0].endpoint.clone().unwrap();
        let probe = Probe {
            request: Some(request(&endpoint)),
            verdict: Some(verdict),
            ..Probe::default()
        };
        (checked, probe)
    }

    #[test]
    fn a_failure_stands_on_the_part_that_causes_it() {
        let mut refused = verdict("tcp-refused", SHOP);
        refused.address = Some("192.0.2.1:6432".into());
        refused.rows[0].address.clone_from(&refused.address);
        let (checked, probe) = probed(TEXT, refused);
        let all = Findings::collect(&checked, &probe);
        assert_eq!(all[0].code, "tcp-refused");
        assert_eq!(slice(TEXT, all[0].span.unwrap()), "6432");

        let (checked, probe) = probed(TEXT, verdict("dns-not-found", &SHOP.to_uppercase()));
        let all = Findings::collect(&checked, &probe);
        let place = slice(TEXT, all[0].span.unwrap());
        assert_eq!(place, SHOP, "the host that failed, not the first one");
    }

    #[test]
    fn the_same_host_with_two_ports_is_two_servers() {
        let text = "postgresql://app@db.example:5432,db.example:6432/shop";
        let mut refused = verdict("tcp-refused", "db.example");
        refused.address = Some("[2001:db8::1]:6432#2".into());
        refused.rows[0].address.clone_from(&refused.address);
        let (checked, probe) = probed(text, refused);
        let all = Findings::collect(&checked, &probe);
        assert_eq!(slice(text, all[0].span.unwrap()), "6432");
    }

    #[test]
    fn a_part_that_is_not_in_the_text_is_replaced_by_the_host() {
        let text = "postgresql://app@db.example/shop";
        let (checked, probe) = probed(text, verdict("tls-required", "db.example"));
        let all = Findings::collect(&checked, &probe);
        assert_eq!(slice(text, all[0].span.unwrap()), "db.example");
    }

    #[test]
    fn the_steps_are_filled_in_with_the_address_that_the_server_saw() {
        let mut firewall = verdict("server-firewall", SHOP);
        firewall.client_ip = Some("203.0.113.7".into());
        let (checked, probe) = probed(&format!("host={SHOP} user=app"), firewall);
        let all = Findings::collect(&checked, &probe);
        let steps = &all[0].advice.as_ref().unwrap().steps;
        let command = steps.iter().find_map(|s| s.command.as_deref()).unwrap();
        assert!(command.contains("203.0.113.7"), "{command}");
        assert!(command.contains("--server-name shop"), "{command}");
    }

    #[test]
    fn a_failure_of_another_text_is_not_shown() {
        let (_, probe) = probed(
            "host=a.example user=app",
            verdict("tcp-timeout", "a.example"),
        );
        let other = Checked::new("host=b.example user=app", Options::default());
        let all = Findings::collect(&other, &probe);
        assert!(all.iter().all(|f| f.advice.is_none()));
    }

    #[test]
    fn stepping_goes_round_in_the_order_of_the_text() {
        use Direction::{Next, Previous};
        let finding = |start, end| Finding {
            code: "SYN003",
            severity: Severity::Error,
            certainty: Certainty::Certain,
            message: String::new(),
            help: String::new(),
            span: Some(Span::new(start, end)),
            related: Vec::new(),
            fixes: Vec::new(),
            rule: None,
            advice: None,
        };
        let all = Findings([finding(10, 12), finding(2, 4), finding(2, 8)].into());
        assert_eq!(all.step(Next, None, Span::empty(0)), Some(1));
        assert_eq!(all.step(Next, Some(1), Span::new(2, 4)), Some(2));
        assert_eq!(all.step(Next, Some(2), Span::new(2, 8)), Some(0));
        assert_eq!(all.step(Next, Some(0), Span::new(10, 12)), Some(1));
        assert_eq!(all.step(Previous, Some(1), Span::new(2, 4)), Some(0));
        assert_eq!(all.step(Previous, None, Span::empty(0)), Some(0));
        let moved = all.step(Next, Some(1), Span::empty(9));
        assert_eq!(moved, Some(0), "the caret has moved");
        assert_eq!(Findings::default().step(Next, None, Span::empty(0)), None);
        assert_eq!(all.at(Span::empty(3)), Some(1));
        assert_eq!(all.at(Span::empty(6)), Some(2));
        assert_eq!(all.at(Span::empty(20)), None);
    }
}
