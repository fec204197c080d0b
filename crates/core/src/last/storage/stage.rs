//! The phase: its steps one after the other.
//!
//! ```text
//! swap files off ─► mounts off, in rounds ─► the table again ─► the rest read-only ─► over
//! ```

use super::record::{AccountFile, holder_of_account};
use super::remounts::Remounts;
use super::swaps::SwapsOff;
use super::unmounts::Unmounts;
use crate::account::Account;
use crate::context::Context;
use crate::event::Severity;
use crate::look::Look;
use crate::op::{Op, OpId, Outcome, ReadOp};
use crate::pending::Pending;
use crate::proc::mountinfo::{Mount, parse_mountinfo};
use crate::time::{Moment, Seconds};
use alloc::format;
use alloc::vec::Vec;

/// The most of the mount table that is read at a time: some five thousand mounts. The table is read again
/// after the unmounts.
const TABLE_MOST_BYTES: usize = 1024 * 1024;

/// What reading it may take, in milliseconds.
const TABLE_MS: u64 = 2_000;

#[derive(Clone, Debug)]
enum Step {
    /// A container's file systems are its host's: only the account is written.
    AccountOnly,
    Swaps(SwapsOff),
    /// The mount table is being read.
    Table(Pending<()>),
    Unmounts(Unmounts),
    TableAgain(Pending<()>),
    Remounts(Remounts),
}

/// The disks' phase.
#[derive(Clone, Debug)]
pub(in crate::last) struct Storage {
    step: Step,
    began: Moment,
    file: AccountFile,
    unmounted: usize,
    /// The mount table was longer than what was read of it.
    is_table_cut: bool,
}

impl Storage {
    pub(in crate::last) fn begin(account: &Account, context: &mut Context) -> Self {
        let mut file = AccountFile::default();
        let step = if context.host.is_container() {
            // A remount would reach the file systems of the host, through whatever mount of theirs.
            file.write(account, context);
            Step::AccountOnly
        } else {
            Step::Swaps(SwapsOff::begin(context))
        };
        Self { step, began: context.now, file, unmounted: 0, is_table_cut: false }
    }

    /// When the phase began.
    pub(in crate::last) fn began(&self) -> Moment {
        self.began
    }

