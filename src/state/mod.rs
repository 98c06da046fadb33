//! What the page knows: plain data and pure reducers, without a browser, so that they are tested on the host.

pub mod attention;
pub mod cards;
pub mod convert;
pub mod diff;
pub mod document;
pub mod documents;
pub mod embedding;
pub mod findings;
pub mod history;
pub mod keys;
pub mod ladder;
pub mod layer;
pub mod markdown;
pub mod ndjson;
pub mod probe;
pub mod readings;
pub mod report;
pub mod seal;
pub mod seen;
pub mod selection;
pub mod share;
pub mod theme;
pub mod vantage;
pub mod watch;
pub mod words;
