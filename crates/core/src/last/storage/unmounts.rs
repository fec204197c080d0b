//! Unmounting, in rounds: what is only busy is tried again.

use super::pool::StorageOps;
use super::record::storage_line;
use super::rounds::Rounds;
use super::teardown::{Teardown, UnmountState};
use crate::account::{Account, StorageDone};
use crate::context::Context;
use crate::errno::Errno;
use crate::event::Severity;
use crate::op::{OpId, Outcome, StorageOp};
use crate::proc::mountinfo::Mount;
use crate::text::Shown;
use crate::time::Moment;

/// Mounts on their way off.
#[derive(Clone, Debug)]
pub(super) struct Unmounts {
    teardown: Teardown,
    /// The row of each, and when it was begun.
    ops: StorageOps<(usize, Moment)>,
    rounds: Rounds,
}

impl Unmounts {
    pub(super) fn new(mounts: &[Mount]) -> Self {
        let teardown = Teardown::plan(mounts);
        Self { teardown, ops: StorageOps::default(), rounds: Rounds::default() }
    }

    /// Whether there is nothing to unmount.
    pub(super) fn is_empty(&self) -> bool {
        self.teardown.is_empty()
    }

    /// How many are gone.
    pub(super) fn unmounted(&self) -> usize {
        self.teardown.unmounted()
    }

    /// When the next round begins, while it waits for that.
    pub(super) fn retry_at(&self) -> Option<Moment> {
        self.rounds.next_at()
    }

    /// Takes the outcome of an op, if it is one of these.
    pub(super) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        account: &mut Account,
        context: &Context,
    ) {
        let Some((row, began)) = self.ops.complete(id) else { return };
        let state = match outcome.error() {
            None => UnmountState::Unmounted,
            Some(Errno::EINVAL | Errno::ENOENT) => UnmountState::Unfound,
            Some(errno) => UnmountState::Refused(errno),
        };
        self.teardown.set(row, state);
        if let (UnmountState::Unmounted, Some(mount)) = (state, self.teardown.mount(row)) {
            let done = Ok(StorageDone::Unmounted);
            account.note(storage_line(&mount.target, done, began, context.now));
        }
    }

    /// Starts as many as there is room for. Returns whether the rounds are over.
    pub(super) fn advance(&mut self, context: &mut Context) -> bool {
        if !self.rounds.has_begun(context.now) {
            return false;
        }
        for row in self.teardown.ready() {
            if !self.ops.has_room() {
                return false;
            }
            self.begin(row, context);
        }
        self.ops.is_idle() && !self.begin_another_round(context)
    }

    fn begin(&mut self, row: usize, context: &mut Context) {
        self.teardown.set(row, UnmountState::Running);
        let target = self.teardown.mount(row).map(|mount| mount.target.clone()).unwrap_or_default();
        let most_ms = context.settings.unmount_ms;
        self.ops.begin(context, StorageOp::Unmount { target }, most_ms, (row, context.now));
    }

    /// Whether there is another round, for what was only busy.
    fn begin_another_round(&mut self, context: &Context) -> bool {
        let is_another = !self.rounds.are_over() && self.teardown.retry();
        if is_another {
            self.rounds.plan_next(context.now);
        }
        is_another
    }

    /// Names what is still mounted.
    pub(super) fn name_the_busy(&self, account: &mut Account, context: &mut Context) {
        for (mount, errno) in self.teardown.remaining() {
            let errno = errno.unwrap_or(Errno::EBUSY);
            let target = Shown(&mount.target);
            context.say_formatted(
                Severity::Warning,
                format_args!("can't unmount {target}: {errno}; making it read-only"),
            );
            account.note(storage_line(&mount.target, Err(errno), context.now, context.now));
        }
    }
}
