//! Entries that run one after the other: "First, one after the other, in the order of the file".

use std::collections::VecDeque;

/// Those that have not had their turn, and the one whose turn it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns {
    pub(super) waiting: VecDeque<u32>,
    pub(super) current: Option<u32>,
    pub(super) began_ms: u64,
}

impl Turns {
    pub(super) fn new(keys: impl IntoIterator<Item = u32>) -> Self {
        Self { waiting: keys.into_iter().collect(), current: None, began_ms: 0 }
    }

    pub(super) fn end_turn(&mut self, key: u32) -> bool {
        let is_its_turn = self.current == Some(key);
        if is_its_turn {
            self.current = None;
        }
        is_its_turn
    }
}
