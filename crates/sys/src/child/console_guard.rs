//! The console as controlling terminal for one command at a time.

use super::descriptors::keep_only;
use crate::raw;
use crate::reap::{Reaped, wait_one};
use rekindle_core::event::ExitStatus;
use rustix::process::{getpid, setsid};
use rustix::termios::tcgetpgrp;

/// Makes this process the guard of the console: it takes it as its controlling terminal, by force,
/// and returns in a child, which has it too. The guard itself ends with the child, having given the
/// console to nobody: when a session's leader ends, the kernel hangs up whoever is in the foreground
/// (ioctl_tty(2), TIOCNOTTY), which would hit what the command has left running.
pub(crate) fn take_console() {
    if !steal() {
        return;
    }
    match raw::fork() {
        Ok(None) | Err(_) => {}
        Ok(Some(child)) => guard(child),
    }
}

/// TIOCSCTTY with 1 takes the terminal away from another session (ioctl_tty(2)).
fn steal() -> bool {
    raw::take_terminal_by_force(raw::standard_stream(0)).is_ok()
}

fn guard(child: u32) -> ! {
    // It lives as long as the command does, and so would its copies of what PID 1 has open.
    keep_only(&[]);
    let _ = raw::block_all_signals();
    let status = wait_for(child);
    let is_foreground = tcgetpgrp(raw::standard_stream(0)).is_ok_and(|group| group == getpid());
    // A third process steals it and is gone at once: it leads a session without anybody in it.
    if is_foreground && matches!(raw::fork(), Ok(None)) {
        let _ = setsid();
        let _ = steal();
        raw::exit(0);
    }
    while !matches!(wait_one(), None | Some(Reaped::NoChildren)) {}
    raw::exit(status);
}

fn wait_for(child: u32) -> u8 {
    loop {
        match wait_one() {
            Some(Reaped::Child { pid, status }) if pid == child => return status_of(status),
            Some(Reaped::NoChildren) | None => return 1,
            Some(Reaped::Child { .. }) => {}
        }
    }
}

/// What a shell answers for a child that a signal ended (POSIX shell, section 2.8.2).
const fn status_of(status: ExitStatus) -> u8 {
    match status {
        ExitStatus::Exited(status) => status,
        ExitStatus::Killed(signal) => signal.saturating_add(128),
    }
}
