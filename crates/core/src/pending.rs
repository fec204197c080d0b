//! The ops that a stage has under way, and what each is for.

use crate::context::Context;
use crate::op::{How, Op, OpId};
use alloc::vec::Vec;

/// The ops of one stage with what each one's outcome is for: a reply type of the stage's own. What a
/// stage leaves under way when it is over is nobody's: its outcome finds no place any more.
#[derive(Clone, Debug)]
pub(crate) struct Pending<R> {
    replies: Vec<(OpId, R)>,
}

impl<R> Default for Pending<R> {
    fn default() -> Self {
        Self { replies: Vec::new() }
    }
}

impl<R> Pending<R> {
    /// Asks for an op by PID 1 itself.
    pub(crate) fn run(&mut self, context: &mut Context, op: Op, reply: R) {
        let id = context.issue(op, How::Inline);
        self.replies.push((id, reply));
    }

    /// Asks for an op by a helper, which has this long.
    pub(crate) fn help(&mut self, context: &mut Context, op: Op, deadline_ms: u64, reply: R) {
        let id = context.issue(op, How::Helper { deadline_ms });
        self.replies.push((id, reply));
    }

    /// The same where there is no other way: if no helper can be had, it is asked for again.
    pub(crate) fn insist(&mut self, context: &mut Context, op: Op, deadline_ms: u64, reply: R) {
        let id = context.issue_without_other_way(op, deadline_ms);
        self.replies.push((id, reply));
    }

    /// What the op was for, if it is one of this stage's.
    pub(crate) fn complete(&mut self, id: OpId) -> Option<R> {
        let at = self.replies.iter().position(|(other, _)| *other == id)?;
        Some(self.replies.remove(at).1)
    }

    /// What each is for, in the order in which they were asked for.
    pub(crate) fn replies_mut(&mut self) -> impl Iterator<Item = &mut R> {
        self.replies.iter_mut().map(|(_, reply)| reply)
    }

    /// Whether the op is one of this stage's.
    pub(crate) fn has(&self, id: OpId) -> bool {
        self.replies.iter().any(|(other, _)| *other == id)
    }

    /// How many of those under way are for that.
    pub(crate) fn count(&self, is_one: &dyn Fn(&R) -> bool) -> usize {
        self.replies.iter().filter(|(_, reply)| is_one(reply)).count()
    }

    /// How many are under way.
    pub(crate) fn len(&self) -> usize {
        self.replies.len()
    }

    /// Whether none is.
    pub(crate) fn is_empty(&self) -> bool {
        self.replies.is_empty()
    }
}
