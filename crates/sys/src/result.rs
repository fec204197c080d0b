//! What a system call answers.

use rekindle_core::errno::Errno;

/// The result of a system call.
pub type Result<T> = core::result::Result<T, Errno>;

pub(crate) fn errno(error: rustix::io::Errno) -> Errno {
    Errno(u16::try_from(error.raw_os_error()).unwrap_or(Errno::EIO.0))
}

pub(crate) fn checked(result: core::result::Result<usize, syscalls::Errno>) -> Result<usize> {
    result.map_err(|error| Errno(u16::try_from(error.into_raw()).unwrap_or(Errno::EIO.0)))
}
