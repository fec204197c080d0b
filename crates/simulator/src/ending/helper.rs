//! A helper of PID 1's at work.

use rekindle_core::op::{Op, OpId, Outcome};

/// What becomes of a helper.
#[derive(Clone, Debug)]
pub(super) enum Work {
    /// It is done then, and tells this.
    Looks(Outcome),
    /// It does its op then.
    Does,
    /// It hangs until it is given up.
    Hangs,
    /// It is given up, and does its op at this later time all the same.
    ComesLate(u64),
}

/// A helper at work.
#[derive(Clone, Debug)]
pub(super) struct FakeHelper {
    pub(super) id: OpId,
    pub(super) pid: u32,
    pub(super) op: Op,
    pub(super) work: Work,
    pub(super) ends_at_ms: Option<u64>,
    /// PID 1 waits for it: it was not given up, and PID 1 is the same as when it began.
    pub(super) is_waited_for: bool,
}

impl FakeHelper {
    /// One of which it is not known yet what becomes of it.
    pub(super) fn new(id: OpId, pid: u32, op: Op) -> Self {
        Self { id, pid, op, work: Work::Hangs, ends_at_ms: None, is_waited_for: true }
    }

    /// The PID 1 that began it is another program now.
    pub(super) fn leave_behind(&mut self) {
        self.is_waited_for = false;
    }

    /// PID 1 waits no longer, and it does its op at this time.
    pub(super) fn give_up(&mut self, does_at_ms: u64) {
        (self.work, self.ends_at_ms) = (Work::Does, Some(does_at_ms));
        self.is_waited_for = false;
    }

    pub(super) fn is_due(&self, now_ms: u64) -> bool {
        self.ends_at_ms.is_some_and(|at_ms| at_ms <= now_ms)
    }

    pub(super) fn is_on_storage(&self) -> bool {
        matches!(self.op, Op::Storage(_))
    }
}
