//! How a table becomes entries: at first, and when it is read again.

use super::children::Children;
use super::entries::Entries;
use super::supervised::State;
use crate::inittab::{Dialect, Entry, EntryAction, Runlevel, Table, first_level};
use alloc::vec::Vec;

/// What runs alone on the console when the table has nothing for single user, and before all else
/// in an emergency (sysvinit src/paths.h, SULOGIN).
const SULOGIN: &[u8] = b"/sbin/sulogin";

/// Takes BusyBox's table for the first time.
pub(crate) fn take_first_table(entries: &mut Entries, table: Table) {
    for entry in table.entries {
        entries.add(entry, State::Idle);
    }
}

/// Takes a table that was read again: entries that stay keep their processes.
pub(crate) fn take_table(children: &mut Children, table: Table) {
    match children.dialect() {
        Dialect::BusyBox => take_busybox_table(children.entries_mut(), table),
        Dialect::Sysvinit => take_sysvinit_table(children, table),
    }
}

/// What runs only at boot does not run because of a reload.
fn take_busybox_table(entries: &mut Entries, table: Table) {
    entries.remove_all();
    let mut hint = 0;
    for entry in table.entries {
        if let Err(new) = entries.keep(entry, &mut hint, is_same_command) {
            let runs_at_boot =
                matches!(new.action, EntryAction::Sysinit | EntryAction::Wait | EntryAction::Once);
            entries.add(new, if runs_at_boot { State::Done } else { State::Idle });
        }
    }
}

fn is_same_command(old: &Entry, new: &Entry) -> bool {
    old.action == new.action && old.command == new.command && old.id == new.id
}

/// Their id is what tells sysvinit's entries apart, and a new command counts from their next start.
/// What has to be done at once comes first in the walk.
pub(crate) fn take_sysvinit_table(children: &mut Children, mut table: Table) {
    let is_for_one = |entry: &Entry| entry.runs_in(Runlevel::SINGLE) && !entry.action.is_urgent();
    if !table.entries.iter().any(is_for_one) {
        table.entries.push(built_in(EntryAction::Wait, b"S"));
    }
    let default = first_level(&table).unwrap_or(Runlevel::MULTI_USER);
    let (mut urgent, mut others) = (Vec::new(), Vec::new());
    for entry in table.entries {
        let group = if entry.action.is_urgent() { &mut urgent } else { &mut others };
        group.push(entry);
    }
    let entries = children.entries_mut();
    entries.remove_all();
    let mut hint = 0;
    let mut order = Vec::new();
    for group in [urgent, others] {
        order.extend(group.into_iter().map(|entry| keep_or_add(entries, entry, &mut hint)));
    }
    if let Some(levels) = children.levels_mut() {
        levels.take_table(default, order);
    }
}

fn keep_or_add(entries: &mut Entries, entry: Entry, hint: &mut usize) -> u32 {
    entries.keep(entry, hint, is_same_id).unwrap_or_else(|new| {
        // What waits for an event has had its turn until the event comes.
        let state = if new.action.is_on_event() { State::Done } else { State::Idle };
        entries.add(new, state)
    })
}

fn is_same_id(old: &Entry, new: &Entry) -> bool {
    old.action == new.action && old.id == new.id && (old.id != b"~~" || old.command == new.command)
}

/// The table with a login that comes before all else, for an emergency.
pub(crate) fn with_emergency_login(mut table: Table) -> Table {
    table.entries.insert(0, built_in(EntryAction::Sysinit, b""));
    table
}

fn built_in(action: EntryAction, runlevels: &[u8]) -> Entry {
    Entry {
        line: 0,
        id: b"~~".to_vec(),
        runlevels: runlevels.to_vec(),
        action,
        command: SULOGIN.to_vec(),
    }
}
