//! Whether there is memory for a load. With too little of it the kernel ends the process that
//! loads instead of answering ENOMEM, and perhaps others first.

use core::fmt;
use rekindle_core::proc::meminfo::parse_row_kib;

/// What stays free for everybody else while the kernel and the initrd are copied.
const RESERVE_BYTES: u64 = 64 * MIB;

const MIB: u64 = 1024 * 1024;

/// The memory of the machine (proc_meminfo(5)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// `MemTotal`.
    pub total_bytes: u64,
    /// `MemAvailable`.
    pub available_bytes: u64,
}

/// Reads /proc/meminfo. `None` if either figure is missing.
#[must_use]
pub fn parse_meminfo(text: &[u8]) -> Option<Memory> {
    Some(Memory {
        total_bytes: parse_row_bytes(text, b"MemTotal:")?,
        available_bytes: parse_row_bytes(text, b"MemAvailable:")?,
    })
}

fn parse_row_bytes(text: &[u8], name: &[u8]) -> Option<u64> {
    parse_row_kib(text, name)?.checked_mul(1024)
}

/// What a load consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadSize {
    /// The kernel's file.
    pub kernel_bytes: u64,
    /// What the kernel needs in one piece ([`crate::bzimage::BzImage::init_bytes`]).
    pub init_bytes: u64,
    /// The initrd.
    pub initrd_bytes: u64,
    /// What of the initrd is put together in memory first.
    pub copied_bytes: u64,
}

impl LoadSize {
    /// Both files are read whole, then copied to where they will be found: the kernel with room
    /// to unpack itself (kernel/kexec_file.c, `kimage_file_prepare_segments`).
    #[must_use]
    pub fn needed_bytes(&self) -> u64 {
        let parts = [
            self.kernel_bytes,
            self.init_bytes,
            self.initrd_bytes,
            self.initrd_bytes,
            self.copied_bytes,
            RESERVE_BYTES,
        ];
        parts.into_iter().fold(0, u64::saturating_add)
    }

    /// What stays until the kernel is entered.
    #[must_use]
    pub fn kept_bytes(&self) -> u64 {
        self.init_bytes.saturating_add(self.initrd_bytes)
    }
}

/// Checks that a load can succeed.
///
/// # Errors
/// The figures in words.
pub fn check_memory(size: &LoadSize, memory: &Memory) -> Result<(), String> {
    let (kept, needed) = (Mebibytes(size.kept_bytes()), Mebibytes(size.needed_bytes()));
    let half_bytes = memory.total_bytes / 2;
    // EINVAL otherwise (kernel/kexec_core.c, `sanity_check_segment_list`).
    if size.kept_bytes() > half_bytes {
        let half = Mebibytes(half_bytes);
        return Err(format!(
            "kernel and initrd need {kept}, more than half of the memory ({half}); use a smaller initrd"
        ));
    }
    if size.needed_bytes() > memory.available_bytes {
        let available = Mebibytes(memory.available_bytes);
        return Err(format!(
            "loading needs {needed} of memory and {available} are available; free some or use a smaller initrd"
        ));
    }
    Ok(())
}

/// Shows an amount of memory, rounded up.
#[derive(Clone, Copy, Debug)]
pub struct Mebibytes(pub u64);

impl fmt::Display for Mebibytes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} MiB", self.0.div_ceil(MIB))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMINFO: &[u8] =
        b"MemTotal:         998520 kB\nMemFree:          1 kB\nMemAvailable:     440320 kB\n";

    #[test]
    fn meminfo_is_read_in_bytes() {
        let memory = Memory { total_bytes: 998_520 * 1024, available_bytes: 440_320 * 1024 };
        assert_eq!(parse_meminfo(MEMINFO), Some(memory));
        assert_eq!(parse_meminfo(b"MemTotal: 1 kB\n"), None);
        assert_eq!(parse_meminfo(b"MemTotal: 1 kB\nMemAvailable: x kB\n"), None);
    }

    #[test]
    fn the_initrd_counts_twice_and_once_more_when_it_is_put_together() {
        let mut size = LoadSize {
            kernel_bytes: 8 * MIB,
            init_bytes: 60 * MIB,
            initrd_bytes: 40 * MIB,
            copied_bytes: 0,
        };
        assert_eq!(size.needed_bytes(), (8 + 60 + 80 + 64) * MIB);
        assert_eq!(size.kept_bytes(), 100 * MIB);
        size.copied_bytes = 40 * MIB;
        assert_eq!(size.needed_bytes(), (8 + 60 + 120 + 64) * MIB);
    }

    #[test]
    fn both_limits_are_told_in_figures() {
        let size = LoadSize {
            kernel_bytes: 8 * MIB,
            init_bytes: 60 * MIB,
            initrd_bytes: 40 * MIB,
            copied_bytes: 0,
        };
        let memory = |total_mib: u64, available_mib: u64| Memory {
            total_bytes: total_mib * MIB,
            available_bytes: available_mib * MIB,
        };
        assert_eq!(check_memory(&size, &memory(1000, 212)), Ok(()));
        let text = "loading needs 212 MiB of memory and 211 MiB are available; free some or use a smaller initrd";
        assert_eq!(check_memory(&size, &memory(1000, 211)).unwrap_err(), text);
        let text = "kernel and initrd need 100 MiB, more than half of the memory (99 MiB); use a smaller initrd";
        assert_eq!(check_memory(&size, &memory(198, 198)).unwrap_err(), text);
    }
}
