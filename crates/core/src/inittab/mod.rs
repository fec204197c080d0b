//! /etc/inittab: `id:runlevels:action:process`, in BusyBox's dialect or in sysvinit's.
//!
//! Source of the rules: BusyBox init/init.c (`parse_inittab`) and examples/inittab; inittab(5) of
//! sysvinit. Where a line is bad, it alone is lost.

mod action;
mod defaults;
mod parse;
pub mod sysvinit;

pub use action::EntryAction;
pub use defaults::{default_table, single_user_table};
pub use parse::{parse_inittab, parse_inittab_as};

use alloc::vec::Vec;

/// The most of an inittab that is read: four hundred bytes for each of ten thousand entries.
pub const MOST_FILE_BYTES: usize = 4 * 1024 * 1024;

/// Whose rules an inittab follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// BusyBox init's: ids are terminals, runlevels mean nothing.
    #[default]
    BusyBox,
    /// sysvinit's: ids are names, runlevels decide what runs.
    Sysvinit,
}

impl Dialect {
    /// Both.
    pub const ALL: [Self; 2] = [Self::BusyBox, Self::Sysvinit];

    /// The name for options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BusyBox => "busybox",
            Self::Sysvinit => "sysvinit",
        }
    }

    /// The dialect called `name`.
    #[must_use]
    pub fn parse_name(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name().as_bytes() == name)
    }
}

/// One line of inittab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it begins in the file, from 1; 0 for a built-in entry.
    pub line: usize,
    /// BusyBox: the terminal below /dev, without that prefix; empty for PID 1's own. sysvinit: a name.
    pub id: Vec<u8>,
    /// The runlevels field; without meaning in BusyBox's dialect.
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
    /// Whose rules it follows.
    pub dialect: Dialect,
    /// The entries, in the order of the file.
    pub entries: Vec<Entry>,
    /// The lines that were left out.
    pub problems: Vec<Problem>,
}
