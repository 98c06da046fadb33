//! One list of everything that is wrong: what the rules found in the text, and what the probe found at the server.

use super::document::Checked;
use super::probe::Probe;
use super::vantage::Points;
use connlint_core::lint::Endpoint;
use connlint_core::order::Order as _;
use connlint_core::parse::TokenKind;
use connlint_core::rules::Rule;
use connlint_core::text::slice;
use connlint_core::triage::{Advice, Category, PointsAt, Situation, advise, explained_by};
use connlint_core::{Applicability, Certainty, Edit, Fix, Found, Related, Severity, Span, Target};
use connlint_probe_api::{HostPort, ProbeRequest, SslMode, SslNegotiation, Verdict};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

/// One entry of the list.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What it is called in the page: stays with it while the text changes round it, see [`Findings::follow`].
    pub id: u32,
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
    /// For a failure that the probe saw: the codes of what is wrong with the text and leads to it.
    pub explained_by: Vec<&'static str>,
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
pub struct Findings {
    list: Rc<[Finding]>,
    /// The highest number that was given to a finding of this list or of one before it.
    last: u32,
}

impl PartialEq for Findings {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.list, &other.list)
    }
}

impl std::ops::Deref for Findings {
    type Target = [Finding];

    fn deref(&self) -> &[Finding] {
        &self.list
    }
}

/// What the probes have seen: two of them are equal if they are the same one. The probes themselves are not known here,
/// because the first result is there before them.
#[derive(Clone, Default)]
pub struct Seen(Option<Rc<Look>>);

/// Gives the failures that were seen, placed in a text.
type Look = dyn Fn(&Checked) -> Vec<Finding>;

impl Seen {
    /// What these have seen.
    #[must_use]
    pub fn by(points: Points) -> Self {
        Self(Some(Rc::new(move |checked| failures(checked, &points))))
    }

    fn failures(&self, checked: &Checked) -> Vec<Finding> {
        let failures = self.0.as_ref();
        failures.map_or_else(Vec::new, |failures| failures(checked))
    }
}

impl PartialEq for Seen {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Rc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Seen").finish_non_exhaustive()
    }
}

