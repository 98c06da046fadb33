//! Vantage points: the same question, asked by probes in several places at once.

use super::probe::{self, Phase, Probe};
use connlint_probe_api::{Capabilities, Comparison, Look, Mode, ProbeRequest, Vantage, compare};
use std::rc::Rc;
use url::Url;
use yew::Reducible;

/// A probe that can be asked, and how its last test went.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The address of its API.
    pub address: Url,
    /// What it says of itself, once it was asked.
    pub about: Option<Rc<Capabilities>>,
    /// Whether it was asked what it is and did not say.
    pub silent: bool,
    /// Its test.
    pub probe: Rc<Probe>,
}

impl Point {
    /// A probe that was not asked for anything yet.
    #[must_use]
    pub fn new(address: Url) -> Self {
        Self {
            address,
            about: None,
            silent: false,
            probe: Rc::default(),
        }
    }

    /// What to call it: the place that it gives as its own, else where it is asked.
    #[must_use]
    pub fn name(&self) -> String {
        let about = self.about.as_deref();
        let place = about.and_then(|about| about.vantage.as_ref());
        if let Some(name) = place
            .map(|place| place.name.trim())
            .filter(|n| !n.is_empty())
        {
            return name.to_owned();
        }
        match about.map(|about| about.mode) {
            Some(Mode::Local) => "this computer".into(),
            _ => self.authority(),
        }
    }

    /// Region and network of the place, as far as it tells them.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        let Vantage {
            region, network, ..
        } = self.about.as_ref()?.vantage.as_ref()?;
        let parts: Vec<&str> = [region, network]
            .into_iter()
            .filter_map(|part| part.as_deref())
            .collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// Host, port and path of the address: what tells two probes apart that say nothing of themselves.
    fn authority(&self) -> String {
        let origin = self.address.origin().ascii_serialization();
        let host = origin.split_once("://").map_or(&*origin, |(_, host)| host);
        let path = self.address.path().trim_end_matches('/');
        format!("{host}{path}")
    }
}

/// All the probes that the page may ask.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Points(pub Vec<Point>);

/// What can happen to them.
#[derive(Clone, Debug)]
pub enum Action {
    /// All of them are asked; the number has to be higher than the last one's.
    Start(u32, ProbeRequest),
    /// One of them says something of itself.
    About(usize, Box<Capabilities>),
    /// One of them does not say what it is.
    Silent(usize),
    /// Something happens to the test of one.
    One(usize, probe::Action),
    /// The user stops them all.
    Cancel,
}

impl Points {
    /// Probes that were not asked for anything yet.
    #[must_use]
    pub fn new(addresses: impl IntoIterator<Item = Url>) -> Self {
        Self(addresses.into_iter().map(Point::new).collect())
    }

    /// The number of the last test.
    #[must_use]
    pub fn run(&self) -> u32 {
        self.0
            .iter()
            .map(|point| point.probe.run)
            .max()
            .unwrap_or(0)
    }

    /// Whether a test is under way.
    #[must_use]
    pub fn running(&self) -> bool {
        let mut phases = self.0.iter().map(|point| &point.probe.phase);
        phases.any(|phase| *phase == Phase::Running)
    }

    /// Whether nothing was tested yet.
    #[must_use]
    pub fn idle(&self) -> bool {
        let mut phases = self.0.iter().map(|point| &point.probe.phase);
        phases.all(|phase| *phase == Phase::Idle)
    }

    /// What was asked last.
    #[must_use]
    pub fn request(&self) -> Option<&ProbeRequest> {
        self.0.first()?.probe.request.as_ref()
    }

    /// What it means that the places see the same, or do not; nothing until two of them have a verdict.
    #[must_use]
    pub fn difference(&self) -> Comparison {
        // Each is called here as it is everywhere else on the page.
        let places: Vec<Vantage> = self
            .0
            .iter()
            .map(|point| {
                let about = point.about.as_deref();
                let place = about.and_then(|about| about.vantage.clone());
                Vantage {
                    name: point.name(),
                    ..place.unwrap_or_default()
                }
            })
            .collect();
        let looks: Vec<Look<'_>> = self
            .0
            .iter()
            .zip(&places)
            .filter_map(|(point, vantage)| {
                let verdict = point.probe.verdict.as_ref()?;
                Some(Look { vantage, verdict })
            })
            .collect();
        compare(&looks)
    }

    fn all(&self, action: &probe::Action) -> Self {
        let next = self.0.iter().map(|point| Point {
            probe: Rc::clone(&point.probe).reduce(action.clone()),
            ..point.clone()
        });
        Self(next.collect())
    }

