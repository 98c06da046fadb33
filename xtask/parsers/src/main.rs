//! One Azure URI, read by connlint, by drivers' parsers and by libpq in one process, in turns: nanoseconds of the processor for
//! each, the least and the median of many rounds. `cargo xtask bench` runs it.

use connlint_core::model::{Dialect, Driver};
use connlint_core::{Options, lint, parse::parse};
use std::hint::black_box;
use std::time::{Duration, Instant};

#[path = "../../../crates/core/benches/support/libpq.rs"]
mod libpq;

const TEXT: &str = "postgresql://app:Kestrel7@shop.postgres.database.azure.com:5432/orders?sslmode=require&application_name=orders&connect_timeout=10";

/// How often each of them is timed.
const ROUNDS: usize = 300;

/// How long a round is at least: long enough for the clock.
const ROUND: Duration = Duration::from_micros(500);

type Read<'a> = Box<dyn Fn(&str) + 'a>;

fn main() {
    println!("{TEXT}");
    let options = Options::default();
    let libpq = libpq::Libpq::load();
    let mut rows: Vec<(&str, Read<'_>)> = vec![
        (
            "connlint: parse, lossless, with spans",
            Box::new(|text| drop(black_box(parse(text, Dialect::LibpqUri, Driver::Libpq)))),
        ),
        (
            "tokio-postgres: Config",
            Box::new(|text| drop(black_box(text.parse::<tokio_postgres::Config>()))),
        ),
        (
            "url: Url",
            Box::new(|text| drop(black_box(text.parse::<url::Url>()))),
        ),
        (
            "sqlx: PgConnectOptions",
            Box::new(|text| {
                drop(black_box(text.parse::<sqlx_postgres::PgConnectOptions>()));
            }),
        ),
        (
            "connlint: lint, every rule",
            Box::new(|text| drop(black_box(lint(text, &options)))),
        ),
    ];
    assert!(TEXT.parse::<tokio_postgres::Config>().is_ok());
    assert!(TEXT.parse::<sqlx_postgres::PgConnectOptions>().is_ok());
    assert_eq!(lint(TEXT, &options).strings.len(), 1);
    match &libpq {
        Ok(libpq) => {
            rows.push(("libpq: PQconninfoParse", Box::new(|text| libpq.parse(text))));
            rows.push((
                "libpq: PQconninfoParse and PQconndefaults",
                Box::new(|text| {
                    libpq.parse(text);
                    libpq.defaults();
                }),
            ));
        }
        Err(reason) => println!("libpq left out: {reason}"),
    }
    let counts: Vec<u32> = rows.iter().map(|(_, read)| repeats(read)).collect();
    let mut times = vec![Vec::new(); rows.len()];
    for _ in 0..ROUNDS {
        for (((_, read), count), times) in rows.iter().zip(&counts).zip(&mut times) {
            times.push(timed(read, *count).as_nanos() as f64 / f64::from(*count));
        }
    }
    let measured: Vec<(&str, f64, f64)> = rows
        .iter()
        .zip(&mut times)
        .map(|((name, _), times)| {
            times.sort_by(f64::total_cmp);
            (*name, times[times.len() / 2], times[0])
        })
        .collect();
    for (name, median, least) in &measured {
        println!("{name:<42} median {median:>9.0} ns  least {least:>9.0} ns");
    }
    let ratio = |of: &str, by: &str| {
        let least = |name| measured.iter().find(|(known, ..)| *known == name);
        match (least(of), least(by)) {
            (Some((_, _, of)), Some((_, _, by))) => format!("{:.2}", of / by),
            _ => "not compared".into(),
        }
    };
    println!(
        "connlint's parse / tokio-postgres: {} (at most 2)",
        ratio(rows[0].0, rows[1].0)
    );
    println!(
        "connlint's lint / PQconninfoParse: {} (at most 1)",
        ratio(rows[4].0, "libpq: PQconninfoParse")
    );
}

/// How often a round reads the text.
fn repeats(read: &Read<'_>) -> u32 {
    let mut count = 1;
    while timed(read, count) < ROUND {
        count *= 2;
    }
    count
}

fn timed(read: &Read<'_>, count: u32) -> Duration {
    let since = Instant::now();
    for _ in 0..count {
        read(black_box(TEXT));
    }
    since.elapsed()
}
