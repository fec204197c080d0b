//! Entries that run one after the other: sysinit and wait at boot, ctrlaltdel, shutdown.

use crate::time::Moment;
use alloc::collections::VecDeque;

/// How long the start of an entry in a sequence is tried before it is passed over.
pub(super) const START_TRIED_MS: u64 = 10_000;

/// What a sequence does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Start this slot.
    Start(u32),
    /// Wait for the slot whose turn it is.
    Wait,
    /// All have had their turn.
    Over,
}

/// Slots waiting for their turn.
#[derive(Clone, Debug, Default)]
pub(super) struct Sequence {
    queue: VecDeque<u32>,
    current: Option<u32>,
    /// When the current slot's turn began.
    pub(super) turn_began: Moment,
}

impl Sequence {
    pub(super) fn new(slots: impl Iterator<Item = u32>) -> Self {
        Self { queue: slots.collect(), current: None, turn_began: Moment::default() }
    }

    pub(super) fn current(&self) -> Option<u32> {
        self.current
    }

    /// The next turn; a slot is handed out once.
    pub(super) fn next_turn(&mut self, now: Moment) -> Turn {
        if self.current.is_some() {
            return Turn::Wait;
        }
        self.current = self.queue.pop_front();
        self.turn_began = now;
        self.current.map_or(Turn::Over, Turn::Start)
    }

    /// Ends the turn of `slot`, if it is that slot's.
    pub(super) fn end_turn(&mut self, slot: u32) -> bool {
        let is_its_turn = self.current == Some(slot);
        if is_its_turn {
            self.current = None;
        }
        is_its_turn
    }
}
