//! Requests on their way.

use rekindle_core::op::OpId;
use rekindle_core::request::Origin;

/// Requests on their way.
#[derive(Debug, Default)]
pub(super) struct Requests {
    /// Whoever is looked at before the request is heeded.
    pub(super) looks: Vec<(OpId, Origin)>,
    pub(super) unread: Vec<u8>,
    pub(super) presses_ms: Vec<u64>,
    /// A new version was asked for, and can take over.
    pub(super) asks_successor: bool,
    pub(super) is_granted: bool,
    /// Looks at the power that are under way.
    pub(super) power: u32,
}

impl Requests {
    /// A look came to its end.
    pub(super) fn looked_at(&mut self, id: OpId) -> Option<Origin> {
        let at = self.looks.iter().position(|(look, _)| *look == id)?;
        Some(self.looks.remove(at).1)
    }

    pub(super) fn take_looks(&mut self) -> Vec<Origin> {
        std::mem::take(&mut self.looks).into_iter().map(|(_, origin)| origin).collect()
    }

    /// A new version is asked, unless it is being asked. What it answers.
    pub(super) fn successor_told(&mut self, can_take_over: bool) {
        (self.asks_successor, self.is_granted) = (false, can_take_over);
    }

    pub(super) fn give_up_takeover(&mut self) {
        self.is_granted = false;
    }
}
