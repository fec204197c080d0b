//! The tables that stand in for a file.

use super::action::EntryAction;
use super::table::{Entry, Table};
use alloc::vec::Vec;

/// The table when /etc/inittab can't be read (BusyBox init/init.c, `parse_inittab`), without its
/// `umount -a -r` and `swapoff -a`: the last stage does both, after the processes have ended.
#[must_use]
pub fn default_table() -> Table {
    use EntryAction::{AskFirst, CtrlAltDel, Restart, Sysinit};
    table(&[
        ("", Sysinit, "/etc/init.d/rcS"),
        ("", AskFirst, "-/bin/sh"),
        ("tty2", AskFirst, "-/bin/sh"),
        ("tty3", AskFirst, "-/bin/sh"),
        ("tty4", AskFirst, "-/bin/sh"),
        ("", CtrlAltDel, "reboot"),
        ("", Restart, "init"),
    ])
}

/// The table of `init single`: a shell on the console and nothing else.
#[must_use]
pub fn single_user_table() -> Table {
    table(&[("", EntryAction::Respawn, "-/bin/sh")])
}

fn table(rows: &[(&str, EntryAction, &str)]) -> Table {
    let entry = |(id, action, command): &(&str, EntryAction, &str)| Entry {
        line: 0,
        id: id.as_bytes().to_vec(),
        runlevels: Vec::new(),
        action: *action,
        command: command.as_bytes().to_vec(),
    };
    Table { entries: rows.iter().map(entry).collect(), ..Table::default() }
}
