//! An end that was accepted.

use super::turns::Turns;
use rekindle_core::request::{Action, Urgency};

/// "no more than 5 seconds in all".
const AT_ONCE_MS: u64 = 5_000;

/// What copying PID 1's program may take, twice.
pub(super) const COPIES_MS: u64 = 7_000;

/// Who asks for an end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asking {
    pub(super) action: Action,
    pub(super) urgency: Urgency,
    pub(super) pid: u32,
    pub(super) session: u32,
}

/// An accepted end.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) action: Action,
    /// What scripts are told.
    pub(super) script_action: Action,
    pub(super) urgency: Urgency,
    pub(super) requested_ms: u64,
    pub(super) scripts: Turns,
    /// The process of the script that ended last.
    pub(super) last_pid: Option<u32>,
    /// How many scripts the account has.
    pub(super) told_scripts: usize,
    /// When nothing but the door was left.
    pub(super) over_ms: Option<u64>,
}

impl End {
    pub(super) fn total_ms(&self, total_ms: u64) -> u64 {
        if self.urgency == Urgency::AtOnce { total_ms.min(AT_ONCE_MS) } else { total_ms }
    }

    pub(super) fn is_hurried(&self) -> bool {
        self.urgency > Urgency::Orderly
    }
}
