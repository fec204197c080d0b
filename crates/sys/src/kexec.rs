//! Loading a kernel with kexec_file_load(2).

use crate::raw;
use crate::Result;
use alloc::ffi::CString;
use rekindle_core::errno::Errno;
use rustix::fd::AsFd;

/// Loads `kernel` with an optional initrd and a command line.
///
/// # Errors
/// Those of kexec_file_load(2); EINVAL also for a command line with a NUL inside.
pub fn load(kernel: impl AsFd, initrd: Option<impl AsFd>, command_line: &[u8]) -> Result<()> {
    let line = CString::new(command_line).map_err(|_| Errno::EINVAL)?;
    raw::kexec_file_load(kernel.as_fd(), initrd.as_ref().map(AsFd::as_fd), &line)
}

/// Unloads the kernel that was loaded.
///
/// # Errors
/// Those of kexec_file_load(2).
pub fn unload() -> Result<()> {
    raw::kexec_file_unload()
}
