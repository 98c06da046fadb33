//! What all panels share: the page's head and foot, running text, icons.

mod copy;
pub mod docs;
mod explain;
mod foot;
mod head;
mod icon;
mod keys;
mod later;
mod prose;
pub mod seal;

pub use copy::CopyButton;
pub use explain::Explain;
pub use foot::foot;
pub use head::Head;
pub use icon::{Picture, icon};
pub use keys::Keys;
pub use later::Later;
pub use prose::prose;
