//! What all panels share: the page's head and foot, running text, icons.

mod copy;
mod docs;
mod explain;
mod foot;
mod head;
mod icon;
mod keys;
mod prose;
mod seal;

pub use copy::CopyButton;
use docs::Docs;
pub use explain::Explain;
pub use foot::Foot;
pub use head::Head;
pub use icon::{Icon, Picture};
pub use keys::Keys;
pub use prose::Prose;
pub use seal::SealView;
