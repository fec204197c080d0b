//! What is mounted, and in which order it can go.

mod mountinfo;
mod plan;

pub use mountinfo::{parse_mountinfo, unescape, Mount};
pub use plan::{plan_read_only, Teardown, UnmountState};
