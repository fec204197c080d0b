//! The lines of sysvinit's dialect, and what its fields mean.
//!
//! Source of the rules: inittab(5) of sysvinit and its src/init.c, `read_inittab`.

use super::{Dialect, Entry, EntryAction, Table};
use crate::child::{needs_shell, plan_sysvinit_command};
use crate::text::{parts, trimmed};
use alloc::vec::Vec;

/// The fake runlevels of what runs before the first real one (sysvinit src/init.c).
pub const LEVEL_SYSINIT: u8 = b'#';
/// See [`LEVEL_SYSINIT`].
pub const LEVEL_BOOT: u8 = b'*';
/// Single user.
pub const LEVEL_SINGLE: u8 = b'S';

/// The longest id: the size of ut_id (utmp(5)).
const MOST_ID_BYTES: usize = 4;

/// The id that may stand in several lines.
const SHARED_ID: &[u8] = b"~~";

/// What a process field begins with besides the command itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process<'a> {
    /// Not `+`: its start and end are recorded in utmp and wtmp.
    pub is_recorded: bool,
    /// `@`: executed without a shell, whatever characters it has.
    pub is_direct: bool,
    /// The command.
    pub command: &'a [u8],
}

impl<'a> Process<'a> {
    /// Takes the marks off a process field.
    #[must_use]
    pub fn parse(field: &'a [u8]) -> Self {
        let mut process = Self { is_recorded: true, is_direct: false, command: field };
        loop {
            match process.command.split_first() {
                Some((b'+', rest)) => (process.is_recorded, process.command) = (false, rest),
                Some((b'@', rest)) => (process.is_direct, process.command) = (true, rest),
                _ => return process,
            }
        }
    }
}

impl Entry {
    /// Whether it runs in `level`, or in the fake levels of the boot. An empty runlevels field
    /// means all from 0 to 9, and for the power and the keys single user as well.
    #[must_use]
    pub fn runs_in(&self, level: u8) -> bool {
        let is_everywhere = self.runlevels.is_empty();
        match (self.action, level) {
            (EntryAction::Sysinit, _) => level == LEVEL_SYSINIT,
            (EntryAction::Boot | EntryAction::BootWait, _) => level == LEVEL_BOOT,
            (EntryAction::InitDefault | EntryAction::Off, _) => false,
            (action, LEVEL_SINGLE) if is_everywhere => is_urgent(action),
            (_, b'0'..=b'9') if is_everywhere => true,
            _ => self.runlevels.iter().any(|name| name.eq_ignore_ascii_case(&level)),
        }
    }
}

/// Whether entries of this action come before all others.
#[must_use]
pub const fn is_urgent(action: EntryAction) -> bool {
    action.is_about_power() || matches!(action, EntryAction::CtrlAltDel)
}

/// The first runlevel, if the table names one: the highest of its `initdefault` entry.
#[must_use]
pub fn first_level(table: &Table) -> Option<u8> {
    let entry = table.entries.iter().find(|entry| entry.action == EntryAction::InitDefault)?;
    let level = entry.runlevels.iter().max()?.to_ascii_uppercase();
    matches!(level, b'0'..=b'9' | LEVEL_SINGLE).then_some(level)
}

/// Reads one line that is not empty.
pub(super) fn parse_fields(line: usize, text: &[u8]) -> Result<Entry, &'static str> {
    let mut fields = parts(text, b':');
    let (Some(id), Some(runlevels), Some(action), Some(process)) =
        (fields.next(), fields.next(), fields.next(), fields.rest())
    else {
        return Err(super::parse::NOT_FOUR_FIELDS);
    };
    let action = EntryAction::parse_name(action, Dialect::Sysvinit);
    let action = action.ok_or(super::parse::UNKNOWN_ACTION)?;
    if id.is_empty() || id.len() > MOST_ID_BYTES {
        return Err("the id does not have one to four characters");
    }
    let command = without_comment(process);
    let runs = !matches!(action, EntryAction::InitDefault | EntryAction::Off);
    if runs && plan_sysvinit_command(command).is_none() {
        return Err(super::parse::NO_PROCESS);
    }
    Ok(Entry {
        line,
        id: id.to_vec(),
        runlevels: runlevels.to_vec(),
        action,
        command: command.to_vec(),
    })
}

/// A command that no shell reads ends at `#`; a shell sees to comments itself.
fn without_comment(process: &[u8]) -> &[u8] {
    let end = process.iter().position(|byte| *byte == b'#').filter(|_| !needs_shell(process));
    trimmed(end.and_then(|end| process.get(..end)).unwrap_or(process))
}

/// The ids that have been used, each as one number: they have at most four bytes and no NUL.
#[derive(Debug, Default)]
pub(super) struct Ids {
    sorted: Vec<u32>,
}

impl Ids {
    /// Refuses an id that an earlier line has.
    pub(super) fn take(&mut self, entry: &Entry) -> Result<(), &'static str> {
        let number = entry.id.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        match self.sorted.binary_search(&number) {
            Ok(_) if entry.id != SHARED_ID => Err("an earlier line has the same id"),
            Ok(_) => Ok(()),
            Err(place) => {
                self.sorted.insert(place, number);
                Ok(())
            }
        }
    }
}
