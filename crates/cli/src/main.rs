//! The connlint command line.
fn main() {}
