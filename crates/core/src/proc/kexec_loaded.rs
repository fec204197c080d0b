//! /sys/kernel/kexec_loaded (Documentation/ABI/testing/sysfs-kernel-kexec-kdump).

use crate::text::trimmed;

/// Where it is.
pub const PATH: &str = "/sys/kernel/kexec_loaded";

/// More than it ever holds.
pub const MOST_BYTES: usize = 16;

/// Whether a kernel is loaded for kexec.
#[must_use]
pub fn parse_kexec_loaded(text: &[u8]) -> bool {
    trimmed(text) == b"1"
}
