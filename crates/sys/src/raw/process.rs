//! Calls about processes.

use super::checked;
use crate::Result;
use alloc::ffi::CString;
use alloc::vec::Vec;
use core::ffi::{CStr, c_char};
use rekindle_core::errno::Errno;
use rustix::fd::{AsRawFd, BorrowedFd};
use syscalls::{Sysno, syscall};

/// `fork`: fork(2), by way of clone(2) with SIGCHLD alone. `Ok(None)` in the child.
///
/// The caller has one thread, so the child may allocate and do whatever its parent could.
///
/// # Errors
/// EAGAIN when the process table is full; ENOMEM.
pub fn fork() -> Result<Option<u32>> {
    /// SIGCHLD (signal(7)) as the child's exit signal, no sharing flags.
    const FLAGS: usize = 17;
    // SAFETY: without CLONE_VM the child gets a copy of all memory and goes on here with its own
    // stack; PID 1 and its helpers never have a second thread.
    let pid = checked(unsafe { syscall!(Sysno::clone, FLAGS, 0, 0, 0, 0) })?;
    Ok(u32::try_from(pid).ok().filter(|pid| *pid != 0))
}

/// `getpid`: getpid(2).
#[must_use]
pub fn process_id() -> u32 {
    u32::try_from(rustix::process::getpid().as_raw_nonzero().get()).unwrap_or(0)
}

/// `exit_group`: exit_group(2).
pub fn exit(status: u8) -> ! {
    loop {
        // SAFETY: takes one integer and does not return; the loop is for the type alone.
        let _ = unsafe { syscall!(Sysno::exit_group, status) };
    }
}

/// `kill`: kill(2). `pid` -1 reaches every process but PID 1 and the caller, a negative number
/// the process group of its absolute value.
///
/// # Errors
/// ESRCH if there is nobody; EPERM.
pub fn kill(pid: i32, signal: u8) -> Result<()> {
    // SAFETY: takes two integers.
    checked(unsafe { syscall!(Sysno::kill, pid, signal) }).map(drop)
}

/// Sets this process's command name: prctl(2), PR_SET_NAME.
///
/// # Errors
/// None is documented for a readable name.
pub fn set_name(name: &CStr) -> Result<()> {
    /// From linux/prctl.h.
    const PR_SET_NAME: usize = 15;
    // SAFETY: the kernel reads at most sixteen bytes up to the NUL of `name`, which lives on.
    checked(unsafe { syscall!(Sysno::prctl, PR_SET_NAME, name.as_ptr(), 0, 0, 0) }).map(drop)
}

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
        let strings: Vec<CString> =
            strings.iter().filter_map(|string| CString::new(string.as_slice()).ok()).collect();
        let ends = core::iter::once(core::ptr::null());
        let pointers = strings.iter().map(|string| string.as_ptr()).chain(ends).collect();
        Self { _strings: strings, pointers }
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

/// Takes `terminal` as this session's controlling one, away from whoever has it: ioctl_tty(2),
/// TIOCSCTTY with the argument 1.
///
/// # Errors
/// EPERM if this process leads no session or may not; ENOTTY.
pub fn take_terminal_by_force(terminal: BorrowedFd<'_>) -> Result<()> {
    /// From asm-generic/ioctls.h.
    const TIOCSCTTY: usize = 0x540e;
    // SAFETY: takes integers alone.
    checked(unsafe { syscall!(Sysno::ioctl, terminal.as_raw_fd(), TIOCSCTTY, 1) }).map(drop)
}

/// Standard input (0), output (1) or error (2).
#[must_use]
pub fn standard_stream(number: u8) -> BorrowedFd<'static> {
    let number = i32::from(number.min(2));
    // SAFETY: descriptors 0 to 2 are never closed: start-up fills them before anything else is
    // opened. Should one be closed all the same, calls on it answer EBADF.
    unsafe { BorrowedFd::borrow_raw(number) }
}

/// Makes standard stream `number` a copy of `from`: dup2(2).
///
/// # Errors
/// EBADF, EMFILE.
pub fn duplicate_to(from: BorrowedFd<'_>, number: u8) -> Result<()> {
    // SAFETY: takes two integers; the stream that is replaced is nobody's OwnedFd.
    checked(unsafe { syscall!(Sysno::dup2, from.as_raw_fd(), number.min(2)) }).map(drop)
}
