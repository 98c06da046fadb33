//! Why a connection failed: category, persistence, and the steps to take.

mod category;
mod server_error;
mod steps;

pub use category::{Category, Persistence, PointsAt};
pub use server_error::{Evidence, ServerError, classify};
pub use steps::{Advice, Retry, Situation, Step, advise};
