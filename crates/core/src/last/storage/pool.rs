//! The pool of all that touches storage.

use crate::context::Context;
use crate::op::{Op, OpId, StorageOp};
use crate::pending::Pending;

/// How many ops on storage are under way at a time. Each has a helper, which a disk that hangs keeps.
const MOST_AT_ONCE: usize = 8;

/// Ops on storage, each with what its outcome is for.
#[derive(Clone, Debug)]
pub(super) struct StorageOps<R> {
    pending: Pending<R>,
}

impl<R> Default for StorageOps<R> {
    fn default() -> Self {
        Self { pending: Pending::default() }
    }
}

impl<R> StorageOps<R> {
    /// Whether another one may begin.
    pub(super) fn has_room(&self) -> bool {
        self.pending.len() < MOST_AT_ONCE
    }

    /// Whether none is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.pending.is_empty()
    }

    /// Has `op` carried out, for `most_ms` at the most and within the total.
    pub(super) fn begin(&mut self, context: &mut Context, op: StorageOp, most_ms: u64, reply: R) {
        let deadline_ms = context.budget.within_ms(context.now, most_ms);
        self.pending.insist(context, Op::Storage(op), deadline_ms, reply);
    }

    /// What the op was for, if it is one of these.
    pub(super) fn complete(&mut self, id: OpId) -> Option<R> {
        self.pending.complete(id)
    }
}
