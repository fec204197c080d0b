//! /proc/PID/status (proc_pid_status(5)). Reading it waits for nobody.

use crate::text::{cut, lines, parse_hex, parse_u32, trimmed, word, words};
use alloc::vec::Vec;

/// What is wanted of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// `Name`, with the kernel's escapes for line feed and backslash (fs/proc/array.c, `proc_task_name`).
    pub comm: Vec<u8>,
    /// The letter of `State`.
    pub state: u8,
    /// `PPid`.
    pub parent: u32,
    /// The real user of `Uid`.
    pub uid: Option<u32>,
    /// `Threads`: the living ones, and a first thread that has ended but is not reaped.
    pub threads: u32,
    /// `Kthread`, which Linux has since 6.8: whether it is a thread of the kernel.
    pub is_kernel_thread: Option<bool>,
    /// There is a `VmSize`: it has memory of its own, which a thread of the kernel never has.
    pub has_memory: bool,
    /// `SigPnd` and `ShdPnd`: the signals that wait for its first thread or for all of it.
    pub pending: u64,
    /// `SigBlk`: the signals that its first thread blocks.
    pub blocked: u64,
    /// `SigIgn`.
    pub ignored: u64,
    /// `SigCgt`.
    pub caught: u64,
    /// `CapEff`.
    pub capabilities: Option<u64>,
}

/// Reads the lines that are wanted, of which `CapEff` is the last (fs/proc/array.c, `proc_pid_status`): what
/// stands behind it is half of the text. What is missing stays at its default.
#[must_use]
pub fn parse_status(text: &[u8]) -> Status {
    let mut status = Status::default();
    for line in lines(text) {
        let Some((key, value)) = cut(line, b':') else { continue };
        if is_wanted(key) {
            status.set(key, trimmed(value));
        }
        if status.capabilities.is_some() {
            break;
        }
    }
    status
}

/// Whether it may be one of those that are wanted: most are not, and a letter is soon compared.
fn is_wanted(key: &[u8]) -> bool {
    matches!(key, [b'N' | b'P' | b'U' | b'T' | b'K', ..] | [b'S', b'i' | b't' | b'h', ..])
        || matches!(key, [b'V', b'm', b'S', b'i', ..] | [b'C', b'a', b'p', b'E', ..])
}

impl Status {
    fn set(&mut self, key: &[u8], value: &[u8]) {
        let mask = || parse_hex(value).unwrap_or(0);
        match word(key) {
            "Name" => self.comm = value.to_vec(),
            "State" => self.state = value.first().copied().unwrap_or(0),
            "PPid" => self.parent = parse_u32(value).unwrap_or(0),
            "Uid" => self.uid = words(value).next().and_then(parse_u32),
            "Threads" => self.threads = parse_u32(value).unwrap_or(0),
            "Kthread" => self.is_kernel_thread = Some(value == b"1"),
            "VmSize" => self.has_memory = true,
            "SigPnd" | "ShdPnd" => self.pending |= mask(),
            "SigBlk" => self.blocked = mask(),
            "SigIgn" => self.ignored = mask(),
            "SigCgt" => self.caught = mask(),
            "CapEff" => self.capabilities = parse_hex(value),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_6_1_and_of_6_8_are_read() {
        let text = b"Name:\tsave: it\nUmask:\t0022\nState:\tZ (zombie)\nTgid:\t7\nNgid:\t0\nPid:\t7\nPPid:\t3\n\
            TracerPid:\t0\nUid:\t1000\t0\t0\t0\nGid:\t0\t0\t0\t0\nKthread:\t0\nVmSize:\t8 kB\nThreads:\t2\nSigPnd:\t0000000000000001\n\
            ShdPnd:\t0000000000004000\nSigBlk:\t0000000000000002\nSigIgn:\t0000000000001000\nSigCgt:\t0000000000000010\n\
            CapEff:\t000001ffffffffff\n";
        let status = parse_status(text);
        let expected = Status {
            comm: b"save: it".to_vec(),
            state: b'Z',
            parent: 3,
            uid: Some(1000),
            threads: 2,
            is_kernel_thread: Some(false),
            has_memory: true,
            pending: 0x4001,
            blocked: 2,
            ignored: 0x1000,
            caught: 0x10,
            capabilities: Some(0x1ff_ffff_ffff),
        };
        assert_eq!(status, expected);
        assert_eq!(parse_status(b"\nx\nUid:\n"), Status::default());
    }
}
