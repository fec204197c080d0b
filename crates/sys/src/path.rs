//! System calls that take a path. Each is here once and not generic: rustix's own, which take any kind
//! of text, would be compiled anew for each kind, with a copy of the path on the stack.

use crate::{Result, errno};
use alloc::ffi::CString;
use rekindle_core::errno::Errno;
use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags};

/// The path, or another text, as the kernel wants it.
///
/// # Errors
/// EINVAL if it holds a NUL.
pub(crate) fn c_path(path: &[u8]) -> Result<CString> {
    CString::new(path).map_err(|_| Errno::EINVAL)
}

/// open(2) of what is there.
pub(crate) fn open(path: &[u8], flags: OFlags) -> Result<OwnedFd> {
    create(path, flags, Mode::empty())
}

/// open(2), with the mode of what is made.
pub(crate) fn create(path: &[u8], flags: OFlags, mode: Mode) -> Result<OwnedFd> {
    rustix::fs::open(c_path(path)?.as_c_str(), flags, mode).map_err(errno)
}

/// mkdir(2).
pub(crate) fn make_directory(path: &[u8]) -> Result<()> {
    rustix::fs::mkdir(c_path(path)?.as_c_str(), Mode::from(0o755)).map_err(errno)
}

/// rename(2).
pub(crate) fn rename(from: &[u8], to: &[u8]) -> Result<()> {
    rustix::fs::rename(c_path(from)?.as_c_str(), c_path(to)?.as_c_str()).map_err(errno)
}

/// unlink(2).
pub(crate) fn unlink(path: &[u8]) -> Result<()> {
    rustix::fs::unlink(c_path(path)?.as_c_str()).map_err(errno)
}
