//! The total that an accepted end has, whatever hangs.

use crate::request::Urgency;
use crate::settings::Settings;
use crate::time::Moment;

/// The total from the moment at which somebody asked for an end at once, in milliseconds.
const AT_ONCE_TOTAL_MS: u64 = 5_000;

/// The least that a step gets, in milliseconds, even when the total is over: less than that is not
/// worth a try.
pub(crate) const LEAST_MS: u64 = 1_000;

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
    /// The budget of an end that was requested then and has been this urgent since.
    #[must_use]
    pub fn of_end(
        requested: Moment,
        urgency: Urgency,
        urgent_since: Moment,
        settings: &Settings,
    ) -> Self {
        let total_ms = match urgency {
            Urgency::AtOnce => {
                let at_once = urgent_since.after_ms(AT_ONCE_TOTAL_MS);
                settings.total_ms.min(at_once.since_ms(requested))
            }
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
        let budget = Budget::of_end(Moment(1_000), Urgency::Orderly, Moment(1_000), &settings);
        assert_eq!(budget.within_ms(Moment(1_000), 3_000), 3_000);
        assert_eq!(budget.within_ms(Moment(9_000), 3_000), 2_000);
        assert_eq!(budget.within_ms(Moment(99_000), 3_000), 1_000);
        assert_eq!(budget.scripts_deadline(), Moment(8_500));
        assert!(!budget.is_over(Moment(10_999)) && budget.is_over(Moment(11_000)));
        assert_eq!(budget.urgency(), Urgency::Orderly);
        assert!(!Budget::default().is_over(Moment(u64::MAX - 1)));
        assert_eq!(Budget::default().scripts_deadline(), Moment(u64::MAX));
    }

    #[test]
    fn at_once_counts_from_when_it_was_asked_for_and_never_beyond_the_total() {
        let settings = Settings { total_ms: 10_000, ..Settings::default() };
        for (since, deadline) in [(1_000, 6_000), (3_000, 8_000), (9_000, 11_000)] {
            let since = Moment(since);
            let urgent = Budget::of_end(Moment(1_000), Urgency::AtOnce, since, &settings);
            assert_eq!(urgent.deadline(), Moment(deadline));
            let hurried = Budget::of_end(Moment(1_000), Urgency::Hurried, since, &settings);
            assert_eq!(hurried.deadline(), Moment(11_000));
        }
    }
}
