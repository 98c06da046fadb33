//! The probe's lines as a ladder in the terminal: for each host its name's rung, for each address the rungs up to the
//! server's first answer.

use super::words;
use connlint_probe_api::{Event, Line, Round, RoundLine, Stage, State, Verdict, VerdictLine};
use connlint_report::human::{BAD, BOLD, DIM, GOOD, Layout, NOTE};
use connlint_report::printable;
use std::fmt::Write as _;

/// Where the text of a rung begins, without a bar.
const TEXT_AT: usize = 29;
/// How many cells the bar of the longest step takes.
const BAR: usize = 8;

/// What came so far.
#[derive(Debug, Default)]
pub(crate) struct Ladder {
    /// The events of the look that is shown.
    events: Vec<Event>,
    /// Whether those belong to a look that failed.
    failed: bool,
    /// In a watch, the events of the look under way.
    coming: Vec<Event>,
    /// The looks of a watch that are over.
    rounds: Vec<Round>,
    verdict: Option<Verdict>,
}

/// How a ladder is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) layout: Layout,
    /// Whether times are drawn as bars as well: a nicety for eyes, of which nothing depends.
    pub(crate) bars: bool,
}

impl Ladder {
    /// Takes a line of the probe.
    pub(crate) fn take(&mut self, line: Line) {
        match line {
            Line::Event(event) if event.round.is_some() => self.coming.push(event),
            Line::Event(event) => self.events.push(event),
            Line::Round(RoundLine { round }) => self.round(round),
            Line::Verdict(VerdictLine { verdict }) => self.verdict = Some(verdict),
        }
    }

    /// A look is over: the last one that failed is shown, or else the last one.
    fn round(&mut self, round: Round) {
        if !round.reachable || !self.failed {
            self.failed = !round.reachable;
            self.events = std::mem::take(&mut self.coming);
        }
        self.coming.clear();
        self.rounds.push(round);
    }

    /// The conclusion, once it is there.
    pub(crate) fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }

    /// All of it as text, as far as it has come.
    pub(crate) fn draw(&self, style: Style) -> String {
        let mut out = String::new();
        let events = if self.events.is_empty() {
            &self.coming
        } else {
            &self.events
        };
        if let Some(number) = events.iter().find_map(|event| event.round) {
            let which = format!("Look {number}");
            let _ = writeln!(out, "{}", style.layout.paint(DIM, &which));
        }
        for host in hosts(events) {
            draw_host(&host, style, &mut out);
        }
        if !self.rounds.is_empty() {
            out.push_str(&words::timeline(
                &self.rounds,
                self.verdict.is_none(),
                style.layout,
            ));
        }
        if let Some(verdict) = &self.verdict {
            conclusion(verdict, style.layout, &mut out);
        }
        out
    }
}

/// A host's own steps, and its addresses with theirs.
#[derive(Debug)]
struct Host<'a> {
    name: String,
    steps: Vec<&'a Event>,
    rows: Vec<Row<'a>>,
}

#[derive(Debug)]
struct Row<'a> {
    name: &'a str,
    first: bool,
    steps: Vec<&'a Event>,
}

/// The events, sorted under the hosts and addresses that they belong to.
fn hosts(events: &[Event]) -> Vec<Host<'_>> {
    let mut hosts: Vec<Host<'_>> = Vec::new();
    for event in events {
        let named = event.detail.host.as_ref().map(|host| {
            let host = if host.contains(':') {
                format!("[{host}]")
            } else {
                host.clone()
            };
            format!("{host}:{}", event.detail.port.unwrap_or_default())
        });
        let Some(address) = &event.address else {
            // A stage that begins does not say of which host; the only one without an end is meant.
            match named {
                Some(name) => match hosts.iter_mut().find(|host| host.name == name) {
                    Some(host) => step(&mut host.steps, event),
                    None => hosts.push(Host {
                        name,
                        steps: vec![event],
                        rows: Vec::new(),
                    }),
                },
                None => {
                    let open = hosts.iter_mut().find(|host| {
                        host.rows.is_empty() && host.steps.iter().all(|s| s.stage < event.stage)
                    });
                    if let Some(host) = open {
                        host.steps.push(event);
                    }
                }
            }
            continue;
        };
        let row = hosts
            .iter_mut()
            .flat_map(|host| &mut host.rows)
            .find(|row| row.name == address);
        if let Some(row) = row {
            row.first |= event.detail.tried_first == Some(true);
            step(&mut row.steps, event);
        } else if let Some(host) = hosts
            .iter_mut()
            .find(|host| named.as_ref().is_none_or(|name| *name == host.name))
        {
            host.rows.push(Row {
                name: address,
                first: event.detail.tried_first == Some(true),
                steps: vec![event],
            });
        }
    }
    hosts
}

