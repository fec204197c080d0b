//! What was tried, in a buffer of fixed size, for whoever still runs afterwards.

use crate::{Reply, Rung, Step};

/// One step that was tried.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The rung it belongs to; the reset flag before all rungs belongs to the first.
    pub rung: Option<Rung>,
    /// The step.
    pub step: Step,
    /// What it brought; `None` while it runs, so the last entry without one is the step that did
    /// not come back.
    pub reply: Option<Reply>,
}

/// The first `N` steps, and how many came after them. Put it where a reset does not reach, and the
/// next boot can read it.
#[derive(Clone, Debug)]
pub struct Ledger<const N: usize> {
    entries: [Option<LedgerEntry>; N],
    count: usize,
}

impl<const N: usize> Ledger<N> {
    /// An empty ledger.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: [None; N], count: 0 }
    }

    /// Notes a step before it is done.
    pub fn begin(&mut self, rung: Option<Rung>, step: Step) {
        if let Some(slot) = self.entries.get_mut(self.count) {
            *slot = Some(LedgerEntry { rung, step, reply: None });
        }
        self.count = self.count.saturating_add(1);
    }

    /// Notes what the last step brought.
    pub fn end(&mut self, reply: Reply) {
        let last = self.count.checked_sub(1).and_then(|last| self.entries.get_mut(last));
        if let Some(Some(entry)) = last {
            entry.reply = Some(reply);
        }
    }

    /// The entries in the order in which they were tried.
    pub fn entries(&self) -> impl Iterator<Item = &LedgerEntry> {
        self.entries.iter().flatten()
    }

    /// Steps that did not fit.
    #[must_use]
    pub const fn dropped(&self) -> usize {
        self.count.saturating_sub(N)
    }
}

impl<const N: usize> Default for Ledger<N> {
    fn default() -> Self {
        Self::new()
    }
}
