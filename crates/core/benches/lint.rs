//! How long connlint takes for a string, next to what libpq takes to read one; and how that grows with the text.
//!
//! `cargo bench -p connlint-core` prints a table. `cargo xtask bench` puts it into docs/performance.md, with the machine and the
//! date.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench talks to the terminal"
)]

#[path = "support/libpq.rs"]
mod libpq;
#[path = "support/shapes.rs"]
mod shapes;

use connlint_core::model::{Dialect, Grammar};
use connlint_core::{Options, detect, lint, readings};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How long each thing is repeated for.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How long where only the least counts.
const SHORT: Duration = Duration::from_millis(100);

fn main() {
    let strings = shapes::strings();
    let options = Options::default();
    let bytes: usize = strings.iter().map(|text| text.len()).sum();
    println!("strings: {}, {bytes} bytes", strings.len());

    // What libpq reads is a URI or pairs, without anything round it.
    let of_libpq: Vec<&str> = strings
        .iter()
        .copied()
        .filter(|text| {
            let grammar = detect::dialect(text).map(Dialect::grammar);
            matches!(grammar, Some(Grammar::Uri | Grammar::KeyValue))
                && text.starts_with(|c: char| c.is_ascii_lowercase())
        })
        .collect();

    let every = Measured::of(&strings, |text| {
        black_box(lint(text, &options));
    });
    let own = Measured::of(&of_libpq, |text| {
        black_box(lint(text, &options));
    });
    let found = Measured::of(&strings, |text| {
        black_box(detect::find(text));
    });
    let all_readings = Measured::of(&of_libpq, |text| {
        black_box(readings::readings(text, &options));
    });
    row("lint, every rule, every string", strings.len(), every);
    row("  of that finding the strings", strings.len(), found);
    row("lint, what libpq reads as well", of_libpq.len(), own);
    row("readings of all drivers", of_libpq.len(), all_readings);
    match libpq::Libpq::load() {
        Ok(libpq) => {
            let parse = Measured::of(&of_libpq, |text| libpq.parse(text));
            let defaults = Measured::of(&[""], |_| libpq.defaults());
            row("libpq: PQconninfoParse", of_libpq.len(), parse);
            row("libpq: PQconndefaults", 1, defaults);
            let full = parse.median + defaults.median;
            let ratio = |of: f64| own.median / of;
            println!("lint / PQconninfoParse: {:.2}", ratio(parse.median));
            println!("lint / both: {:.2}", ratio(full));
        }
        Err(reason) => println!("libpq left out: {reason}"),
    }

    println!();
    println!(
        "{:<32} {:>9}{:>9}{:>9}{:>9}{:>9}",
        "nanoseconds a byte, the least", "1 kB", "10 kB", "100 kB", "1 MB", "10 MB"
    );
    for (name, make) in shapes::SHAPES {
        let times: Vec<String> = [1_000, 10_000, 100_000, 1_000_000, 10_000_000]
            .map(|size| {
                let text = make(size);
                let time = Measured::for_a_while(SHORT, &[text.as_str()], |text| {
                    black_box(lint(text, &options));
                });
                format!("{:9.1}", time.least / text.len() as f64)
            })
            .into();
        println!("{name:<32} {}", times.join(""));
    }
}

/// Nanoseconds for one of several texts.
#[derive(Clone, Copy)]
struct Measured {
    median: f64,
    least: f64,
}

impl Measured {
    /// Runs over all texts again and again, and takes the median of the rounds.
    fn of(texts: &[&str], each: impl FnMut(&str)) -> Self {
        Self::for_a_while(PATIENCE, texts, each)
    }

    /// One round at least.
    fn for_a_while(patience: Duration, texts: &[&str], mut each: impl FnMut(&str)) -> Self {
        let mut rounds = Vec::new();
        let begin = Instant::now();
        while rounds.is_empty() || begin.elapsed() < patience {
            let start = Instant::now();
            for text in texts {
                each(text);
            }
            rounds.push(start.elapsed().as_nanos() as f64 / texts.len().max(1) as f64);
        }
        rounds.sort_by(f64::total_cmp);
        Self {
            median: rounds[rounds.len() / 2],
            least: rounds[0],
        }
    }
}

fn row(name: &str, count: usize, time: Measured) {
    println!(
        "{name:<32} {count:>4} strings  median {:>9.2} µs  least {:>9.2} µs  a string",
        time.median / 1000.0,
        time.least / 1000.0
    );
}