/// The end of a step takes the place of its beginning.
fn step<'a>(steps: &mut Vec<&'a Event>, event: &'a Event) {
    match steps
        .iter_mut()
        .find(|seen| seen.stage == event.stage && seen.state == State::Start)
    {
        Some(begun) => *begun = event,
        None => steps.push(event),
    }
}

fn draw_host(host: &Host<'_>, style: Style, out: &mut String) {
    let longest = |steps: &[&Event]| steps.iter().filter_map(|e| e.detail.dur_us).max();
    let all = host
        .rows
        .iter()
        .filter_map(|row| longest(&row.steps))
        .chain(longest(&host.steps))
        .max()
        .unwrap_or_default();
    // A host that is an address has one row of the same name, which says it.
    let is_address = host.rows.len() == 1 && host.rows[0].name == host.name;
    if !is_address {
        let _ = writeln!(out, "{}", style.layout.paint(BOLD, &printable(&host.name)));
    }
    for event in &host.steps {
        rung(event, all, style, out);
    }
    for row in &host.rows {
        let note = if row.first && host.rows.len() > 1 {
            "  libpq tries this one first"
        } else {
            ""
        };
        let _ = writeln!(
            out,
            "{}{note}",
            style.layout.paint(BOLD, &printable(row.name))
        );
        for event in &row.steps {
            rung(event, all, style, out);
        }
    }
    out.push('\n');
}

/// What is always so is not worth a line.
fn is_noise(event: &Event) -> bool {
    matches!(
        event.code.as_deref(),
        Some("policy.ok" | "address.ok" | "dns.not_needed" | "close.ok" | "tls.skipped")
    ) || (event.state == State::Start && event.stage == Stage::Close)
}

fn rung(event: &Event, longest: u64, style: Style, out: &mut String) {
    if is_noise(event) {
        return;
    }
    let mark = words::mark(event.state).unwrap_or("...");
    let colour = match event.state {
        State::Ok => GOOD,
        State::Warn => NOTE,
        State::Fail => BAD,
        State::Skip | State::Start | State::Unknown => DIM,
    };
    let time = event.detail.dur_us.map(words::time).unwrap_or_default();
    let bar = if style.bars {
        format!("{:<BAR$}  ", bar(event.detail.dur_us, longest))
    } else {
        String::new()
    };
    let label = words::stage(event.stage);
    let before = format!("  {label:<11} ");
    let after = format!(" {time:>9}  {bar}");
    let head = format!("{before}{mark:<4}{after}");
    let indent = " ".repeat(head.chars().count());
    let text = event.detail.text.as_deref().unwrap_or_default();
    let lines = style.layout.wrap(&printable(text), &head, &indent);
    let painted = format!(
        "{before}{}{after}",
        style.layout.paint(colour, &format!("{mark:<4}"))
    );
    match lines.strip_prefix(head.trim_end()) {
        Some(rest) if !text.is_empty() => {
            let missing = head.len() - head.trim_end().len();
            let rest = rest.get(missing.min(rest.len())..).unwrap_or_default();
            let _ = writeln!(out, "{painted}{rest}");
        }
        _ => {
            let _ = writeln!(out, "{}", painted.trim_end());
        }
    }
    let indent = " ".repeat(TEXT_AT);
    for fact in words::facts(event) {
        let _ = writeln!(
            out,
            "{}",
            style
                .layout
                .wrap(&printable(&fact), &indent, &format!("{indent}  "))
        );
    }
}

/// A bar of eighths of cells, to the scale of the longest step.
fn bar(us: Option<u64>, longest: u64) -> String {
    let Some(us) = us.filter(|_| longest > 0) else {
        return String::new();
    };
    let cells = u64::try_from(BAR * 8).unwrap_or(64);
    let eighths = (us.saturating_mul(cells) / longest).clamp(1, cells);
    let full = usize::try_from(eighths / 8).unwrap_or(BAR);
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let rest = rest[usize::try_from(eighths % 8).unwrap_or(0)];
    format!("{}{rest}", "█".repeat(full))
}

