//! Lengths of time, for people.

use rekindle_core::time::Seconds;
use std::fmt;

/// Shows milliseconds by the two greatest units: `3 h 12 min`; below a minute as `0.35 s`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span(pub(super) u64);

impl fmt::Display for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1_000;
        let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
        if days > 0 {
            write!(out, "{days} d {} h", hours % 24)
        } else if hours > 0 {
            write!(out, "{hours} h {} min", minutes % 60)
        } else if minutes > 0 {
            write!(out, "{minutes} min {} s", seconds % 60)
        } else {
            write!(out, "{}", Seconds(self.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_greatest_units_are_shown() {
        for (ms, shown) in [
            (0, "0.00 s"),
            (59_999, "59.99 s"),
            (60_000, "1 min 0 s"),
            (3_599_999, "59 min 59 s"),
            (11_520_000, "3 h 12 min"),
            (86_400_000, "1 d 0 h"),
        ] {
            assert_eq!(Span(ms).to_string(), shown);
        }
    }
}
