//! /proc/self/mountinfo (proc_pid_mountinfo(5)).

use crate::text::{lines, parse_u32, parts, words};
use alloc::vec::Vec;

/// One mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Its number.
    pub id: u32,
    /// The number of the mount that it stands on; its own for the top of the tree.
    pub parent: u32,
    /// `major:minor` of the file system, the same for each of its mounts.
    pub device: Vec<u8>,
    /// Where it is mounted.
    pub target: Vec<u8>,
    /// The file system type.
    pub kind: Vec<u8>,
    /// Whether the file system itself is read-only, not just this mount of it.
    pub is_read_only: bool,
}

/// File systems that keep nothing on a disk, a network or in a user process: leaving them
/// mounted loses nothing (filesystems(5), and the `nodev` lines of /proc/filesystems).
const KERNEL_KINDS: [&[u8]; 28] = [
    b"autofs",
    b"binfmt_misc",
    b"bpf",
    b"cgroup",
    b"cgroup2",
    b"configfs",
    b"debugfs",
    b"devpts",
    b"devtmpfs",
    b"efivarfs",
    b"fusectl",
    b"hugetlbfs",
    b"mqueue",
    b"nsfs",
    b"pipefs",
    b"proc",
    b"pstore",
    b"ramfs",
    b"resctrl",
    b"rootfs",
    b"rpc_pipefs",
    b"securityfs",
    b"selinuxfs",
    b"smackfs",
    b"sockfs",
    b"sysfs",
    b"tmpfs",
    b"tracefs",
];

impl Mount {
    /// Whether it keeps data outside the kernel's memory.
    #[must_use]
    pub fn holds_data(&self) -> bool {
        !KERNEL_KINDS.contains(&self.kind.as_slice())
    }

    /// The root file system, as far as it is known without the table.
    #[must_use]
    pub fn root_unseen() -> Self {
        Self {
            id: 1,
            parent: 1,
            device: Vec::new(),
            target: b"/".to_vec(),
            kind: b"unknown".to_vec(),
            is_read_only: false,
        }
    }

    /// Whether it is the root directory.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.target == b"/"
    }
}

/// Reads mountinfo in its own order: a mount stands after the one that it stands on, unless
/// it was moved. A line that can't be read is left out.
#[must_use]
pub fn parse_mountinfo(text: &[u8]) -> Vec<Mount> {
    let mut mounts = Vec::new();
    for line in lines(text) {
        mounts.extend(parse_line(line));
    }
    mounts
}

fn parse_line(line: &[u8]) -> Option<Mount> {
    let fields: Vec<&[u8]> = words(line).collect();
    // Six fixed fields, optional ones, a lone `-`, then type, source and super options.
    let separator = fields.iter().skip(6).position(|field| *field == b"-")?.checked_add(6)?;
    let after = |offset: usize| fields.get(separator.checked_add(offset)?);
    Some(Mount {
        id: parse_u32(fields.first()?)?,
        parent: parse_u32(fields.get(1)?)?,
        device: fields.get(2)?.to_vec(),
        target: unescape(fields.get(4)?),
        kind: after(1)?.to_vec(),
        is_read_only: parts(after(3)?, b',').any(|option| option == b"ro"),
    })
}

/// Undoes the kernel's `\NNN` octal escapes (fs/seq_file.c, `mangle_path`: blank, tab, line feed,
/// backslash and `#`).
#[must_use]
pub fn unescape(field: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((&first, tail)) = rest.split_first() {
        match (first, octal(tail)) {
            (b'\\', Some((byte, after))) => {
                plain.push(byte);
                rest = after;
            }
            _ => {
                plain.push(first);
                rest = tail;
            }
        }
    }
    plain
}

fn octal(digits: &[u8]) -> Option<(u8, &[u8])> {
    let (three, after) = digits.split_first_chunk::<3>()?;
    let value = three.iter().try_fold(0u16, |value, byte| {
        let digit = char::from(*byte).to_digit(8)?;
        value.checked_mul(8)?.checked_add(u16::try_from(digit).ok()?)
    })?;
    Some((u8::try_from(value).ok()?, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optional_fields_and_escapes_are_understood() {
        let text = b"36 35 98:0 /mnt1 /mnt\\0402 rw,noatime shared:1 master:2 - ext3 /dev/root ro,errors=continue\n\
                     37 35 98:0 / /x rw - ext4 /dev/x rw\ngarbage\n38 - -\n";
        let mounts = parse_mountinfo(text);
        assert_eq!(mounts.len(), 2);
        let first = mounts.first().unwrap();
        assert_eq!((first.id, first.parent, first.target.as_slice()), (36, 35, &b"/mnt 2"[..]));
        assert!(first.is_read_only && first.holds_data());
        assert!(!mounts.last().unwrap().is_read_only);
    }

    #[test]
    fn a_backslash_that_escapes_nothing_stays() {
        assert_eq!(unescape(b"a\\134b\\x\\04"), b"a\\b\\x\\04");
        assert_eq!(unescape(b"\\777"), b"\\777");
    }
}
