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

/// Reads the three lines that matter; what is missing counts as 0.
#[must_use]
pub fn parse_meminfo(text: &[u8]) -> MemoryUse {
    let mut found = MemoryUse::default();
    for line in lines(text) {
        let mut fields = words(line);
        let key = fields.next().unwrap_or_default();
        let kib = fields.next().and_then(parse_u64).unwrap_or(0);
        match key {
            b"Dirty:" | b"Writeback:" => found.dirty_kib = found.dirty_kib.saturating_add(kib),
            b"SwapTotal:" => found.swap_total_kib = kib,
            _ => {}
        }
    }
    found
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
