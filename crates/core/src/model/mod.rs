//! What a connection string says, once read: names, settings, secrets.

mod names;
mod param;
mod secret;
mod settings;

pub use names::{Dialect, Driver, Grammar, Layer, Target};
pub use param::Param;
pub use secret::Secret;
pub use settings::{
    HostPort, HostView, Origin, PasswordState, Piece, Setting, Settings, SettingsView, Value,
};
