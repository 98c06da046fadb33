//! What `cargo xtask dist` makes, as users open it: the one file from disk, and the site that works offline.

mod single;
mod site;
