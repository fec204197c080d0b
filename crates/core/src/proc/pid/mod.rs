//! The files of one process, /proc/PID/…

mod fdinfo;
mod io;
mod loginuid;
mod stat;
mod status;

pub use fdinfo::parse_signalfd_mask;
pub use io::parse_written_bytes;
pub use loginuid::parse_loginuid;
pub use stat::{Stat, parse_stat};
pub use status::{Status, parse_status};
