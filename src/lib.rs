//! The connlint page.
