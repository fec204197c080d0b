//! What was to be changed of the disks, and what PID 1 was told of it.

use rekindle_core::op::{Outcome, StorageOp};

/// What was to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Unmount,
    ReadOnly,
    SwapOff,
}

/// What was tried, and what PID 1 was told of it last.
#[derive(Clone, Debug)]
pub(super) struct Tried {
    pub(super) change: Change,
    path: Vec<u8>,
    outcome: Outcome,
}

impl Tried {
    pub(super) fn is_done(&self) -> bool {
        self.outcome == Outcome::Done
    }
}

/// All that was tried.
#[derive(Clone, Debug, Default)]
pub(super) struct AllTried {
    all: Vec<Tried>,
}

impl AllTried {
    /// What PID 1 is told of an op.
    pub(super) fn note(&mut self, op: &StorageOp, outcome: &Outcome) {
        let (change, path) = match op {
            StorageOp::Unmount { target } => (Change::Unmount, target),
            StorageOp::RemountReadOnly { target } => (Change::ReadOnly, target),
            StorageOp::SwapOff { path } => (Change::SwapOff, path),
            StorageOp::Sync | StorageOp::WriteFile { .. } => return,
        };
        // One that is gone was another, on the same place.
        let is_it = |one: &&mut Tried| one.change == change && one.path == *path && !one.is_done();
        match self.all.iter_mut().find(is_it) {
            Some(one) => one.outcome = outcome.clone(),
            None => {
                let (path, outcome) = (path.clone(), outcome.clone());
                self.all.push(Tried { change, path, outcome });
            }
        }
    }

    /// What was tried on this path.
    pub(super) fn on(&self, path: &[u8]) -> impl Iterator<Item = &Tried> {
        self.all.iter().filter(move |one| one.path == path)
    }

    /// How many were changed, as far as PID 1 was told.
    pub(super) fn count_done(&self, change: Change) -> u64 {
        self.all.iter().filter(|one| one.change == change && one.is_done()).count() as u64
    }
}
