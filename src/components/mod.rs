//! What is drawn: one folder for each panel. Props in, callbacks out; the state is in [`crate::app`].

pub mod advice;
pub mod convert;
pub mod editor;
pub mod findings;
pub mod gallery;
pub mod layout;
pub mod panels;
pub mod probe;
pub mod readings;
pub mod share;
pub mod summary;
pub mod support;
pub mod triage;
