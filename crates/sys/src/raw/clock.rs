//! What time it is.

use crate::arch::TimeWord;
use crate::result::checked;
use syscalls::{Sysno, syscall};

/// `clock_gettime(CLOCK_MONOTONIC)` in milliseconds: clock_gettime(2).
#[must_use]
pub fn monotonic_ms() -> u64 {
    let time = clock(1);
    let seconds_ms = time.seconds.saturating_mul(1000);
    seconds_ms.saturating_add(u64::from(time.nanoseconds) / 1_000_000)
}

/// `clock_gettime(CLOCK_MONOTONIC)` in microseconds: clock_gettime(2).
#[must_use]
pub fn monotonic_us() -> u64 {
    let time = clock(1);
    let seconds_us = time.seconds.saturating_mul(1_000_000);
    seconds_us.saturating_add(u64::from(time.nanoseconds) / 1000)
}

/// A time of day.
#[derive(Clone, Copy, Debug, Default)]
pub struct Realtime {
    /// Seconds since 1970.
    pub seconds: u64,
    /// And nanoseconds.
    pub nanoseconds: u32,
}

/// `clock_gettime(CLOCK_REALTIME)`: clock_gettime(2).
#[must_use]
pub fn realtime() -> Realtime {
    clock(0)
}

fn clock(id: usize) -> Realtime {
    // struct timespec: seconds and nanoseconds.
    let mut time: [TimeWord; 2] = [0; 2];
    // SAFETY: the kernel writes a struct timespec to `time`, which is that large and ours.
    let result = checked(unsafe { syscall!(Sysno::clock_gettime, id, time.as_mut_ptr()) });
    let [seconds, nanoseconds] = time;
    match result {
        Ok(_) => Realtime {
            seconds: u64::try_from(seconds).unwrap_or(0),
            nanoseconds: u32::try_from(nanoseconds).unwrap_or(0),
        },
        Err(_) => Realtime::default(),
    }
}