/// What it comes to, for whoever has to act.
fn conclusion(verdict: &Verdict, layout: Layout, out: &mut String) {
    let (word, colour) = words::headline(verdict);
    let _ = writeln!(
        out,
        "{}",
        layout.headed(colour, word, &printable(&verdict.summary))
    );
    if let (Some(category), Some(persistence)) = (&verdict.category, &verdict.persistence) {
        let line = format!("{} ({category})", words::persistence(persistence));
        let _ = writeln!(
            out,
            "{}",
            layout.paint(DIM, &layout.wrap(&printable(&line), "  ", "  "))
        );
    }
    if let Some(watch) = &verdict.watch {
        let text = words::watched(watch, verdict.persistence.as_deref());
        let _ = writeln!(out, "{}", layout.wrap(&text, "Watched: ", "  "));
    }
    if !verdict.next.is_empty() {
        let _ = writeln!(out, "\n{}", layout.paint(BOLD, "What to do"));
        steps(&verdict.next, layout, out);
    }
    if !verdict.modes.is_empty() {
        let _ = writeln!(
            out,
            "\n{}",
            layout.paint(BOLD, "What libpq makes of the TLS side")
        );
        for mode in &verdict.modes {
            let mark = if mode.accepted { "goes on" } else { "stops" };
            let head = format!("  {:<12} {mark:<8} ", mode.sslmode.name());
            let indent = " ".repeat(head.len());
            let reason = mode.reason.as_deref().unwrap_or_default();
            let lines = layout.wrap(&printable(reason), &head, &indent);
            let _ = writeln!(out, "{}", lines.trim_end());
        }
    }
    // That nothing was checked goes without saying where nobody was reached.
    if verdict.stage >= Stage::Startup && !verdict.not_checked.is_empty() {
        let _ = writeln!(
            out,
            "\nNot checked, as no password is sent: {}.",
            verdict.not_checked.join(", ")
        );
    }
}

/// Steps to take, numbered.
pub(crate) fn steps(steps: &[String], layout: Layout, out: &mut String) {
    for (index, step) in steps.iter().enumerate() {
        let head = format!("  {}. ", index + 1);
        let indent = " ".repeat(head.len());
        let _ = writeln!(out, "{}", layout.wrap(&printable(step), &head, &indent));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_probe_api::Detail;

    fn event(stage: Stage, address: Option<&str>, state: State, us: Option<u64>) -> Event {
        Event {
            seq: 0,
            t_us: 0,
            stage,
            address: address.map(str::to_owned),
            round: None,
            state,
            code: None,
            persistence: None,
            category: None,
            detail: Detail {
                text: (state != State::Start).then(|| "It is so.".to_owned()),
                dur_us: us,
                host: Some("db.example.invalid".to_owned()),
                port: Some(5432),
                ..Detail::default()
            },
        }
    }

    fn drawn(events: Vec<Event>, bars: bool) -> String {
        let mut ladder = Ladder::default();
        for event in events {
            ladder.take(Line::Event(event));
        }
        ladder.draw(Style {
            layout: Layout::default(),
            bars,
        })
    }

    fn two_addresses() -> Vec<Event> {
        let (a, b) = (Some("192.0.2.1:5432"), Some("192.0.2.2:5432"));
        vec![
            event(Stage::Dns, None, State::Ok, Some(1500)),
            event(Stage::Tcp, a, State::Start, None),
            event(Stage::Tcp, b, State::Start, None),
            event(Stage::Tcp, b, State::Fail, Some(3_000_000)),
            event(Stage::Tcp, a, State::Ok, Some(70)),
        ]
    }

    #[test]
    fn each_address_has_a_ladder_of_its_own() {
        assert_eq!(
            drawn(two_addresses(), false),
            "\
db.example.invalid:5432
  DNS         ok      1.5 ms  It is so.
192.0.2.1:5432
  TCP         ok     0.07 ms  It is so.
192.0.2.2:5432
  TCP         FAIL     3.0 s  It is so.

"
        );
    }

    #[test]
    fn bars_are_to_the_scale_of_the_longest_step() {
        let text = drawn(two_addresses(), true);
        assert!(text.contains("3.0 s  ████████  It is so."), "{text}");
        assert!(text.contains("0.07 ms  ▏         It is so."), "{text}");
    }

    #[test]
    fn a_step_under_way_is_shown_until_its_end_comes() {
        let text = drawn(
            vec![
                event(Stage::Dns, None, State::Ok, Some(1)),
                event(Stage::Tcp, Some("192.0.2.1:5432"), State::Start, None),
            ],
            false,
        );
        assert!(text.ends_with("  TCP         ...\n\n"), "{text:?}");
    }

    #[test]
    fn what_a_server_says_cannot_move_the_cursor() {
        let mut hostile = event(Stage::Dns, None, State::Fail, None);
        hostile.detail.text = Some("a\u{1b}[2Jb".to_owned());
        assert!(!drawn(vec![hostile], false).contains('\u{1b}'));
    }
}
