//! How fast a log is read for its failures: `cargo bench -p connlint-core --bench triage`.
//!
//! Prints megabytes a second over logs of 10 MB, of the kinds that people have and of the kinds that hurt, and how much
//! longer twice the length takes.
#![allow(clippy::print_stdout, reason = "that is what a benchmark is for")]

use connlint_core::triage::Catalogue;
use connlint_core::{Options, lint};
use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

const MEGABYTES: usize = 10;

fn main() {
    let started = now();
    let catalogue = Catalogue::new();
    println!(
        "making the catalogue: {:.0} µs",
        micros(now().saturating_sub(started))
    );
    println!(
        "{:34} {:>8} {:>10} {:>12}",
        "log", "MB/s", "failures", "twice as long"
    );
    for (name, line) in KINDS {
        let size = MEGABYTES << 20;
        let text = log(*line, size);
        let half = log(*line, size / 2);
        let (time, found) = read(&catalogue, &text);
        let (time_of_half, _) = read(&catalogue, &half);
        println!(
            "{name:34} {:>8.0} {found:>10} {:>11.1}x",
            text.len() as f64 / 1e6 / time.as_secs_f64(),
            time.as_secs_f64() / time_of_half.as_secs_f64()
        );
    }
}

/// A line by its number.
type Line = fn(usize) -> String;

const KINDS: &[(&str, Line)] = &[
    ("an application, an error in 50 lines", application),
    ("a server, nothing but logins", server),
    ("JSON, an error in 20 lines", json),
    ("nothing but errors", errors),
    ("nothing but stack traces", traces),
    ("one line without an end", |_| {
        "refused connection timeout ".into()
    }),
    ("beginnings of names without an end", |_| {
        "for host \"192.0.2.1, user \"x\" FATAL: database \"".into()
    }),
    ("nothing but quotes and backslashes", |_| {
        "\\\\\\\"\\n role \\\"".into()
    }),
];

fn application(number: usize) -> String {
    let clock = clock(number);
    if number.is_multiple_of(50) {
        format!(
            "{clock} ERROR [pool-3] c.e.shop.OrderRepository - org.postgresql.util.PSQLException: FATAL: sorry, too many clients already\n"
        )
    } else {
        format!(
            "{clock} INFO  [http-nio-{}] c.e.shop.OrderController - GET /orders/{number} took {} ms, 200 OK, user={} items={}\n",
            number % 16,
            number % 97,
            number % 1009,
            number % 7
        )
    }
}

fn server(number: usize) -> String {
    format!(
        "{} UTC [{}] LOG:  connection authorized: user=app database=shop SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)\n",
        clock(number),
        1000 + number % 5000
    )
}

fn json(number: usize) -> String {
    let message = if number.is_multiple_of(20) {
        "connection to server at \\\"db.example\\\" (192.0.2.4), port 5432 failed: FATAL:  the database system is starting up"
    } else {
        "request served from cache"
    };
    format!(
        "{{\"level\":\"info\",\"time\":{},\"msg\":\"{message}\",\"id\":{number}}}\n",
        1_721_831_360_000_u64 + number as u64 * 100
    )
}

fn errors(number: usize) -> String {
    format!(
        "{} UTC [{number}] FATAL:  password authentication failed for user \"app\"\n",
        clock(number)
    )
}

fn traces(number: usize) -> String {
    if number.is_multiple_of(20) {
        format!(
            "{} Error: connect ECONNREFUSED 192.0.2.4:5432\n",
            clock(number)
        )
    } else {
        "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1607:16)\n".into()
    }
}

/// Seconds apart, from 2024-07-24 on.
fn clock(number: usize) -> String {
    let seconds = number / 10;
    format!(
        "2024-07-{:02} {:02}:{:02}:{:02}.{:03}",
        24 + seconds / 86_400 % 7,
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60,
        number % 10 * 100
    )
}

fn log(line: Line, size: usize) -> String {
    let mut text = String::with_capacity(size + 512);
    let mut number = 0;
    while text.len() < size {
        let _ = write!(text, "{}", line(number));
        number += 1;
    }
    text
}

/// The best of three, and how often the failure that answers was found.
fn read(catalogue: &Catalogue, text: &str) -> (Duration, usize) {
    let options = Options::default();
    let no_strings = lint("", &options);
    (0..3)
        .map(|_| {
            let started = now();
            let triage = black_box(catalogue.read(black_box(text), &options, &no_strings));
            (now().saturating_sub(started), triage.count)
        })
        .min()
        .unwrap_or_default()
}

/// The time that this thread has had on a processor, so that what else the machine does is not counted; where the system
/// does not tell, the time of day.
fn now() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let on_processor = std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split_whitespace().next()?.parse().ok());
    match on_processor {
        Some(nanoseconds) => Duration::from_nanos(nanoseconds),
        None => START.get_or_init(Instant::now).elapsed(),
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
