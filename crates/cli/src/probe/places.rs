//! Looks from several places at the same time, and what they came to.

use super::exit::Ending;
use super::ladder::{Ladder, Style};
use super::via::{Client, Place};
use super::words;
use connlint_probe::{Prober, line_channel};
use connlint_probe_api::{Comparison, Line, Look, ProbeRequest, Vantage, compare};
use connlint_report::human::{BAD, BOLD, DIM, Layout};
use connlint_report::printable;
use std::fmt::Write as _;
use std::sync::mpsc::Sender;
use std::thread;

/// What this computer is called.
pub(crate) const HERE: &str = "this computer";

/// What comes from a place.
#[allow(
    clippy::large_enum_variant,
    reason = "news are passed on one at a time and never kept in bulk"
)]
pub(crate) enum News {
    /// Who looks there.
    Named(Vantage),
    /// A line of its look.
    Line(Line),
    /// The look could not be done.
    Failed(String),
    /// Nothing more comes.
    Over,
}

/// A place, and what it has seen.
pub(crate) struct Seen {
    pub(crate) vantage: Vantage,
    pub(crate) ladder: Ladder,
    pub(crate) failed: Option<String>,
    pub(crate) over: bool,
}

impl Seen {
    pub(crate) fn new(place: &Place) -> Self {
        Self {
            vantage: Vantage {
                name: match place {
                    Place::Local => HERE.to_owned(),
                    Place::Remote(address) => address.to_string(),
                },
                ..Vantage::default()
            },
            ladder: Ladder::default(),
            failed: None,
            over: false,
        }
    }

    /// What the look came to.
    pub(crate) fn ending(&self) -> Ending {
        match self.ladder.verdict() {
            Some(verdict) if self.failed.is_none() => Ending::of(verdict),
            _ => Ending::Failed,
        }
    }

    /// The look as text for people.
    pub(crate) fn draw(&self, one_of_several: bool, style: Style) -> String {
        let mut out = String::new();
        if one_of_several {
            let _ = writeln!(out, "{}", style.layout.paint(BOLD, &self.title()));
        }
        out.push_str(&self.ladder.draw(style));
        if let Some(why) = &self.failed {
            let head = format!("No look from {}: ", printable(&self.vantage.name));
            let lines = style
                .layout
                .wrap(&format!("{}.", printable(why)), &head, "  ");
            let _ = writeln!(out, "{}", style.layout.paint(BAD, &lines));
        }
        out
    }

    /// The place's name, and what is known of it.
    fn title(&self) -> String {
        let vantage = &self.vantage;
        let mut known: Vec<String> = Vec::new();
        known.extend(vantage.region.clone());
        known.extend(
            vantage
                .network
                .as_ref()
                .map(|name| format!("network {name}")),
        );
        if !vantage.egress.is_empty() {
            known.push(format!("goes out by {}", vantage.egress.join(", ")));
        }
        let known = if known.is_empty() {
            String::new()
        } else {
            format!(" ({})", known.join("; "))
        };
        printable(&format!("From {}{known}", vantage.name)).into_owned()
    }
}

/// Begins the look from a place; what it says goes to `news` with the place's number.
pub(crate) fn begin(
    number: usize,
    place: &Place,
    request: &ProbeRequest,
    prober: &Prober,
    client: &Client,
    news: &Sender<(usize, News)>,
) {
    let (request, news) = (request.clone(), news.clone());
    // Nobody listening any more means that the command is at its end.
    let tell = move |one| {
        let _ = news.send((number, one));
    };
    match place {
        Place::Local => {
            let prober = prober.clone();
            thread::spawn(move || {
                if let Err(why) = look(&prober, &request, |line| tell(News::Line(line))) {
                    tell(News::Failed(why));
                }
                tell(News::Over);
            });
        }
        Place::Remote(address) => {
            let (client, address) = (client.clone(), address.clone());
            thread::spawn(move || {
                let asked = client.ask(
                    &address,
                    &request,
                    |vantage| tell(News::Named(vantage)),
                    |line| tell(News::Line(line)),
                );
                if let Err(why) = asked {
                    tell(News::Failed(why));
                }
                tell(News::Over);
            });
        }
    }
}

/// A look from here.
fn look(prober: &Prober, request: &ProbeRequest, mut line: impl FnMut(Line)) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let (out, mut lines) = line_channel();
    runtime.block_on(async {
        let reading = async {
            while let Some(one) = lines.recv().await {
                line(one);
            }
        };
        let (result, ()) = tokio::join!(prober.probe(request, out), reading);
        result.map(drop).map_err(|error| error.to_string())
    })
}

/// What the looks mean together; places that could not look are left out.
pub(crate) fn together(seen: &[Seen]) -> (Vec<String>, Comparison) {
    let looks: Vec<Look<'_>> = seen
        .iter()
        .filter(|place| place.failed.is_none())
        .filter_map(|place| {
            Some(Look {
                vantage: &place.vantage,
                verdict: place.ladder.verdict()?,
            })
        })
        .collect();
    let names = looks.iter().map(|look| look.vantage.name.clone()).collect();
    (names, compare(&looks))
}

/// The looks side by side, and what they mean together.
pub(crate) fn draw_together(seen: &[Seen], layout: Layout) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "\n{}", layout.paint(BOLD, "Side by side"));
    let widest = seen.iter().map(|place| place.vantage.name.chars().count());
    let widest = widest.max().unwrap_or_default().min(30);
    for place in seen {
        let name = printable(&place.vantage.name);
        let (word, colour, rest) = match place.ladder.verdict() {
            Some(verdict) if place.failed.is_none() => {
                let (word, colour) = words::headline(verdict);
                let at = verdict.address.as_deref().unwrap_or("no address");
                let rest = format!("{at}, {}, {}", verdict.code, words::time(verdict.total_us));
                (word, colour, rest)
            }
            _ => ("No look", BAD, place.failed.clone().unwrap_or_default()),
        };
        let _ = writeln!(
            out,
            "  {name:<widest$}  {}  {}",
            layout.paint(colour, &format!("{word:<16}")),
            printable(&rest)
        );
    }
    let (_, comparison) = together(seen);
    if comparison.findings.is_empty() {
        return out;
    }
    let _ = writeln!(out, "\n{}", layout.paint(BOLD, "What that means"));
    for finding in &comparison.findings {
        let text = printable(&finding.text);
        let _ = writeln!(out, "{}", layout.wrap(&text, "  ", "  "));
        let sure = match finding.certainty {
            connlint_probe_api::Sure::Certain => None,
            connlint_probe_api::Sure::Likely => Some("That is likely, not certain."),
            _ => Some("There are several explanations; this is not certain."),
        };
        if let Some(sure) = sure {
            let _ = writeln!(out, "{}", layout.paint(DIM, &format!("  {sure}")));
        }
        super::ladder::steps(&finding.next, layout, &mut out);
    }
    out
}
