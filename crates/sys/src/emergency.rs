//! The disks after an internal error of the last stage: what was to save them in order has failed, so the
//! kernel does it at one go. Without memory of the heap, because that may be what has run out.

use crate::console::is_standard_error_alone;
use crate::raw;
use crate::sleep::wait_ms;
use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags, SeekFrom};
use rustix::process::{Pid, WaitOptions, waitpid};

/// How long the disks have.
const SAVE_MS: u64 = 3_000;

/// How often it is looked whether they are done.
const LOOK_MS: u64 = 10;

/// What the kernel logs when the file systems are read-only (fs/super.c, `do_emergency_remount`).
const DONE: &[u8] = b"Emergency Remount complete";

/// Room for a record of the kernel's log.
const RECORD_BYTES: usize = 2048;

/// Has all dirty pages written back and all file systems made read-only, as far as that goes within a
/// bound: sysrq `s` and `u` (Documentation/admin-guide/sysrq.rst). In a child, because either may wait
/// for a disk for ever. Does nothing in a container, whose host has the disks.
pub fn save_disks() {
    if is_standard_error_alone() {
        return;
    }
    match raw::fork() {
        Ok(None) => save(),
        Ok(Some(child)) => await_child(child),
        Err(_) => {}
    }
}

fn await_child(child: u32) {
    let child = i32::try_from(child).ok().and_then(Pid::from_raw);
    let until_ms = raw::monotonic_ms().saturating_add(SAVE_MS);
    while raw::monotonic_ms() < until_ms && matches!(waitpid(child, WaitOptions::NOHANG), Ok(None))
    {
        wait_ms(LOOK_MS);
    }
}

fn save() -> ! {
    let log = open_log_at_its_end();
    if let Some(trigger) = open(c"/proc/sysrq-trigger", OFlags::WRONLY) {
        let _ = rustix::io::write(&trigger, b"s");
        // The kernel does it some time later; this comes back when it is done.
        rustix::fs::sync();
        let _ = rustix::io::write(&trigger, b"u");
        if let Some(log) = &log {
            await_done(log);
        }
    }
    raw::exit(0)
}

/// Reads record by record, each with one read(2) (Documentation/ABI/testing/dev-kmsg), until the parent
/// goes on without this process.
fn await_done(log: &OwnedFd) {
    let mut record = [0; RECORD_BYTES];
    loop {
        match rustix::io::read(log, &mut record) {
            Ok(count) if says_done(record.get(..count).unwrap_or_default()) => return,
            // Some were overwritten before they were read, or one is longer than the room.
            Ok(_) | Err(rustix::io::Errno::PIPE | rustix::io::Errno::INVAL) => {}
            Err(rustix::io::Errno::AGAIN) => wait_ms(LOOK_MS),
            Err(_) => return,
        }
    }
}

fn says_done(record: &[u8]) -> bool {
    record.windows(DONE.len()).any(|part| part == DONE)
}

fn open_log_at_its_end() -> Option<OwnedFd> {
    let log = open(c"/dev/kmsg", OFlags::RDONLY | OFlags::NONBLOCK)?;
    rustix::fs::seek(&log, SeekFrom::End(0)).ok()?;
    Some(log)
}

fn open(path: &core::ffi::CStr, flags: OFlags) -> Option<OwnedFd> {
    rustix::fs::open(path, flags | OFlags::CLOEXEC, Mode::empty()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_line_is_found_in_a_record() {
        assert!(says_done(b"4,1234,5678901,-;Emergency Remount complete\n"));
        assert!(!says_done(b"4,1233,5678900,-;Emergency Sync complete\n"));
        assert!(!says_done(b""));
    }
}
