//! The calls of the commands `reboot`, `halt`, `poweroff` and `telinit`: about process 1, and about the kernel
//! where process 1 is left out.

use crate::{Result, files, raw};
use alloc::vec::Vec;
use rekindle_core::op::RebootCommand;
use rekindle_core::proc::kexec_loaded::{self, parse_kexec_loaded};
use rekindle_core::proc::pid::parse_status;
use rekindle_core::request::process_1::Signs;
use rekindle_core::utmp::Record;
use rustix::fd::OwnedFd;
use rustix::fs::OFlags;

/// More than /proc/PID/status ever holds, and a command line of process 1.
const MOST_BYTES: usize = 64 * 1024;

fn read(path: &[u8]) -> Result<Vec<u8>> {
    files::read_whole_file(path, MOST_BYTES)
}

/// Looks at what tells which init process 1 is: open(2), read(2), readlink(2).
#[must_use]
pub fn read_signs() -> Signs {
    Signs {
        status: read(b"/proc/1/status").map(|text| parse_status(&text)),
        exe: files::read_link(c"/proc/1/exe"),
        cmdline: read(b"/proc/1/cmdline"),
    }
}

/// Sends process 1 a signal: kill(2).
///
/// # Errors
/// EPERM if the caller may not.
pub fn signal(number: u8) -> Result<()> {
    raw::kill(1, number)
}

/// Whether a kernel is loaded for kexec.
///
/// # Errors
/// Those of reading /sys/kernel/kexec_loaded: ENOENT without kexec in the kernel, or without /sys.
pub fn is_kernel_loaded() -> Result<bool> {
    let text = files::read_whole_file(kexec_loaded::PATH.as_bytes(), kexec_loaded::MOST_BYTES)?;
    Ok(parse_kexec_loaded(&text))
}

/// Appends the shutdown record to wtmp. A machine without wtmp keeps being one (utmp(5)).
///
/// # Errors
/// Those of open(2) and write(2), but not ENOENT.
pub fn write_wtmp() -> Result<()> {
    crate::utmp::append_record(&Record::shutdown())
}

/// Opens a setting of the kernel's under /sys for writing: open(2).
///
/// # Errors
/// Those of open(2): ENOENT where the kernel has no such setting.
pub fn open_setting(path: &str) -> Result<OwnedFd> {
    crate::path::open(path.as_bytes(), OFlags::WRONLY | OFlags::CLOEXEC)
}

/// Writes all dirty pages back: sync(2).
pub fn sync() {
    rustix::fs::sync();
}

/// Ends the machine's run, leaving everything as it is: reboot(2). Returns only on failure.
///
/// # Errors
/// Those of reboot(2).
pub fn end_kernel(command: RebootCommand) -> Result<()> {
    // BusyBox's and sysvinit's give the keys back first, should the machine stay up.
    let _ = raw::set_ctrl_alt_del(true);
    raw::reboot(command)
}
