//! /proc/meminfo (proc_meminfo(5)).

use crate::op::ReadOp;
use crate::text::{after, lines, parse_u64, words};

/// Lock-free in the kernel (fs/proc/meminfo.c), so that PID 1 may read it itself.
pub const READ: ReadOp = ReadOp::File { path: "/proc/meminfo", most_bytes: 16 * 1024 };

/// What PID 1 wants to know of the memory, in KiB; `None` for what is not told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryUse {
    /// Pages that still have to be written to a disk, or are being written.
    pub dirty_kib: Option<u64>,
    /// All swap space in use as such, files and partitions.
    pub swap_total_kib: Option<u64>,
}

/// The figure of the row called `name`, its colon included; `None` if it is missing or no number.
#[must_use]
pub fn parse_row_kib(text: &[u8], name: &[u8]) -> Option<u64> {
    let row = lines(text).find_map(|line| after(line, name))?;
    parse_u64(words(row).next()?)
}

/// Reads the three rows that matter.
#[must_use]
pub fn parse_meminfo(text: &[u8]) -> MemoryUse {
    let kib = |name: &[u8]| parse_row_kib(text, name);
    let dirty_kib = kib(b"Dirty:").zip(kib(b"Writeback:"));
    MemoryUse {
        dirty_kib: dirty_kib.map(|(dirty, writeback)| dirty.saturating_add(writeback)),
        swap_total_kib: kib(b"SwapTotal:"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dirty_and_writeback_are_one_sum() {
        let text = b"MemTotal: 9 kB\nSwapTotal:    8 kB\nDirty:  5 kB\nWriteback:  2 kB\n";
        let expected = MemoryUse { dirty_kib: Some(7), swap_total_kib: Some(8) };
        assert_eq!(parse_meminfo(text), expected);
        assert_eq!(parse_meminfo(b"Dirty: x\n"), MemoryUse::default());
    }
}
