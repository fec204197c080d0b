//! Which process ids there are, and who gets which.

use rekindle_core::event::Event;
use std::collections::VecDeque;

/// The process id of the first process of a life; the others follow in its order.
pub(super) const FIRST_PID: u32 = 100;

/// Those that come later begin here.
pub(super) const FIRST_LATER_PID: u32 = 10_000;

/// Who asks.
pub(super) const ASKING_PID: u32 = 7;

/// The process ids that are free.
#[derive(Clone, Debug)]
pub(super) struct Pids {
    last: u32,
    freed: Vec<u32>,
    come_back: bool,
}

impl Pids {
    /// `come_back`: those that become free are used again at once.
    pub(super) fn new(come_back: bool) -> Self {
        Self { last: FIRST_LATER_PID, freed: Vec::new(), come_back }
    }

    /// The next one. One whose end PID 1 has not been told is not free: its place is freed by the same call
    /// that tells it.
    pub(super) fn take(&mut self, untold: &VecDeque<Event>) -> u32 {
        let is_told = |pid: &u32| {
            let is_its_end = |event: &Event| matches!(event, Event::ChildEnded { pid: ended, .. } if ended == pid);
            !untold.iter().any(is_its_end)
        };
        if self.come_back
            && let Some(at) = self.freed.iter().rposition(is_told)
        {
            return self.freed.swap_remove(at);
        }
        self.last += 1;
        self.last
    }

    pub(super) fn free(&mut self, pid: u32) {
        self.freed.push(pid);
    }
}
