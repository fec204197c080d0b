//! What the running kernel allows, and what it has loaded.

use kernel_image::facts::{
    Facts, parse_boot_capability, parse_load_limit, parse_lockdown, parse_switch,
};
use kernel_image::memory::{Memory, parse_meminfo};
use rekindle_core::proc::lockdown;
use std::fs;

/// Reads what may forbid a load. Files that are missing (an old kernel, no securityfs) leave
/// their fact unknown.
pub(crate) fn read_facts() -> Facts {
    Facts {
        has_boot_capability: read("/proc/self/status", parse_boot_capability),
        is_load_disabled: read("/proc/sys/kernel/kexec_load_disabled", parse_switch),
        load_limit: read("/proc/sys/kernel/kexec_load_limit_reboot", parse_load_limit),
        lockdown: read(lockdown::PATH, parse_lockdown),
    }
}

/// Whether a kernel for the case of a crash is loaded.
pub(crate) fn read_crash_loaded() -> Option<bool> {
    read("/sys/kernel/kexec_crash_loaded", parse_switch)
}

pub(crate) fn read_memory() -> Option<Memory> {
    read("/proc/meminfo", parse_meminfo)
}

fn read<T>(path: &str, parse: fn(&[u8]) -> Option<T>) -> Option<T> {
    fs::read(path).ok().and_then(|bytes| parse(&bytes))
}
