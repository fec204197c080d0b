//! x86-64.

mod ports;
mod tables;

pub use ports::Ports;
pub use tables::{PAGE_BYTES, REBOOT_CALLS, SIGNAL_ACTION_WORDS, TimeWord};
