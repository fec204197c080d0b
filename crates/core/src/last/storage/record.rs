//! The account on its way to the disk.

use super::pool::StorageOps;
use crate::account::{ACCOUNT_PATH, Account, Line, StorageDone, WRITING_MS};
use crate::context::Context;
use crate::errno::Errno;
use crate::event::Severity;
use crate::op::{OpId, Outcome};
use crate::proc::mountinfo::Mount;
use crate::text::after;
use crate::time::Moment;
use alloc::vec::Vec;

/// The file of the account.
#[derive(Clone, Debug, Default)]
pub(super) struct AccountFile {
    ops: StorageOps<()>,
    is_begun: bool,
}

impl AccountFile {
    /// Writes the account as it is by now, once.
    pub(super) fn write(&mut self, account: &Account, context: &mut Context) {
        if core::mem::replace(&mut self.is_begun, true) {
            return;
        }
        self.ops.begin(context, account.plan_write(), WRITING_MS, ());
    }

    /// Whether it has been, or is being, written.
    pub(super) fn is_begun(&self) -> bool {
        self.is_begun
    }

    pub(super) fn is_being_written(&self) -> bool {
        !self.ops.is_idle()
    }

    /// Takes the outcome of an op, if it is this one's.
    pub(super) fn finished(&mut self, id: OpId, outcome: &Outcome, context: &mut Context) {
        if self.ops.complete(id).is_none() {
            return;
        }
        match outcome.error() {
            // No /var/lib, or a root that was read-only all along: the console has the account.
            None | Some(Errno::ENOENT | Errno::EROFS) => {}
            Some(errno) => {
                context.say_formatted(
                    Severity::Warning,
                    format_args!(
                        "can't write {ACCOUNT_PATH}: {errno}; the account is on the console only"
                    ),
                );
            }
        }
    }
}

/// The mount that the account's file lies on.
pub(super) fn holder_of_account(mounts: &[Mount]) -> Option<&Mount> {
    let path = ACCOUNT_PATH.as_bytes();
    let holds = |mount: &&Mount| {
        mount.is_root() || after(path, &mount.target).is_some_and(|rest| rest.starts_with(b"/"))
    };
    mounts.iter().filter(holds).max_by_key(|mount| mount.target.len())
}

/// The line about a mount or a swap file that was worked on since `began`.
pub(super) fn storage_line(
    target: &[u8],
    done: Result<StorageDone, Errno>,
    began: Moment,
    now: Moment,
) -> Line {
    let target: Vec<u8> = target.to_vec();
    Line::Storage { target, done, took_ms: now.since_ms(began) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proc::mountinfo::parse_mountinfo;
    use alloc::format;

    #[test]
    fn the_account_lies_on_the_deepest_mount_above_it() {
        let holder =
            |text: &str| holder_of_account(&parse_mountinfo(text.as_bytes())).map(|mount| mount.id);
        let root = "1 1 8:1 / / rw - ext4 /dev/a rw\n";
        assert_eq!(holder(root), Some(1));
        assert_eq!(holder(&format!("{root}2 1 8:2 / /var rw - ext4 /dev/b rw\n")), Some(2));
        let deeper = "3 2 8:3 / /var/lib rw - ext4 /dev/c rw\n";
        assert_eq!(holder(&format!("{root}2 1 8:2 / /var rw - ext4 /dev/b rw\n{deeper}")), Some(3));
        assert_eq!(holder(&format!("{root}2 1 8:2 / /va rw - ext4 /dev/b rw\n")), Some(1));
        assert_eq!(holder(""), None);
    }
}
