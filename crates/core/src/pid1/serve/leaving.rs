//! The processes that a new runlevel, or a new table, has no place for, and those that are started anew.

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

/// An entry whose process is on its way out.
#[derive(Clone, Copy, Debug)]
struct Leaver {
    entry: u32,
    /// When the next step is due: KILL, and then no more waiting.
    deadline: Moment,
    /// The signal sent last, 0 before the first: its process may only be about to be started.
    sent: u8,
}

impl Leaver {
    /// Sends what is due. Says whether it is given up.
    fn drive(&mut self, pid: u32, context: &mut Context) -> bool {
        if self.sent == 0 {
            self.send(number::TERM, pid, context);
        }
        let is_late = self.deadline <= context.now;
        let is_given_up = is_late && self.sent == number::KILL;
        if is_late && !is_given_up {
            self.send(number::KILL, pid, context);
            self.deadline = context.now.after_ms(context.settings.kill_ms);
        }
        is_given_up
    }

    fn send(&mut self, signal: u8, pid: u32, context: &mut Context) {
        let op = ProcessOp::Signal { whom: Whom::Group(pid), signal };
        context.run_and_forget(Op::Process(op));
        self.sent = signal;
    }
}

/// Processes on their way out, each with its own time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leaving {
    /// In the order of their ids.
    leavers: Vec<Leaver>,
}

impl Leaving {
    pub(crate) fn is_under_way(&self) -> bool {
        !self.leavers.is_empty()
    }

    pub(crate) fn deadline(&self) -> Option<Moment> {
        self.leavers.iter().map(|leaver| leaver.deadline).min()
    }

    /// Every entry that has no place any more has to leave; one that has a place again may stay.
    pub(crate) fn begin(
        &mut self,
        children: &mut Children,
        grace_ms: Option<u64>,
        context: &mut Context,
    ) {
        let level = children.levels().map(|levels| levels.now());
        let leaving = children.entries().ids(&|one| leaves(one, level));
        let deadline = context.now.after_ms(grace_ms.unwrap_or(LEAVE_MS));
        let before = core::mem::take(&mut self.leavers);
        for entry in leaving {
            let found = before.binary_search_by_key(&entry, |leaver| leaver.entry);
            let leaver = found.ok().and_then(|at| before.get(at).copied());
            self.leavers.push(leaver.unwrap_or(Leaver { entry, deadline, sent: 0 }));
        }
        children.entries_mut().drop_removed();
    }

    /// Sends TERM to the process group of each, and KILL when its time is over; then goes on without it.
    pub(crate) fn drive(&mut self, entries: &Entries, context: &mut Context) {
        let mut given_up = 0u32;
        self.leavers.retain_mut(|leaver| {
            let Some(one) = entries.get(leaver.entry).filter(|one| one.is_alive()) else {
                return false;
            };
            let is_given_up = one.pid().is_some_and(|pid| leaver.drive(pid, context));
            given_up = given_up.saturating_add(u32::from(is_given_up));
            !is_given_up
        });
        if given_up > 0 {
            let what = if given_up == 1 { "process" } else { "processes" };
            context.say_formatted(
                Severity::Error,
                format_args!("{given_up} {what} that had to leave can't be killed; going on"),
            );
        }
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
    one.is_alive() && (is_out || one.is_restarting())
}
