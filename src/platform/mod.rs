//! The only part that touches the browser: small functions, without state of the app.

pub mod clipboard;
pub mod layer;
pub mod page;
pub mod parts;
pub mod probe;
pub mod seal;
pub mod textarea;
pub mod token;
