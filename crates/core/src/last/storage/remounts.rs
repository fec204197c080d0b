//! Making read-only what could not be unmounted, the root last.

use super::pool::StorageOps;
use super::record::{AccountFile, storage_line};
use super::rounds::Rounds;
use super::teardown::{UnmountState, Writable, plan_read_only};
use crate::account::{Account, StorageDone};
use crate::context::Context;
use crate::errno::Errno;
use crate::event::Severity;
use crate::op::{OpId, Outcome, StorageOp};
use crate::proc::mountinfo::Mount;
use crate::text::Shown;
use crate::time::Moment;
use alloc::vec::Vec;

#[derive(Clone, Debug)]
struct Row {
    mount: Mount,
    state: UnmountState,
}

/// File systems on their way to being read-only.
#[derive(Clone, Debug)]
pub(super) struct Remounts {
    /// The root last.
    rows: Vec<Row>,
    /// Where the first row that waits may stand.
    next: usize,
    /// The row of each, and when it was begun.
    ops: StorageOps<(usize, Moment)>,
    rounds: Rounds,
}

impl Remounts {
    pub(super) fn new(mounts: &[Mount]) -> Self {
        let mut rows = Vec::new();
        for Writable { mount, is_reached } in plan_read_only(mounts) {
            let hidden = UnmountState::Refused(Errno::ENOENT);
            let state = if is_reached { UnmountState::Waiting } else { hidden };
            rows.push(Row { mount: mount.clone(), state });
        }
        Self { rows, next: 0, ops: StorageOps::default(), rounds: Rounds::default() }
    }

    /// When the next round begins, while it waits for that.
    pub(super) fn retry_at(&self) -> Option<Moment> {
        self.rounds.next_at()
    }

    /// How many are read-only by now.
    pub(super) fn made_read_only(&self) -> usize {
        self.rows.iter().filter(|row| row.state == UnmountState::Unmounted).count()
    }

    /// Takes the outcome of an op, if it is one of these.
    pub(super) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        account: &mut Account,
        context: &Context,
    ) {
        let Some((at, began)) = self.ops.complete(id) else { return };
        let Some(row) = self.rows.get_mut(at) else { return };
        row.state = outcome.error().map_or(UnmountState::Unmounted, UnmountState::Refused);
        if row.state == UnmountState::Unmounted {
            let done = Ok(StorageDone::ReadOnly);
            account.note(storage_line(&row.mount.target, done, began, context.now));
        }
    }

    /// Starts as many as there is room for. The root waits for the others, and then for the account to
    /// be on it. Returns whether the rounds are over.
    pub(super) fn advance(
        &mut self,
        file: &mut AccountFile,
        account: &Account,
        context: &mut Context,
    ) -> bool {
        if !self.rounds.has_begun(context.now) {
            return false;
        }
        while self.ops.has_room()
            && let Some(at) = self.next_waiting()
        {
            let is_root = self.rows.get(at).is_some_and(|row| row.mount.is_root());
            if is_root && !self.ops.is_idle() {
                return false;
            }
            if is_root && !file.is_begun() {
                file.write(account, context);
                return false;
            }
            self.begin(at, context);
        }
        self.ops.is_idle() && !self.begin_another_round(context)
    }

    fn next_waiting(&mut self) -> Option<usize> {
        let waits = |row: &Row| row.state == UnmountState::Waiting;
        let found = self.rows.iter().skip(self.next).position(waits)?;
        self.next = self.next.saturating_add(found);
        Some(self.next)
    }

    fn begin(&mut self, at: usize, context: &mut Context) {
        let Some(row) = self.rows.get_mut(at) else { return };
        row.state = UnmountState::Running;
        let op = StorageOp::RemountReadOnly { target: row.mount.target.clone() };
        let most_ms = context.settings.unmount_ms;
        self.ops.begin(context, op, most_ms, (at, context.now));
    }

    /// Whether there is another round, for what was only busy.
    fn begin_another_round(&mut self, context: &Context) -> bool {
        if self.rounds.are_over() {
            return false;
        }
        let busy = |row: &&mut Row| row.state == UnmountState::Refused(Errno::EBUSY);
        let mut is_any = false;
        for row in self.rows.iter_mut().filter(busy) {
            (row.state, is_any) = (UnmountState::Waiting, true);
        }
        if is_any {
            self.next = 0;
            self.rounds.plan_next(context.now);
        }
        is_any
    }

    /// Names what is still writable.
    pub(super) fn name_the_writable(&self, context: &mut Context) {
        for row in &self.rows {
            let errno = match row.state {
                UnmountState::Unmounted => continue,
                UnmountState::Refused(errno) => errno,
                UnmountState::Waiting | UnmountState::Running | UnmountState::Unfound => {
                    Errno::ETIMEDOUT
                }
            };
            let target = Shown(&row.mount.target);
            context.say_formatted(
                Severity::Error,
                format_args!(
                    "can't make {target} read-only: {errno}; it will need its journal replayed"
                ),
            );
        }
    }
}