/// What the list of findings asks for. A finding is meant by its [`id`](Finding::id): what asks may have been drawn
/// before the text changed elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// To show it in the text.
    Show(u32),
    /// To show the nth place that belongs to it.
    Related(u32, usize),
    /// To apply its nth fix.
    Fix(u32, usize),
    /// To let it stand out, because the mouse or the focus is on it; none, when that is over.
    Point(Option<u32>),
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
    pub fn collect(checked: &Checked, points: &Points) -> Self {
        Self::default().follow(checked, &Seen::by(points.clone()))
    }

    /// Everything about a later text. A finding that was in this list keeps its number: those before and behind what
    /// changed, and of the others the first of a kind that is left.
    #[must_use]
    pub fn follow(&self, checked: &Checked, seen: &Seen) -> Self {
        let rules = checked.analysis.diagnostics().map(|d| Finding {
            id: 0,
            code: d.code(),
            severity: d.severity,
            certainty: d.certainty,
            message: d.message.clone(),
            help: d.help.clone(),
            span: Some(d.span),
            related: d.related.clone(),
            explained_by: Vec::new(),
            fixes: d.fixes.clone(),
            rule: Some(d.rule),
            advice: None,
        });
        let mut list: Vec<Finding> = seen.failures(checked).into_iter().chain(rules).collect();
        let last = number(&mut list, &self.list, self.last);
        Self {
            list: list.into(),
            last,
        }
    }

    /// Where in the list the finding with this number is.
    #[must_use]
    pub fn index(&self, id: u32) -> Option<usize> {
        self.iter().position(|finding| finding.id == id)
    }

    /// Everything about the text alone.
    #[must_use]
    pub fn of_text(checked: &Checked) -> Self {
        Self::default().follow(checked, &Seen::default())
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
        order.order_by_key(|(index, span)| (span.start, span.end, *index));
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

/// Gives the findings their numbers, those of `old` where they were there already and new ones above `last` to others;
/// tells the highest.
fn number(new: &mut [Finding], old: &[Finding], mut last: u32) -> u32 {
    let same =
        |(old, new): &(&Finding, &mut Finding)| old.code == new.code && old.message == new.message;
    let mut head = 0;
    for (old, new) in old.iter().zip(new.iter_mut()).take_while(same) {
        new.id = old.id;
        head += 1;
    }
    let most = old.len().min(new.len()) - head;
    let mut tail = 0;
    let behind = old.iter().rev().zip(new.iter_mut().rev()).take(most);
    for (old, new) in behind.take_while(same) {
        new.id = old.id;
        tail += 1;
    }
    let (gone, changed) = (head..old.len() - tail, head..new.len() - tail);
    let mut left: HashMap<&str, VecDeque<u32>> = HashMap::new();
    for finding in old.get(gone).into_iter().flatten() {
        left.entry(finding.code).or_default().push_back(finding.id);
    }
    for finding in new.get_mut(changed).into_iter().flatten() {
        let kept = left.get_mut(finding.code).and_then(VecDeque::pop_front);
        finding.id = kept.unwrap_or_else(|| {
            last = last.wrapping_add(1);
            last
        });
    }
    last
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

/// The failures that the probes saw, each once; where several places look, it says from which it was seen.
fn failures(checked: &Checked, points: &Points) -> Vec<Finding> {
    let mut all: Vec<(Finding, Vec<String>)> = Vec::new();
    for point in &points.0 {
        let Some(finding) = failure(checked, &point.probe) else {
            continue;
        };
        let same = |(other, _): &&mut (Finding, Vec<String>)| {
            other.code == finding.code && other.span == finding.span
        };
        match all.iter_mut().find(same) {
            Some((_, names)) => names.push(point.name()),
            None => all.push((finding, vec![point.name()])),
        }
    }
    let several = points.0.len() > 1;
    let placed = all.into_iter().map(|(mut finding, names)| {
        if several {
            finding.help = format!("Seen from {}. {}", names.join(", "), finding.help)
                .trim_end()
                .to_owned();
        }
        finding
    });
    placed.collect()
}

/// The failure that a probe saw, placed in the text, as long as the text still says what was probed.
fn failure(checked: &Checked, probe: &Probe) -> Option<Finding> {
    let verdict = probe.verdict.as_ref()?;
    let category = verdict.category.as_deref()?;
    let category = Category::from_name(category).unwrap_or(Category::Other);
    let asked = probe.request.as_ref()?;
    let found = checked.analysis.strings.iter().find(|found| {
        let endpoint = found.endpoint.as_ref();
        endpoint.is_some_and(|endpoint| probe.is_about(&request(endpoint)))
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
    let causes = explained_by(found, category);
    let mut fixes: Vec<Fix> = stricter(&checked.text, found, asked, verdict)
        .into_iter()
        .collect();
    fixes.extend(causes.iter().flat_map(|cause| cause.fixes.clone()));
    Some(Finding {
        id: 0,
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
        explained_by: causes.iter().map(|cause| cause.code()).collect(),
        fixes,
        rule: None,
        advice: Some(advice),
    })
}

/// The strictest TLS mode with which libpq would get through where the one in the text does not. One that checks less is
/// never offered: that would be a way round the problem.
fn stricter(text: &str, found: &Found, asked: &ProbeRequest, verdict: &Verdict) -> Option<Fix> {
    let span = found.places.sslmode?;
    // Another driver's word for it is not replaced by libpq's.
    if slice(text, span) != asked.sslmode.name() {
        return None;
    }
    let accepts = |mode: SslMode| {
        let mut modes = verdict.modes.iter();
        modes
            .find(|view| view.sslmode == mode)
            .map(|view| view.accepted)
    };
    if accepts(asked.sslmode) != Some(false) {
        return None;
    }
    let mut stricter = SslMode::ALL.into_iter().rev();
    let mode = stricter.find(|mode| *mode > asked.sslmode && accepts(*mode) == Some(true))?;
    Some(Fix {
        title: format!("Set it to `{mode}`, with which libpq connects"),
        applicability: Applicability::Unsafe,
        edits: vec![Edit::replace(span, mode.name())],
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
    use crate::state::vantage::Point;
    use connlint_core::Options;
    use connlint_probe_api::ModeView;
    use url::Url;

    const TEXT: &str =
        "postgresql://app@a.example,shop.postgres.database.azure.com:6432/db?sslmode=require";
    const SHOP: &str = "shop.postgres.database.azure.com";

    fn point(address: &str, checked: &Checked, verdict: Verdict) -> Point {
        let endpoint = checked.analysis.strings[0].endpoint.clone().unwrap();
        let probe = Probe {
            request: Some(request(&endpoint)),
            verdict: Some(verdict),
            ..Probe::default()
        };
        Point {
            probe: Rc::new(probe),
            ..Point::new(Url::parse(address).unwrap())
        }
    }

    fn probed(text: &str, verdict: Verdict) -> (Rc<Checked>, Points) {
        let checked = Checked::new(text, Options::default());
        let point = point("http://127.0.0.1/", &checked, verdict);
        (checked, Points(vec![point]))
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
    fn a_finding_keeps_its_number_while_the_text_changes_round_it() {
        let points = Points::default();
        let of = |text: &str| Checked::new(text, Options::default());
        let (first, last) = (
            "A=postgresql://app@shop:pw@a.example/x\n",
            "Z=postgresql://app@shop:pw@z.example/x\n",
        );
        let before = Findings::collect(&of(&format!("{first}{last}")), &points);
        let ids = |findings: &Findings| -> Vec<u32> { findings.iter().map(|f| f.id).collect() };
        let each = before.len() / 2;
        let mut distinct = ids(&before);
        distinct.sort_unstable();
        distinct.dedup();
        assert!(each > 0 && distinct.len() == before.len());
        let middle = "M=postgresql://app:pw@m.example:99999/x?sslmode=require\n";
        let between = before.follow(&of(&format!("{first}{middle}{last}")), &Seen::default());
        let (old, new) = (ids(&before), ids(&between));
        assert!(new.len() > old.len());
        assert_eq!(old[..each], new[..each]);
        assert_eq!(old[each..], new[new.len() - each..]);
        assert!(
            new[each..new.len() - each]
                .iter()
                .all(|id| !old.contains(id))
        );
        for (index, id) in new.iter().enumerate() {
            assert_eq!(between.index(*id), Some(index));
        }
        let after = between.follow(&of(&format!("{first}{last}")), &Seen::default());
        assert_eq!(ids(&after), old);
        assert_eq!(after.index(new[each]), None);
        // Another word in the same finding is the same finding.
        let other = of("postgresql://app@db.example/x?sslmode=requir");
        let one = Findings::collect(&other, &points);
        let other = of("postgresql://app@db.example/x?sslmode=requi");
        let two = one.follow(&other, &Seen::default());
        let id = |findings: &Findings| {
            let mut all = findings.iter();
            all.find(|f| f.message.contains("requi"))
                .map(|f| (f.id, f.code))
        };
        assert!(id(&one).is_some());
        assert_eq!(id(&one), id(&two));
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
    fn what_two_places_see_is_one_finding_and_says_from_where() {
        let checked = Checked::new(TEXT, Options::default());
        let see = |address, category| point(address, &checked, verdict(category, SHOP));
        let points = Points(vec![
            see("http://one.example/", "tcp-timeout"),
            see("http://two.example/", "dns-not-found"),
            see("http://three.example/", "tcp-timeout"),
        ]);
        let all = Findings::collect(&checked, &points);
        let probed: Vec<&Finding> = all.iter().filter(|f| f.advice.is_some()).collect();
        assert_eq!(probed.len(), 2);
        let help = &probed[0].help;
        assert!(
            help.starts_with("Seen from one.example, three.example."),
            "{help}"
        );
    }

    #[test]
    fn a_mode_that_the_server_refuses_can_be_made_stricter_never_laxer() {
        let view = |sslmode, accepted| ModeView {
            sslmode,
            accepted,
            reason: None,
        };
        let fixed = |text: &str, modes: Vec<ModeView>| {
            let mut told = verdict("tls-required", "db.example");
            told.modes = modes;
            let (checked, points) = probed(text, told);
            let all = Findings::collect(&checked, &points);
            let fix = all[0].fixes.first()?;
            connlint_core::diagnostics::apply(text, &fix.edits).ok()
        };
        let at = |mode: &str| format!("postgresql://app@db.example/shop?sslmode={mode}");
        let needs_tls = vec![
            view(SslMode::Disable, false),
            view(SslMode::Require, true),
            view(SslMode::VerifyFull, false),
        ];
        assert_eq!(
            fixed(&at("disable"), needs_tls.clone()),
            Some(at("require"))
        );
        let told = fixed(&at("verify-full"), needs_tls.clone());
        assert_ne!(told, Some(at("require")), "that would check less");
        assert_eq!(fixed(&at("require"), needs_tls), None, "it works already");
    }

    #[test]
    fn what_is_wrong_with_the_text_and_leads_there_comes_with_its_fixes() {
        let text = "postgresql://app@db.example:543z/shop";
        let (checked, points) = probed(
            "postgresql://app@db,example.org/shop",
            verdict("dns-not-found", "db"),
        );
        let all = Findings::collect(&checked, &points);
        let probed = &all[0];
        let of_text: Vec<&str> = all
            .iter()
            .filter(|f| f.rule.is_some() && f.severity == Severity::Error)
            .map(|f| f.code)
            .collect();
        for code in &probed.explained_by {
            assert!(of_text.contains(code), "{code} in {of_text:?}, {text}");
        }
    }

    #[test]
    fn stepping_goes_round_in_the_order_of_the_text() {
        use Direction::{Next, Previous};
        let finding = |start, end| Finding {
            id: 0,
            code: "SYN003",
            severity: Severity::Error,
            certainty: Certainty::Certain,
            message: String::new(),
            help: String::new(),
            span: Some(Span::new(start, end)),
            related: Vec::new(),
            explained_by: Vec::new(),
            fixes: Vec::new(),
            rule: None,
            advice: None,
        };
        let all = Findings {
            list: [finding(10, 12), finding(2, 4), finding(2, 8)].into(),
            last: 0,
        };
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
