//! Swap.

use crate::Result;
use crate::result::checked;
use core::ffi::CStr;
use syscalls::{Sysno, syscall};

/// `swapoff`: swapoff(2). May take as long as reading everything back in.
///
/// # Errors
/// EINVAL if `path` is not in use as swap; ENOMEM if its content does not fit in memory.
pub fn swap_off(path: &CStr) -> Result<()> {
    // SAFETY: `path` is a NUL-terminated string that lives until the call returns.
    checked(unsafe { syscall!(Sysno::swapoff, path.as_ptr()) }).map(drop)
}
