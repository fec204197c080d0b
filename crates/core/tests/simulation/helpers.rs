//! The helpers of a simulated machine.

use crate::machine::{FakeHelper, Machine};
use rekindle_core::errno::Errno;
use rekindle_core::event::Event;
use rekindle_core::op::{CensusOp, Op, OpId, Outcome, ReadOp, StorageOp};

impl Machine {
    pub(crate) fn start_helper(&mut self, id: OpId, op: &Op, deadline_ms: u64) {
        if self.table_is_full() || self.has_faults && self.chance.percent(5) {
            let (op, errno) = (op.clone(), Errno::EAGAIN);
            return self.events.push_back(Event::NoHelper { id, op, errno });
        }
        let pid = self.next_pid;
        self.next_pid += 1;
        self.helper_pids.push(pid);
        self.events.push_back(Event::HelperStarted { id, pid });
        self.helpers.push(FakeHelper { ends_at_ms: u64::MAX, id, pid, outcome: Outcome::TimedOut });
        let hangs = self.has_faults && (self.chance.percent(5) || self.is_on_hung_mount(op));
        if matches!(op, Op::Kernel(_)) {
            self.report.called_ms.get_or_insert(self.now_ms);
        }
        let takes_ms = if self.is_regular { 5 } else { 1 + self.chance.below(20) };
        let (ends_at_ms, outcome) = if hangs {
            (self.now_ms + deadline_ms, Some(Outcome::TimedOut))
        } else {
            (self.now_ms + takes_ms, self.perform(op))
        };
        let ends_at_ms = match &outcome {
            // It tells so much and then gets stuck.
            Some(Outcome::Read(read)) if !read.complete && is_census(op) => {
                self.now_ms + deadline_ms
            }
            _ => ends_at_ms,
        };
        self.report.most_helpers = self.report.most_helpers.max(self.helpers.len());
        self.helpers.retain(|helper| helper.id != id);
        self.helpers.extend(outcome.map(|outcome| FakeHelper { ends_at_ms, id, pid, outcome }));
    }

    /// Processes fill the table, and their zombies for a while after them.
    fn table_is_full(&mut self) -> bool {
        if self.now_ms >= self.table_full_from_ms && self.fills_table() {
            self.table_full_until_ms = self.now_ms + 200;
        }
        self.now_ms < self.table_full_until_ms
    }

    fn fills_table(&self) -> bool {
        self.processes.values().any(|process| process.can_be_killed())
    }

    fn is_on_hung_mount(&self, op: &Op) -> bool {
        let Op::Storage(StorageOp::Unmount { target } | StorageOp::RemountReadOnly { target }) = op
        else {
            return false;
        };
        self.mounts.iter().any(|mount| mount.hangs && mount.target.as_bytes() == target)
    }
}

fn is_census(op: &Op) -> bool {
    matches!(op, Op::Read(ReadOp::Census(CensusOp::Everyone | CensusOp::Closer { .. })))
}
