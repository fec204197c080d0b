//! What is mounted, and in which order it can go.

mod mountinfo;
mod plan;

pub use mountinfo::{Mount, parse_mountinfo, unescape};
pub use plan::{Teardown, UnmountState, plan_read_only};