    fn at(&self, index: usize, change: impl FnOnce(&mut Point)) -> Self {
        let mut next = self.clone();
        if let Some(point) = next.0.get_mut(index) {
            change(point);
        }
        next
    }
}

impl Reducible for Points {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let next = match action {
            Action::Start(run, request) => self.all(&probe::Action::Start(run, request)),
            Action::Cancel => self.all(&probe::Action::Cancel),
            Action::About(index, about) => self.at(index, |point| {
                point.about = Some(Rc::new(*about));
                point.silent = false;
            }),
            Action::Silent(index) => self.at(index, |point| point.silent = true),
            Action::One(index, action) => self.at(index, |point| {
                point.probe = Rc::clone(&point.probe).reduce(action);
            }),
        };
        if next == *self { self } else { Rc::new(next) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::probe::Problem;
    use super::super::probe::tests::verdict;
    use super::*;
    use connlint_probe_api::{Line, VerdictLine};

    fn capabilities(mode: &str, vantage: &str) -> Box<Capabilities> {
        let json = format!(
            r#"{{"schema":1,"version":"0.1.0","mode":"{mode}","vantage":{vantage},"suffixes":null,"ports":null,"stages":[],
                "limits":{{"hosts":4,"addresses_per_family":4,"in_flight":4,"body_bytes":4096}},
                "budgets_ms":{{"dns":1,"tcp":1,"sslrequest":1,"tls":1,"startup":1,"close":1,"address":1,"total":1}},
                "sends":[],"never_sends":[]}}"#
        );
        Box::new(serde_json::from_str(&json).unwrap())
    }

    fn two() -> Rc<Points> {
        let at = |address: &str| Url::parse(address).unwrap();
        Rc::new(Points::new([
            at("http://127.0.0.1:8080/"),
            at("https://probe.example/west/"),
        ]))
    }

    #[test]
    fn a_probe_is_called_by_its_place_else_by_its_address() {
        let points = two();
        let names = |points: &Points| -> Vec<String> { points.0.iter().map(Point::name).collect() };
        assert_eq!(names(&points), ["127.0.0.1:8080", "probe.example/west"]);
        let named = r#"{"name":"Office","region":"westeurope","network":"hub"}"#;
        let points = points
            .reduce(Action::About(0, capabilities("local", "null")))
            .reduce(Action::About(1, capabilities("private", named)));
        assert_eq!(names(&points), ["this computer", "Office"]);
        assert_eq!(points.0[1].place().as_deref(), Some("westeurope, hub"));
        assert_eq!(points.0[0].place(), None);
    }

    #[test]
    fn all_are_asked_at_once_and_end_one_by_one() {
        let request = ProbeRequest::new("db.example", 5432);
        let points = two();
        assert!(points.idle() && !points.running());
        let points = points.reduce(Action::Start(1, request.clone()));
        assert!(points.running() && points.run() == 1);
        assert_eq!(points.request(), Some(&request));
        let fail = probe::Action::Fail(1, Problem::Unreachable);
        let points = points.reduce(Action::One(0, fail.clone()));
        assert!(points.running(), "the other one goes on");
        let points = points.reduce(Action::One(1, fail));
        assert!(!points.running() && !points.idle());
    }

    #[test]
    fn the_difference_is_told_once_two_places_have_a_verdict() {
        let request = ProbeRequest::new("db.example", 5432);
        let seen = |category: &str| {
            let verdict = verdict(category, "db.example");
            probe::Action::Line(1, Box::new(Line::Verdict(VerdictLine { verdict })))
        };
        let points = two().reduce(Action::Start(1, request));
        let points = points.reduce(Action::One(0, seen("tcp-refused")));
        assert!(points.difference().findings.is_empty());
        let points = points.reduce(Action::One(1, seen("tcp-refused")));
        let told = points.difference().findings;
        let first = told.first().unwrap();
        assert!(!first.text.is_empty());
        assert!(first.about.iter().all(|index| *index < 2));
    }

    #[test]
    fn stopping_stops_all_that_still_run() {
        let request = ProbeRequest::new("db.example", 5432);
        let points = two()
            .reduce(Action::Start(1, request))
            .reduce(Action::Cancel);
        assert!(!points.running());
        let again = Rc::clone(&points).reduce(Action::Cancel);
        assert!(Rc::ptr_eq(&points, &again), "nothing changes any more");
    }
}
