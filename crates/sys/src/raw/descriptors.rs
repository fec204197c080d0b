//! Descriptors by their numbers: those that a forked child has no use for, and those that another
//! program has left.

use crate::Result;
use crate::result::checked;
use rekindle_core::errno::Errno;
use rustix::fd::{BorrowedFd, FromRawFd, OwnedFd};
use rustix::io::FdFlags;
use syscalls::{Sysno, syscall};

/// Closes the descriptors `first` to `last`: close_range(2). Only for a forked child that will use none
/// of them again, whatever values of it name them.
///
/// # Errors
/// ENOSYS before Linux 5.9; EINVAL if `last` is smaller than `first`.
pub(crate) fn close_range(first: u32, last: u32) -> Result<()> {
    const NO_FLAGS: usize = 0;
    // SAFETY: takes integers. The child shares its table of descriptors with nobody (fork(2)), and none
    // of the closed ones is used again, by this function's contract.
    checked(unsafe { syscall!(Sysno::close_range, first, last, NO_FLAGS) }).map(drop)
}

/// Closes one descriptor, under the same condition as [`close_range`]: close(2).
pub(crate) fn close(number: u32) {
    // SAFETY: as above.
    let _ = checked(unsafe { syscall!(Sysno::close, number) });
}

/// The flags of a descriptor, if it is open: fcntl(2), F_GETFD.
pub(crate) fn flags_of(number: u32) -> Option<FdFlags> {
    let number = i32::try_from(number).ok()?;
    // SAFETY: not -1, and used for this one call alone, which changes nothing.
    let descriptor = unsafe { BorrowedFd::borrow_raw(number) };
    rustix::io::fcntl_getfd(descriptor).ok()
}

/// Takes over the open descriptor `number`, if `is_wanted` says so of it. Only for a program that has
/// just begun and has opened nothing yet, so that the descriptor is nobody's.
///
/// # Errors
/// EBADF for a standard stream; EINVAL if it is not wanted.
pub(crate) fn adopt(
    number: u32,
    is_wanted: impl FnOnce(BorrowedFd<'_>) -> bool,
) -> Result<OwnedFd> {
    let number = i32::try_from(number).ok().filter(|number| *number > 2).ok_or(Errno::EBADF)?;
    // SAFETY: not -1. It is used for the call alone; if nothing is open there, calls on it answer EBADF.
    let descriptor = unsafe { BorrowedFd::borrow_raw(number) };
    if !is_wanted(descriptor) {
        return Err(Errno::EINVAL);
    }
    // SAFETY: it is open, as `is_wanted` has seen, and no value of this program owns it, by this
    // function's contract.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}
