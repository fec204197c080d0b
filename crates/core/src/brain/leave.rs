//! The processes that a new runlevel, or a new table, has no place for.

use super::Brain;
use super::slot::Slot;
use crate::event::Severity;
use crate::inittab::EntryAction;
use crate::inittab::sysvinit::LEVEL_SINGLE;
use crate::op::{How, Op, Whom};
use crate::signal::number;
use crate::time::Moment;
use alloc::format;
use alloc::vec::Vec;

/// Between TERM and KILL, where nobody asks for another time (sysvinit src/init.c, `sltime`).
pub(super) const LEAVE_MS: u64 = 5_000;

/// Processes on their way out.
#[derive(Clone, Debug, Default)]
pub(super) struct Leaving {
    /// Their slots.
    slots: Vec<u32>,
    deadline: Moment,
    is_killed: bool,
}

impl Leaving {
    pub(super) fn is_under_way(&self) -> bool {
        !self.slots.is_empty()
    }

    pub(super) fn deadline(&self) -> Option<Moment> {
        self.is_under_way().then_some(self.deadline)
    }
}

impl Brain {
    /// Sends TERM to the process group of every entry that has no place any more. 0 ms stands for the
    /// usual time.
    pub(super) fn begin_leaving(&mut self, grace_ms: u64) {
        let level = self.levels.as_ref().map(|levels| levels.now);
        let slots: Vec<u32> =
            self.slots.iter().filter(|slot| leaves(slot, level)).map(|slot| slot.id).collect();
        let grace_ms = if grace_ms == 0 { LEAVE_MS } else { grace_ms };
        self.leaving = Leaving { slots, deadline: self.now.after_ms(grace_ms), is_killed: false };
        self.signal_leaving(number::TERM);
        self.drop_removed();
    }

    fn signal_leaving(&mut self, signal: u8) {
        let is_leaving = |slot: &&Slot| self.leaving.slots.contains(&slot.id);
        let groups: Vec<u32> = self.slots.iter().filter(is_leaving).filter_map(Slot::pid).collect();
        for pid in groups {
            self.run_and_forget(Op::Signal { whom: Whom::Group(pid), signal }, How::Inline);
        }
    }

    /// Forgets those that are gone; KILL for the others when their time is over, and then on
    /// without them.
    pub(super) fn drive_leaving(&mut self) {
        let now = self.now;
        let kill_ms = self.settings.kill_ms;
        let leaving = &mut self.leaving;
        leaving.slots.retain(|id| self.slots.iter().any(|slot| slot.id == *id && slot.is_alive()));
        if !leaving.is_under_way() || now < leaving.deadline {
            return;
        }
        if leaving.is_killed {
            let count = leaving.slots.len();
            leaving.slots.clear();
            let text = format!("{count} processes that left inittab can't be killed; going on");
            return self.say(Severity::Error, text);
        }
        (leaving.is_killed, leaving.deadline) = (true, now.after_ms(kill_ms));
        self.signal_leaving(number::KILL);
    }

    /// Slots that are no longer in the table and have no process.
    pub(super) fn drop_removed(&mut self) {
        self.slots.retain(|slot| !slot.is_removed || slot.is_alive());
    }
}

/// `boot` entries live in every level, those on demand in all but single user. Without levels what
/// is started again leaves with its line; what runs once is let finish.
fn leaves(slot: &Slot, level: Option<u8>) -> bool {
    let belongs = |level: u8| {
        slot.entry.runs_in(level)
            || slot.entry.action == EntryAction::Boot
            || slot.is_on_demand && level != LEVEL_SINGLE
    };
    let is_out = match level {
        Some(level) => slot.is_removed || !belongs(level),
        None => slot.is_removed && slot.entry.action.is_respawned(),
    };
    slot.is_alive() && is_out
}
