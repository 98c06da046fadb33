//! Reads a text once, for its strings and its errors, for whoever counts what that takes: `work strings`, or
//! `work SHAPE SIZE` with a text that grows.
//!
//! `cargo xtask test` runs it under valgrind with growing sizes: the instructions must not grow faster than the text.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program for the project's own tasks"
)]

#[path = "../benches/support/shapes.rs"]
mod shapes;

use connlint_core::triage::Catalogue;
use connlint_core::{Options, lint};
use std::hint::black_box;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let options = Options::default();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["shapes"] => {
            for (name, _) in shapes::SHAPES {
                println!("{name}");
            }
        }
        ["strings"] => {
            for text in shapes::strings() {
                black_box(lint(text, &options));
            }
        }
        [shape, size] => {
            let (_, make) = shapes::SHAPES
                .iter()
                .find(|(name, _)| *name == shape)
                .expect("a shape of that name");
            let text = make(size.parse().expect("a size"));
            black_box(Catalogue::new().paste(&text, &options));
        }
        _ => println!("usage: work shapes | work strings | work SHAPE SIZE"),
    }
}
