//! Waiting for a time.

use rustix::event::Timespec;

/// Waits: ppoll(2) on nothing.
pub fn wait_ms(ms: u64) {
    let _ = rustix::event::poll(&mut [], Some(&timespec(ms)));
}

pub(crate) fn timespec(ms: u64) -> Timespec {
    let seconds = i64::try_from(ms / 1000).unwrap_or(i64::MAX);
    let nanoseconds = i64::try_from(ms % 1000).unwrap_or(0).saturating_mul(1_000_000);
    Timespec { tv_sec: seconds, tv_nsec: nanoseconds }
}
