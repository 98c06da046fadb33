//! What connlint says about a text: diagnostics, and the fixes that go with them.

mod diagnostic;
mod fix;

pub use diagnostic::{Certainty, Diagnostic, Related, Severity};
pub use fix::{Applicability, Edit, EditError, Fix, apply};
