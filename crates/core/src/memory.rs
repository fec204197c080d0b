//! /proc/meminfo (proc_meminfo(5)).

use crate::text::{lines, parse_u64, words};

/// What PID 1 wants to know of the memory, in KiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryUse {
    /// Pages that still have to be written to a disk, or are being written.
    pub dirty_kib: u64,
    /// All swap space in use as such, files and partitions.
    pub swap_total_kib: u64,
}

/// The figure of the row called `name`, its colon included; `None` if it is missing or no number.
#[must_use]
pub fn parse_row_kib(text: &[u8], name: &[u8]) -> Option<u64> {
    let row = lines(text).find_map(|line| line.strip_prefix(name))?;
    parse_u64(words(row).next()?)
}

/// Reads the three rows that matter; what is missing counts as 0.
#[must_use]
pub fn parse_meminfo(text: &[u8]) -> MemoryUse {
    let kib = |name: &[u8]| parse_row_kib(text, name).unwrap_or(0);
    MemoryUse {
        dirty_kib: kib(b"Dirty:").saturating_add(kib(b"Writeback:")),
        swap_total_kib: kib(b"SwapTotal:"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dirty_and_writeback_are_one_sum() {
        let text = b"MemTotal: 9 kB\nSwapTotal:    8 kB\nDirty:  5 kB\nWriteback:  2 kB\n";
        assert_eq!(parse_meminfo(text), MemoryUse { dirty_kib: 7, swap_total_kib: 8 });
        assert_eq!(parse_meminfo(b"Dirty: x\n"), MemoryUse::default());
    }
}
