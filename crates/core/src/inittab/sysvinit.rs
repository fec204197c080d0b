//! The lines of sysvinit's dialect, and what its fields mean.
//!
//! Source of the rules: inittab(5) of sysvinit and its src/init.c, `read_inittab`.

use super::action::EntryAction;
use super::dialect::Dialect;
use super::runlevel::Runlevel;
use super::table::{Entry, NO_PROCESS, NOT_FOUR_FIELDS, Table, UNKNOWN_ACTION};
use crate::child::{needs_shell, plan_sysvinit_command};
use crate::text::{parts, trimmed};
use alloc::vec::Vec;

/// The longest id: the size of ut_id (utmp(5)).
const MOST_ID_BYTES: usize = 4;

/// The id that may stand in several lines.
const SHARED_ID: &[u8] = b"~~";

/// The first runlevel, if the table names one: the highest of its `initdefault` entry, but none in which
/// the machine ends.
#[must_use]
pub fn first_level(table: &Table) -> Option<Runlevel> {
    let entry = table.entries.iter().find(|entry| entry.action == EntryAction::InitDefault)?;
    let letters = entry.runlevels.iter().map(u8::to_ascii_uppercase);
    let leads = |letter: &u8| matches!(letter, b'1'..=b'5' | b'7'..=b'9' | b'S');
    letters.filter(leads).max().and_then(Runlevel::parse)
}

/// Reads one line that is not empty.
pub(super) fn parse_fields(line: usize, text: &[u8]) -> Result<Entry, &'static str> {
    let mut fields = parts(text, b':');
    let (Some(id), Some(runlevels), Some(action), Some(process)) =
        (fields.next(), fields.next(), fields.next(), fields.rest())
    else {
        return Err(NOT_FOUR_FIELDS);
    };
    let action = EntryAction::parse_name(action, Dialect::Sysvinit);
    let action = action.ok_or(UNKNOWN_ACTION)?;
    if id.is_empty() || id.len() > MOST_ID_BYTES {
        return Err("the id does not have one to four characters");
    }
    let command = without_comment(process);
    let runs = !matches!(action, EntryAction::InitDefault | EntryAction::Off);
    if runs && plan_sysvinit_command(command).is_none() {
        return Err(NO_PROCESS);
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
