//! Entries that run one after the other: sysinit and wait at boot, ctrlaltdel, the scripts of an end.

use super::children::Children;
use super::supervised::State;
use crate::context::Context;
use crate::time::Moment;
use alloc::vec::Vec;

/// How long the start of an entry in a sequence is tried before it is passed over.
const START_TRIED_MS: u64 = 10_000;

/// What a sequence does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// Start this entry.
    Start(u32),
    /// Wait for the entry whose turn it is.
    Wait,
    /// All have had their turn.
    Over,
}

/// Entries waiting for their turn.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sequence {
    entries: Vec<u32>,
    /// The place of the one whose turn is next.
    next: usize,
    current: Option<u32>,
    turn_began: Moment,
}

impl Sequence {
    pub(crate) fn new(entries: Vec<u32>) -> Self {
        Self { entries, next: 0, current: None, turn_began: Moment::default() }
    }

    /// The entry whose turn it is.
    pub(crate) fn current(&self) -> Option<u32> {
        self.current
    }

    /// When its turn began.
    pub(crate) fn turn_began(&self) -> Moment {
        self.turn_began
    }

    /// The next turn; an entry is handed out once.
    fn next_turn(&mut self, now: Moment) -> Turn {
        if self.current.is_some() {
            return Turn::Wait;
        }
        self.current = self.entries.get(self.next).copied();
        self.next = self.next.saturating_add(1);
        self.turn_began = now;
        self.current.map_or(Turn::Over, Turn::Start)
    }

    /// Ends the turn of `entry`, if it is that entry's.
    pub(crate) fn end_turn(&mut self, entry: u32) -> bool {
        let is_its_turn = self.current == Some(entry);
        if is_its_turn {
            self.current = None;
        }
        is_its_turn
    }

    /// Gives the next entry its turn. Says whether all have had theirs.
    pub(crate) fn drive(&mut self, children: &mut Children, context: &mut Context) -> bool {
        loop {
            match self.next_turn(context.now) {
                Turn::Start(id) => children.start(id, context),
                Turn::Wait => {
                    self.retry_start(children, context);
                    if self.current.is_some() {
                        return false;
                    }
                }
                Turn::Over => return true,
            }
        }
    }

    /// Starts the current entry again if an earlier try failed, or passes over it; also if inittab no
    /// longer has it.
    fn retry_start(&mut self, children: &mut Children, context: &mut Context) {
        let now = context.now;
        let Some(id) = self.current else { return };
        let tried_ms = now.since_ms(self.turn_began);
        let current = children.entries().get(id).filter(|one| !one.is_removed() || one.is_alive());
        match current.map(|one| (one.state(), one.is_due(now))) {
            Some((State::Resting { .. }, true)) if tried_ms < START_TRIED_MS => {
                children.start(id, context);
            }
            Some((State::Resting { .. }, true)) => {
                children.entries_mut().set_state(id, State::Done);
                self.current = None;
            }
            Some((State::Done, _)) | None => self.current = None,
            Some(_) => {}
        }
    }
}
