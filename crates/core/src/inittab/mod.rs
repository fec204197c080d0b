//! /etc/inittab in BusyBox's dialect: `id:runlevels:action:process`.
//!
//! Source of the rules: BusyBox init/init.c (`parse_inittab`) and examples/inittab. Where a line
//! is bad, it alone is lost.

mod defaults;
mod parse;

pub use defaults::{default_table, single_user_table};
pub use parse::parse_inittab;

use alloc::vec::Vec;

/// The most of an inittab that is read: four hundred bytes for each of ten thousand entries.
pub const MOST_FILE_BYTES: usize = 4 * 1024 * 1024;

/// When an entry runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryAction {
    /// First, one after the other.
    Sysinit,
    /// After sysinit, one after the other.
    Wait,
    /// After wait, all at once.
    Once,
    /// Always: started again whenever it ends.
    Respawn,
    /// Like respawn, once somebody has pressed Enter on its terminal.
    AskFirst,
    /// On Ctrl-Alt-Del.
    CtrlAltDel,
    /// Before the machine ends.
    Shutdown,
    /// In PID 1's place, on SIGQUIT.
    Restart,
}

impl EntryAction {
    /// Every action.
    pub const ALL: [Self; 8] = [
        Self::Sysinit,
        Self::Wait,
        Self::Once,
        Self::Respawn,
        Self::AskFirst,
        Self::CtrlAltDel,
        Self::Shutdown,
        Self::Restart,
    ];

    /// The word in inittab.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sysinit => "sysinit",
            Self::Wait => "wait",
            Self::Once => "once",
            Self::Respawn => "respawn",
            Self::AskFirst => "askfirst",
            Self::CtrlAltDel => "ctrlaltdel",
            Self::Shutdown => "shutdown",
            Self::Restart => "restart",
        }
    }

    /// The action that `name` stands for.
    #[must_use]
    pub fn parse_name(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name().as_bytes() == name)
    }

    /// Whether PID 1 starts it again when it ends.
    #[must_use]
    pub const fn is_respawned(self) -> bool {
        matches!(self, Self::Respawn | Self::AskFirst)
    }
}

/// One line of inittab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it begins in the file, from 1; 0 for a built-in entry.
    pub line: usize,
    /// The terminal below /dev, without that prefix; empty for PID 1's own.
    pub id: Vec<u8>,
    /// The runlevels field: kept, without meaning in this dialect.
    pub runlevels: Vec<u8>,
    /// When it runs.
    pub action: EntryAction,
    /// What runs.
    pub command: Vec<u8>,
}

/// A line that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it begins, from 1.
    pub line: usize,
    /// What is wrong, in words.
    pub reason: &'static str,
}

/// What an inittab says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The entries, in the order of the file.
    pub entries: Vec<Entry>,
    /// The lines that were left out.
    pub problems: Vec<Problem>,
}
