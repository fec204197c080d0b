//! The rounds in which what is busy is tried again.

use crate::time::Moment;

/// How long before what is busy is tried again, in milliseconds. A killed process gives its files back
/// a moment after it is gone (task work, kernel/exit.c), so each try waits a little longer.
const AFTER_MS: [u64; 5] = [10, 20, 50, 100, 200];

/// The rounds: how many there were, and when the next begins.
#[derive(Clone, Debug, Default)]
pub(super) struct Rounds {
    done: usize,
    next_at: Option<Moment>,
}

impl Rounds {
    /// When the next round begins, while it waits for that.
    pub(super) fn next_at(&self) -> Option<Moment> {
        self.next_at
    }

    /// Whether the round waits for nothing any more.
    pub(super) fn has_begun(&mut self, now: Moment) -> bool {
        let _ = self.next_at.take_if(|at| *at <= now);
        self.next_at.is_none()
    }

    /// Whether there is none any more.
    pub(super) fn are_over(&self) -> bool {
        self.done >= AFTER_MS.len()
    }

    /// Another round, after a rest; none if they are over.
    pub(super) fn plan_next(&mut self, now: Moment) {
        self.next_at = AFTER_MS.get(self.done).map(|after_ms| now.after_ms(*after_ms));
        self.done = self.done.saturating_add(1);
    }
}
