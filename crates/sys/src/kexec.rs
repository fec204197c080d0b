//! Loading a kernel with kexec_file_load(2).

use crate::Result;
use crate::path::c_path;
use crate::raw;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::MemfdFlags;

/// Loads `kernel` with an optional initrd and a command line.
///
/// # Errors
/// Those of kexec_file_load(2); EINVAL also for a command line with a NUL inside.
pub fn load(kernel: impl AsFd, initrd: Option<impl AsFd>, command_line: &[u8]) -> Result<()> {
    let line = c_path(command_line)?;
    raw::kexec_file_load(kernel.as_fd(), initrd.as_ref().map(AsFd::as_fd), &line)
}

/// Unloads the kernel that was loaded.
///
/// # Errors
/// Those of kexec_file_load(2).
pub fn unload() -> Result<()> {
    raw::kexec_file_unload()
}

/// An empty file in memory for an initrd that is put together from several: memfd_create(2). The
/// kernel loads from one that is still open for writing, which it refuses for any other file.
///
/// # Errors
/// Those of memfd_create(2).
pub fn new_initrd_file() -> Result<OwnedFd> {
    rustix::fs::memfd_create("initrd", MemfdFlags::CLOEXEC).map_err(crate::errno)
}
