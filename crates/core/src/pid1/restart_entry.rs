//! Inittab's `restart` entry, and what an end owes to `umount -a` entries that it puts off.

use super::serve::{Entries, Supervised};
use crate::child::{Terminal, is_kexec, is_storage_teardown, plan_command, plan_paths};
use crate::handover::Successor;
use crate::inittab::{Entry, EntryAction};
use crate::request::Action;
use alloc::vec::Vec;

fn restart_entry(entries: &Entries) -> Option<&Entry> {
    let first = entries.ids_of_action(EntryAction::Restart).first().copied()?;
    entries.get(first).map(Supervised::entry)
}

/// Whether there is one.
pub(crate) fn has_restart_entry(entries: &Entries) -> bool {
    restart_entry(entries).is_some()
}

/// Whether it enters another kernel.
pub(crate) fn restart_is_kexec(entries: &Entries) -> bool {
    restart_entry(entries).is_some_and(|entry| is_kexec(&entry.command))
}

/// Whether an end of this kind unmounts what is mounted. A `restart` entry finds the storage as it
/// would after BusyBox: torn down, if the `umount -a` of a `shutdown` entry was put off until the last
/// stage, or if it enters another kernel.
pub(crate) fn tears_down_storage(action: Action, entries: &Entries) -> bool {
    let was_put_off = || {
        let mut scripts = entries
            .iter()
            .filter(|one| one.entry().action == EntryAction::Shutdown && !one.is_removed());
        scripts.any(|one| is_storage_teardown(&one.entry().command))
    };
    match action {
        Action::Restart => restart_is_kexec(entries) || was_put_off(),
        Action::SoftReboot => false,
        Action::Halt | Action::PowerOff | Action::Reboot | Action::Kexec => true,
    }
}

/// The program that PID 1 becomes in the end, if the kernel goes on: the `restart` entry, or a fresh
/// init.
pub(crate) fn plan_successor(
    action: Action,
    entries: &Entries,
    environment: &[Vec<u8>],
) -> Option<Successor> {
    let (command, terminal) = match action {
        Action::Restart => restart_entry(entries)
            .map_or((Vec::new(), Terminal::Inherited), |entry| {
                (entry.command.clone(), Terminal::of_id(&entry.id))
            }),
        Action::SoftReboot => (b"/sbin/init".to_vec(), Terminal::Inherited),
        Action::Halt | Action::PowerOff | Action::Reboot | Action::Kexec => return None,
    };
    let plan = plan_command(&command);
    let (programs, arguments) = plan.map_or_else(
        || (plan_paths(b"init"), Vec::from([b"init".to_vec()])),
        |plan| (plan.programs, plan.arguments),
    );
    let takes_terminal = command.starts_with(b"-");
    let environment = environment.to_vec();
    Some(Successor { programs, arguments, environment, terminal, takes_terminal })
}
