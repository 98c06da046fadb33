//! Why a connection failed: category, persistence, and the steps to take.
//!
//! The probe comes with what the server sent ([`Catalogue::classify`]), a person with what a program printed
//! ([`Catalogue::read`]); both end in the same categories and the same advice ([`advise`]).
//!
//! [`FAILURES`] is the catalogue, each failure in two files and one line. [`Catalogue`] looks for all of its wordings in
//! one pass over the text; what stands nearest to the cause explains the rest.

mod beside;
mod catalogue;
mod category;
mod client;
mod evidence;
mod failure;
mod failures;
#[cfg(test)]
mod meta;
mod point;
mod read;
mod refine;
mod retry;
mod server_error;
mod sqlstate;
mod steps;
mod time;
mod timeline;
mod weigh;
mod wording;

pub use beside::explained_by;
pub use catalogue::Catalogue;
pub use category::{Category, Persistence, PointsAt};
pub use evidence::Evidence;
pub use failure::{Failure, Hint};
pub use failures::FAILURES;
pub use read::{Paste, Triage};
pub use retry::{Retry, Snippet};
pub use server_error::ServerError;
pub use steps::{Advice, Alternative, Situation, Step, advise};
pub use time::Time;
pub use timeline::{ESCALATE_AFTER_S, Outage, Point, Timeline, duration};
pub use weigh::Other;
pub use wording::{Depth, Wording};
