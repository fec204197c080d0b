//! The total that an accepted end has, whatever hangs.

use crate::request::Urgency;
use crate::settings::Settings;
use crate::time::Moment;

/// The total for a request that came as "at once", in milliseconds.
const AT_ONCE_TOTAL_MS: u64 = 5_000;

/// The least that a step gets, in milliseconds, even when the total is over: less than that is not
/// worth a try.
const LEAST_MS: u64 = 1_000;

/// When an accepted end must have reached reboot(2), and how urgent it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    accepted: Option<Accepted>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Accepted {
    requested: Moment,
    urgency: Urgency,
    total_ms: u64,
}

impl Budget {
    /// The budget of an end that was requested then and is this urgent now.
    #[must_use]
    pub fn of_end(requested: Moment, urgency: Urgency, settings: &Settings) -> Self {
        let total_ms = match urgency {
            Urgency::AtOnce => settings.total_ms.min(AT_ONCE_TOTAL_MS),
            Urgency::Orderly | Urgency::Hurried => settings.total_ms,
        };
        Self { accepted: Some(Accepted { requested, urgency, total_ms }) }
    }

    /// The urgency in effect; orderly while nothing ends.
    #[must_use]
    pub fn urgency(&self) -> Urgency {
        self.accepted.map_or(Urgency::Orderly, |accepted| accepted.urgency)
    }

    /// When all of it must be over; the far end of time while nothing ends.
    #[must_use]
    #[inline(never)]
    pub fn deadline(&self) -> Moment {
        self.accepted
            .map_or(Moment(u64::MAX), |accepted| accepted.requested.after_ms(accepted.total_ms))
    }

    /// When scripts must be over: a quarter of the total is left to the processes and the disks.
    #[must_use]
    pub fn scripts_deadline(&self) -> Moment {
        self.accepted.map_or(Moment(u64::MAX), |accepted| {
            accepted.requested.after_ms((accepted.total_ms / 4).saturating_mul(3))
        })
    }

    /// Whether the total is over.
    #[must_use]
    pub fn is_over(&self, now: Moment) -> bool {
        self.deadline() <= now
    }

    /// `most_ms` or what is left of the total, and at least a second.
    #[must_use]
    #[inline(never)]
    pub fn within_ms(&self, now: Moment, most_ms: u64) -> u64 {
        most_ms.min(self.deadline().since_ms(now).max(LEAST_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_gets_no_more_than_is_left_and_never_less_than_a_second() {
        let settings = Settings { total_ms: 10_000, ..Settings::default() };
        let budget = Budget::of_end(Moment(1_000), Urgency::Orderly, &settings);
        assert_eq!(budget.within_ms(Moment(1_000), 3_000), 3_000);
        assert_eq!(budget.within_ms(Moment(9_000), 3_000), 2_000);
        assert_eq!(budget.within_ms(Moment(99_000), 3_000), 1_000);
        assert_eq!(budget.scripts_deadline(), Moment(8_500));
        let urgent = Budget::of_end(Moment(1_000), Urgency::AtOnce, &settings);
        assert_eq!(urgent.deadline(), Moment(6_000));
        assert!(!Budget::default().is_over(Moment(u64::MAX - 1)));
    }
}
