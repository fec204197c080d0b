//! Calls about processes.

use crate::Result;
use crate::result::checked;
use core::ffi::CStr;
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
