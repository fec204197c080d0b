//! The processes that a new runlevel, or a new table, has no place for.

use super::children::Children;
use super::entries::Entries;
use super::supervised::Supervised;
use crate::context::Context;
use crate::event::Severity;
use crate::inittab::{EntryAction, Runlevel};
use crate::op::{Op, ProcessOp, Whom};
use crate::signal::number;
use crate::time::Moment;
use alloc::vec::Vec;

/// Between TERM and KILL, where nobody asks for another time (sysvinit src/init.c, `sltime`).
const LEAVE_MS: u64 = 5_000;

/// Processes on their way out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leaving {
    /// Their entries.
    entries: Vec<u32>,
    deadline: Moment,
    is_killed: bool,
}

impl Leaving {
    pub(crate) fn is_under_way(&self) -> bool {
        !self.entries.is_empty()
    }

    pub(crate) fn deadline(&self) -> Option<Moment> {
        self.is_under_way().then_some(self.deadline)
    }

    /// Sends TERM to the process group of every entry that has no place any more.
    pub(crate) fn begin(
        &mut self,
        children: &mut Children,
        grace_ms: Option<u64>,
        context: &mut Context,
    ) {
        let level = children.levels().map(|levels| levels.now());
        let entries = children.entries().ids(&|one| leaves(one, level));
        let deadline = context.now.after_ms(grace_ms.unwrap_or(LEAVE_MS));
        *self = Self { entries, deadline, is_killed: false };
        self.signal(children.entries(), number::TERM, context);
        children.entries_mut().drop_removed();
    }

    fn signal(&self, entries: &Entries, signal: u8, context: &mut Context) {
        let leaving = entries.iter().filter(|one| self.entries.contains(&one.id()));
        for pid in leaving.filter_map(Supervised::pid) {
            let op = ProcessOp::Signal { whom: Whom::Group(pid), signal };
            context.run_and_forget(Op::Process(op));
        }
    }

    /// Forgets those that are gone; KILL for the others when their time is over, and then on
    /// without them.
    pub(crate) fn drive(&mut self, entries: &Entries, context: &mut Context) {
        self.entries.retain(|id| entries.get(*id).is_some_and(Supervised::is_alive));
        if !self.is_under_way() || context.now < self.deadline {
            return;
        }
        if self.is_killed {
            let count = self.entries.len();
            self.entries.clear();
            let what = if count == 1 { "process" } else { "processes" };
            return context.say_formatted(
                Severity::Error,
                format_args!("{count} {what} that left inittab can't be killed; going on"),
            );
        }
        (self.is_killed, self.deadline) = (true, context.now.after_ms(context.settings.kill_ms));
        self.signal(entries, number::KILL, context);
    }
}

/// `boot` entries live in every level. Without levels what is started again leaves with its line; what
/// runs once is let finish.
fn leaves(one: &Supervised, level: Option<Runlevel>) -> bool {
    let belongs = |level| one.runs_in(level) || one.entry().action == EntryAction::Boot;
    let is_out = match level {
        Some(level) => one.is_removed() || !belongs(level),
        None => one.is_removed() && one.entry().action.is_respawned(),
    };
    one.is_alive() && is_out
}
