//! The process that loads: the kernel is its standard input, the initrd its standard output.
//!
//! With too little memory the kernel's OOM killer ends somebody. This process offers itself, so
//! that nobody else dies and the one who asked lives to tell.

use crate::request::LoadHere;
use rekindle_core::errno::Errno;
use rekindle_sys::sleep::wait_ms;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

/// The first to go (proc_pid_oom_score_adj(5)).
const FIRST_VICTIM: &str = "1000";

/// How often, and how far apart, a load is tried while another one is under way: about a second.
const TRIES: u32 = 11;
const BETWEEN_TRIES_MS: u64 = 100;

/// Loads, and tells by the exit status: 0, or the error number.
pub(crate) fn run(load: &LoadHere) -> ExitCode {
    // Raising the score needs no privilege; without /proc it stays as it is.
    let _ = std::fs::write("/proc/self/oom_score_adj", FIRST_VICTIM);
    match load_with_retries(load) {
        Ok(()) => ExitCode::SUCCESS,
        Err(errno) => ExitCode::from(u8::try_from(errno.0).unwrap_or(u8::MAX)),
    }
}

fn load_with_retries(load: &LoadHere) -> Result<(), Errno> {
    for _ in 1..TRIES {
        match load_once(load) {
            Err(Errno::EBUSY) => wait_ms(BETWEEN_TRIES_MS),
            other => return other,
        }
    }
    load_once(load)
}

fn load_once(load: &LoadHere) -> Result<(), Errno> {
    let (kernel, initrd) = (std::io::stdin(), std::io::stdout());
    let initrd = load.has_initrd.then(|| initrd.as_fd());
    rekindle_sys::kexec::load(kernel.as_fd(), initrd, load.line.as_bytes())
}
