//! One inittab entry and the process that runs for it.

use crate::errno::Errno;
use crate::inittab::Entry;
use crate::time::Moment;

/// A process that lived less long than this ended "at once".
const QUICK_MS: u64 = 1_000;

/// How often an entry may end at once before it is made to wait longer and longer.
const QUICK_ENDS_FORGIVEN: u32 = 5;

/// The longest rest of an entry that always ends at once.
const LONGEST_REST_MS: u64 = 60_000;

/// sysvinit's limit: an entry that is started as often as this within that time rests that long
/// (src/init.c, MAXSPAWN, TESTTIME, SLEEPTIME).
const MOST_STARTS: u32 = 10;
const STARTS_WITHIN_MS: u64 = 120_000;
const LIMIT_REST_MS: u64 = 300_000;

/// How long a failed start is not tried again: no process slot or memory (fork(2) EAGAIN,
/// ENOMEM), or a terminal that isn't there.
pub(super) const RETRY_MS: u64 = 1_000;

/// What an entry's process is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SlotState {
    /// To be started when its turn comes.
    Idle,
    /// Asked for.
    Starting,
    /// Alive.
    Running { pid: u32, since: Moment },
    /// Not to be started before then.
    Resting { until: Moment },
    /// Has had its turn.
    Done,
}

/// Why an entry could not be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Complaint {
    NoTerminal(Errno),
    NoProcess(Errno),
}

/// An entry with its process.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) id: u32,
    pub(super) entry: Entry,
    pub(super) state: SlotState,
    /// No longer in inittab: not started again.
    pub(super) is_removed: bool,
    /// `telinit a`, `b` or `c` has asked for it.
    pub(super) is_on_demand: bool,
    quick_ends: u32,
    /// Since when starts are counted for sysvinit's limit.
    counted_from: Moment,
    /// The last complaint about it, so that the same one is made once.
    pub(super) complaint: Option<Complaint>,
}

impl Slot {
    pub(super) fn new(id: u32, entry: Entry) -> Self {
        Self {
            id,
            entry,
            state: SlotState::Idle,
            is_removed: false,
            is_on_demand: false,
            quick_ends: 0,
            counted_from: Moment::default(),
            complaint: None,
        }
    }

    pub(super) fn pid(&self) -> Option<u32> {
        match self.state {
            SlotState::Running { pid, .. } => Some(pid),
            SlotState::Idle | SlotState::Starting | SlotState::Resting { .. } | SlotState::Done => {
                None
            }
        }
    }

    /// Whether it has a process, or is about to.
    pub(super) fn is_alive(&self) -> bool {
        matches!(self.state, SlotState::Starting | SlotState::Running { .. })
    }

    /// Whether its last process ended at once.
    pub(super) fn ended_at_once(&self) -> bool {
        self.quick_ends > 0
    }

    /// When its rest ends.
    pub(super) fn resting_until(&self) -> Option<Moment> {
        match self.state {
            SlotState::Resting { until } => Some(until),
            SlotState::Idle | SlotState::Starting | SlotState::Running { .. } | SlotState::Done => {
                None
            }
        }
    }

    /// Whether it may be started now.
    pub(super) fn is_due(&self, now: Moment) -> bool {
        match self.state {
            SlotState::Idle => true,
            SlotState::Resting { until } => until <= now,
            SlotState::Starting | SlotState::Running { .. } | SlotState::Done => false,
        }
    }

    /// Forgets how often it was started: somebody has read inittab again, or changed the runlevel.
    pub(super) fn forgive(&mut self) {
        self.quick_ends = 0;
        if let (SlotState::Resting { .. }, true) = (self.state, self.entry.action.is_respawned()) {
            self.state = SlotState::Idle;
        }
    }

    /// Makes it ready to be started again, or to rest where it has been started too often by
    /// sysvinit's rule. Returns how long it rests.
    pub(super) fn rest_within_limit(&mut self, now: Moment) -> Option<u64> {
        if now.since_ms(self.counted_from) > STARTS_WITHIN_MS {
            (self.counted_from, self.quick_ends) = (now, 0);
        }
        self.quick_ends = self.quick_ends.saturating_add(1);
        let is_too_often = self.quick_ends >= MOST_STARTS;
        self.state = SlotState::Idle;
        if is_too_often {
            self.quick_ends = 0;
            self.state = SlotState::Resting { until: now.after_ms(LIMIT_REST_MS) };
        }
        is_too_often.then_some(LIMIT_REST_MS)
    }

    /// Puts it to rest after its process ended. Returns how long, where that is worth a line.
    pub(super) fn rest_after_end(&mut self, now: Moment) -> Option<u64> {
        let lived_ms = match self.state {
            SlotState::Running { since, .. } => now.since_ms(since),
            SlotState::Idle | SlotState::Starting | SlotState::Resting { .. } | SlotState::Done => {
                0
            }
        };
        self.quick_ends = if lived_ms < QUICK_MS { self.quick_ends.saturating_add(1) } else { 0 };
        let rest_ms = rest_ms(self.quick_ends);
        self.state = SlotState::Resting { until: now.after_ms(rest_ms) };
        (self.quick_ends == QUICK_ENDS_FORGIVEN.saturating_add(1)).then_some(rest_ms)
    }
}

/// One second between ends, as BusyBox; doubling once that has not helped.
fn rest_ms(quick_ends: u32) -> u64 {
    let doublings = quick_ends.saturating_sub(QUICK_ENDS_FORGIVEN).min(6);
    match quick_ends {
        0 => 0,
        _ => 1_000u64.saturating_mul(1 << doublings).min(LONGEST_REST_MS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_that_always_ends_at_once_comes_back_ever_more_slowly() {
        let rests: alloc::vec::Vec<u64> = (0..14).map(rest_ms).collect();
        assert_eq!(
            rests,
            [0, 1000, 1000, 1000, 1000, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000]
        );
    }
}
