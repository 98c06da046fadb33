//! The box: a text area with the squiggles behind it, and what can be done with the text as a whole.

mod annotated;
mod area;
mod chips;
mod examples;
mod hint;
mod layer;

pub use annotated::Annotated;
pub use area::Area;
pub use chips::Chips;
pub use examples::examples;
pub use hint::hint;