    /// Takes the outcome of an op.
    pub(in crate::last) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        account: &mut Account,
        context: &mut Context,
    ) {
        self.file.finished(id, outcome, context);
        match &mut self.step {
            Step::AccountOnly => {}
            Step::Swaps(swaps) => swaps.finished(id, outcome, account, context),
            Step::Table(pending) => {
                if pending.complete(id).is_some() {
                    self.begin_unmounts(outcome, account, context);
                }
            }
            Step::Unmounts(unmounts) => unmounts.finished(id, outcome, account, context),
            Step::TableAgain(pending) => {
                if pending.complete(id).is_some() {
                    self.begin_what_is_left(outcome, context);
                }
            }
            Step::Remounts(remounts) => remounts.finished(id, outcome, account, context),
        }
    }

    /// Moves on what an outcome or time has made possible. Returns whether the phase is over.
    pub(in crate::last) fn advance(
        &mut self,
        account: &mut Account,
        context: &mut Context,
    ) -> bool {
        if context.budget.is_over(context.now) {
            return true;
        }
        loop {
            if self.file.is_being_written() {
                return false;
            }
            let is_step_over = match &mut self.step {
                Step::AccountOnly => return true,
                Step::Table(_) | Step::TableAgain(_) => false,
                Step::Swaps(swaps) => swaps.advance(context),
                Step::Unmounts(unmounts) => unmounts.advance(context),
                Step::Remounts(remounts) => {
                    return remounts.advance(&mut self.file, account, context);
                }
            };
            if !is_step_over {
                return false;
            }
            self.begin_next_step(account, context);
        }
    }

    fn begin_next_step(&mut self, account: &mut Account, context: &mut Context) {
        match &self.step {
            Step::Swaps(_) => self.step = Step::Table(read_table(context)),
            Step::Unmounts(unmounts) => {
                self.unmounted = self.unmounted.saturating_add(unmounts.unmounted());
                if unmounts.unmounted() == 0 || !self.is_table_cut {
                    unmounts.name_the_busy(account, context);
                    self.is_table_cut = false;
                }
                self.step = Step::TableAgain(read_table(context));
            }
            Step::AccountOnly | Step::Table(_) | Step::TableAgain(_) | Step::Remounts(_) => {}
        }
    }

    /// A file system of its own under /var goes before the root: what is known by now must do.
    fn begin_unmounts(&mut self, outcome: &Outcome, account: &Account, context: &mut Context) {
        let mounts = self.parse_table(outcome, context);
        let unmounts = Unmounts::new(&mounts);
        if unmounts.is_empty() && !self.is_table_cut {
            self.step = Step::Remounts(Remounts::new(&mounts));
            return;
        }
        self.step = Step::Unmounts(unmounts);
        if !holder_of_account(&mounts).is_none_or(Mount::is_root) {
            self.file.write(account, context);
        }
    }

    /// Another round of unmounts while the table was too long to be read whole, else the remounts.
    fn begin_what_is_left(&mut self, outcome: &Outcome, context: &mut Context) {
        let was_cut = core::mem::take(&mut self.is_table_cut);
        let mounts = self.parse_table(outcome, context);
        if was_cut {
            self.step = Step::Unmounts(Unmounts::new(&mounts));
            return;
        }
        if self.is_table_cut {
            let text = "the mount table can't be read whole; what it does not show stays as it is";
            context.say(Severity::Error, text.into());
        }
        self.step = Step::Remounts(Remounts::new(&mounts));
    }

    /// Where the table can't be read at all, there is still a root.
    fn parse_table(&mut self, outcome: &Outcome, context: &mut Context) -> Vec<Mount> {
        match outcome.look() {
            Look::Known(text) => parse_mountinfo(text),
            Look::Partial(text) => {
                self.is_table_cut = true;
                let mut mounts = parse_mountinfo(text);
                if !mounts.iter().any(Mount::is_root) {
                    mounts.push(Mount::root_unseen());
                }
                mounts
            }
            Look::Unknown(errno) => {
                let reason = format!("can't read /proc/self/mountinfo: {errno}");
                context.say_formatted(
                    Severity::Error,
                    format_args!("{reason}; only the root is made read-only"),
                );
                Vec::from([Mount::root_unseen()])
            }
        }
    }

    /// Says how it came out.
    pub(in crate::last) fn say(&self, context: &mut Context) {
        let (unmounted, read_only) = match &self.step {
            Step::AccountOnly => return,
            Step::Remounts(remounts) => (self.unmounted, remounts.made_read_only()),
            Step::Unmounts(unmounts) => (self.unmounted.saturating_add(unmounts.unmounted()), 0),
            Step::Swaps(_) | Step::Table(_) | Step::TableAgain(_) => (self.unmounted, 0),
        };
        let took = Seconds(context.now.since_ms(self.began));
        let text =
            format!("{unmounted} file systems unmounted, {read_only} made read-only, in {took}");
        context.say(Severity::Info, text);
        match &self.step {
            Step::Remounts(remounts) => remounts.name_the_writable(context),
            Step::AccountOnly
            | Step::Swaps(_)
            | Step::Table(_)
            | Step::Unmounts(_)
            | Step::TableAgain(_) => {
                let text = "no time is left for the disks; those still mounted will need their journals replayed";
                context.say(Severity::Error, text.into());
            }
        }
    }

    pub(in crate::last) fn deadline(&self, context: &Context) -> Moment {
        let retry_at = match &self.step {
            Step::Unmounts(unmounts) => unmounts.retry_at(),
            Step::Remounts(remounts) => remounts.retry_at(),
            Step::AccountOnly | Step::Swaps(_) | Step::Table(_) | Step::TableAgain(_) => None,
        };
        let total = context.budget.deadline();
        retry_at.map_or(total, |at| at.min(total))
    }
}

fn read_table(context: &mut Context) -> Pending<()> {
    let mut pending = Pending::default();
    let path = "/proc/self/mountinfo";
    let op = Op::Read(ReadOp::File { path, most_bytes: TABLE_MOST_BYTES });
    let deadline_ms = context.budget.within_ms(context.now, TABLE_MS);
    pending.insist(context, op, deadline_ms, ());
    pending
}

#[cfg(test)]
mod tests;
