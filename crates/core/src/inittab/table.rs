//! What an inittab says.

use super::action::EntryAction;
use super::dialect::Dialect;
use super::runlevel::Runlevel;
use alloc::vec::Vec;

/// The most of an inittab that is read: four hundred bytes for each of ten thousand entries.
pub const MOST_FILE_BYTES: usize = 4 * 1024 * 1024;

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

impl Entry {
    /// The line as it could stand in inittab: `id:runlevels:action:process`.
    #[must_use]
    pub fn render(&self) -> Vec<u8> {
        let action = self.action.name().as_bytes();
        let fields =
            [&self.id, b":".as_slice(), &self.runlevels, b":", action, b":", &self.command];
        fields.concat()
    }

    /// Whether it ever runs.
    #[must_use]
    pub fn can_run(&self) -> bool {
        !matches!(self.action, EntryAction::InitDefault | EntryAction::Off)
    }

    /// Whether it runs in `level`, or in the fake levels of the boot. An empty runlevels field
    /// means all from 0 to 9, and for the power and the keys single user as well.
    #[must_use]
    pub fn runs_in(&self, level: Runlevel) -> bool {
        let is_everywhere = self.runlevels.is_empty();
        match self.action {
            EntryAction::Sysinit => level == Runlevel::SYSINIT,
            EntryAction::Boot | EntryAction::BootWait => level == Runlevel::BOOT,
            EntryAction::InitDefault | EntryAction::Off => false,
            action if is_everywhere && level == Runlevel::SINGLE => action.is_urgent(),
            _ if is_everywhere => level.is_numbered(),
            EntryAction::Wait
            | EntryAction::Once
            | EntryAction::Respawn
            | EntryAction::AskFirst
            | EntryAction::CtrlAltDel
            | EntryAction::Shutdown
            | EntryAction::Restart
            | EntryAction::PowerFail
            | EntryAction::PowerWait
            | EntryAction::PowerFailNow
            | EntryAction::PowerOkWait
            | EntryAction::KbRequest
            | EntryAction::OnDemand => level.is_in(&self.runlevels),
        }
    }
}

/// A line that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it begins, from 1.
    pub line: usize,
    /// What is wrong, in words.
    pub reason: &'static str,
}

pub(super) const NOT_FOUR_FIELDS: &str = "not of the form id:runlevels:action:process";
pub(super) const UNKNOWN_ACTION: &str = "unknown action";
pub(super) const NO_PROCESS: &str = "no process to run";

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
