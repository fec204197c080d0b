//! Moments and lengths of time, in milliseconds of CLOCK_MONOTONIC.

use core::fmt;

/// A moment: milliseconds on CLOCK_MONOTONIC, which runs on across an exec of PID 1
/// (clock_gettime(2)), so the last stage goes on counting where its predecessor stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

impl Moment {
    /// The moment `ms` milliseconds later; the far end of time if that can't be expressed.
    #[must_use]
    pub const fn after_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds since `earlier`; 0 if `earlier` is not earlier.
    #[must_use]
    pub const fn since_ms(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// The earlier of two moments, as far as there are any.
#[must_use]
#[inline(never)]
pub fn earlier(one: Option<Moment>, other: Option<Moment>) -> Option<Moment> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Shows milliseconds as seconds with two decimals: `0.35 s`.
#[derive(Clone, Copy, Debug)]
pub struct Seconds(pub u64);

impl fmt::Display for Seconds {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{:02} s", self.0 / 1000, self.0 % 1000 / 10)
    }
}
