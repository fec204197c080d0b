//! What the programs of a life do.

use crate::chance::Chance;

/// What a program does when it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It works for about so long, and TERM ends it.
    Works {
        /// Milliseconds.
        ms: u64,
    },
    /// It fails as soon as it runs, always.
    Fails,
    /// It runs until TERM, which takes it so long.
    Serves {
        /// Milliseconds.
        leaves_in_ms: u64,
    },
    /// It runs until KILL.
    IgnoresTerm,
    /// It hangs in the kernel: nothing ends it.
    Hangs,
    /// It works for so long, and then asks PID 1 for something.
    Asks {
        /// The signal that it sends.
        signal: u8,
        /// Milliseconds.
        after_ms: u64,
    },
}

/// How one process of a program goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course {
    /// When it ends by itself, in milliseconds from its start.
    pub(super) ends_after_ms: Option<u64>,
    /// How long TERM takes to end it.
    pub(super) term_ms: Option<u64>,
    pub(super) can_be_killed: bool,
    /// The signal that it sends when half its time is over.
    pub(super) asks: Option<(u8, u64)>,
}

impl Manner {
    /// The course of one of its processes.
    pub(super) fn course(self, chance: &mut Chance) -> Course {
        let plain =
            Course { ends_after_ms: None, term_ms: Some(1), can_be_killed: true, asks: None };
        match self {
            Self::Works { ms } => {
                Course { ends_after_ms: Some(ms / 2 + chance.below(ms + 1)), ..plain }
            }
            Self::Fails => Course { ends_after_ms: Some(chance.below(4)), ..plain },
            Self::Serves { leaves_in_ms } => Course { term_ms: Some(leaves_in_ms), ..plain },
            Self::IgnoresTerm => Course { term_ms: None, ..plain },
            Self::Hangs => Course { term_ms: None, can_be_killed: false, ..plain },
            Self::Asks { signal, after_ms } => Course {
                ends_after_ms: Some(after_ms + 300),
                asks: Some((signal, after_ms)),
                ..plain
            },
        }
    }
}
