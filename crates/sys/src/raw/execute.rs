//! Executing another program.

use crate::path::c_path;
use crate::result::checked;
use alloc::ffi::CString;
use alloc::vec::Vec;
use core::ffi::{CStr, c_char};
use rekindle_core::errno::Errno;
use rustix::fd::{AsRawFd, BorrowedFd};
use syscalls::{Sysno, syscall};

/// Strings as execve(2) takes them: an array of pointers that ends with a null.
#[derive(Debug)]
pub struct NullTerminated {
    /// Keeps alive what the pointers point to.
    _strings: Vec<CString>,
    pointers: Vec<*const c_char>,
}

impl NullTerminated {
    /// Prepares `strings`; one with a NUL inside is left out, as it can't be passed.
    #[must_use]
    pub fn new(strings: &[Vec<u8>]) -> Self {
        let (mut kept, mut pointers) = (Vec::new(), Vec::new());
        for string in strings.iter().filter_map(|string| c_path(string).ok()) {
            // The string itself stays where it is when its owner moves.
            pointers.push(string.as_ptr());
            kept.push(string);
        }
        pointers.push(core::ptr::null());
        Self { _strings: kept, pointers }
    }
}

/// `execve`: execve(2). Returns only on failure, with the reason.
#[must_use]
pub fn execute(path: &CStr, arguments: &NullTerminated, environment: &NullTerminated) -> Errno {
    let (argv, envp) = (arguments.pointers.as_ptr(), environment.pointers.as_ptr());
    // SAFETY: `path` is NUL-terminated, both arrays are null-terminated arrays of such strings,
    // and all of them outlive the call.
    let result = checked(unsafe { syscall!(Sysno::execve, path.as_ptr(), argv, envp) });
    result.err().unwrap_or(Errno::EIO)
}

/// `execve` of `path` as `init` with one argument and no environment, without touching the heap:
/// execve(2). Returns only on failure, with the reason.
#[must_use]
pub fn execute_plainly(path: &CStr, argument: &CStr) -> Errno {
    let argv = [c"init".as_ptr(), argument.as_ptr(), core::ptr::null()];
    let envp = [core::ptr::null::<c_char>()];
    // SAFETY: `path` is NUL-terminated, both arrays are null-terminated arrays of such strings,
    // and all of them outlive the call.
    let result =
        checked(unsafe { syscall!(Sysno::execve, path.as_ptr(), argv.as_ptr(), envp.as_ptr()) });
    result.err().unwrap_or(Errno::EIO)
}

/// `execveat` of an open file: execveat(2), AT_EMPTY_PATH. Returns only on failure.
#[must_use]
pub fn execute_descriptor(
    file: BorrowedFd<'_>,
    arguments: &NullTerminated,
    environment: &NullTerminated,
) -> Errno {
    /// From linux/fcntl.h.
    const AT_EMPTY_PATH: usize = 0x1000;
    let (argv, envp) = (arguments.pointers.as_ptr(), environment.pointers.as_ptr());
    // SAFETY: the path is the empty string, both arrays are null-terminated arrays of
    // NUL-terminated strings, and all of them outlive the call.
    let result = checked(unsafe {
        syscall!(Sysno::execveat, file.as_raw_fd(), c"".as_ptr(), argv, envp, AT_EMPTY_PATH)
    });
    result.err().unwrap_or(Errno::EIO)
}
