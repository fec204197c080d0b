//! What the commands `reboot`, `halt` and `poweroff` do, step by step.

use crate::raw::{self, RebootCommand};
use crate::{Result, files};
use alloc::format;
use alloc::string::String;
use rekindle_core::action::Action;
use rekindle_core::errno::Errno;
use rekindle_core::hardware::ResetChoice;
use rekindle_core::op::KernelEnd;
use rekindle_core::process::{Process, parse_status};
use rekindle_core::signal::{asking_for, mask_bit};
use rekindle_core::text::trimmed;
use rekindle_core::utmp::render_shutdown_record;
use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags};

/// Whether a kernel is loaded for kexec.
///
/// # Errors
/// Those of reading /sys/kernel/kexec_loaded: ENOENT without kexec in the kernel, or without /sys.
pub fn is_kernel_loaded() -> Result<bool> {
    files::read_file(b"/sys/kernel/kexec_loaded", 16).map(|bytes| trimmed(&bytes) == b"1")
}

/// Waits: ppoll(2) on nothing.
pub fn wait_ms(ms: u64) {
    let _ = rustix::event::poll(&mut [], Some(&crate::poll::timespec(ms)));
}

/// Appends the shutdown record to wtmp. A machine without wtmp keeps being one (utmp(5)).
///
/// # Errors
/// Those of open(2) and write(2), but not ENOENT.
pub fn write_wtmp() -> Result<()> {
    let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = match rustix::fs::open("/var/log/wtmp", flags, Mode::empty()) {
        Err(rustix::io::Errno::NOENT) => return Ok(()),
        other => other.map_err(crate::errno)?,
    };
    let now = raw::realtime();
    // ut_tv has 32 bits on x86-64 (utmp(5)); what does not fit is cut as glibc cuts it.
    let seconds = u32::try_from(now.seconds & u64::from(u32::MAX)).unwrap_or(0);
    let release = rustix::system::uname();
    let record =
        render_shutdown_record(seconds, now.nanoseconds / 1000, release.release().to_bytes());
    files::write_all(&file, &record)
}

/// Asks PID 1 for `action` by its signal.
///
/// # Errors
/// EPERM if the caller may not; EOPNOTSUPP if PID 1 would drop the signal unread.
pub fn ask_init(action: Action) -> Result<()> {
    let signal = asking_for(action);
    if !is_heard(signal) {
        return Err(Errno::EOPNOTSUPP);
    }
    raw::kill(1, signal)
}

/// Whether PID 1 handles or reads `signal`: the kernel drops what PID 1 leaves at its default
/// (kill(2), NOTES). Where /proc can't tell, it is believed to.
fn is_heard(signal: u8) -> bool {
    let Ok(status) = files::read_file(b"/proc/1/status", 64 * 1024) else { return true };
    let mut init = Process::default();
    parse_status(&mut init, &status);
    let bit = mask_bit(signal);
    init.ignored & bit == 0 && (init.caught | init.blocked) & bit != 0
}

/// Tells the kernel how to reset the machine, by the files that it has for that since 5.11
/// (Documentation/ABI/testing/sysfs-kernel-reboot). If one is missing, it is told nothing.
///
/// # Errors
/// What is missing or refused, in words.
pub fn choose_reset(choice: ResetChoice) -> core::result::Result<(), String> {
    let kind = open_to_choose("/sys/kernel/reboot/type", choice.kind)?;
    let mode = open_to_choose("/sys/kernel/reboot/mode", choice.mode)?;
    for (file, value) in [kind, mode].into_iter().flatten() {
        files::write_all(&file, value.as_bytes())
            .map_err(|errno| format!("the kernel does not take the reset '{value}': {errno}"))?;
    }
    Ok(())
}

/// `None` if there is nothing to write.
fn open_to_choose(
    path: &str,
    value: Option<&'static str>,
) -> core::result::Result<Option<(OwnedFd, &'static str)>, String> {
    let Some(value) = value else { return Ok(None) };
    match rustix::fs::open(path, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty()) {
        Ok(file) => Ok(Some((file, value))),
        Err(error) => Err(format!(
            "can't choose how to reset: {path}: {}; Linux has it since 5.11, before that 'reboot=' on its command line chooses",
            crate::errno(error)
        )),
    }
}

/// Writes all dirty pages back: sync(2).
pub fn sync() {
    rustix::fs::sync();
}

/// Calls reboot(2) for `action`. Returns only on failure.
///
/// # Errors
/// Those of reboot(2); EINVAL also for an action that the kernel does not know.
pub fn end_kernel(action: Action) -> Result<()> {
    let end = match action {
        Action::Halt => KernelEnd::Halt,
        Action::PowerOff => KernelEnd::PowerOff,
        Action::Reboot => KernelEnd::Restart,
        Action::Kexec => KernelEnd::Kexec,
        Action::SoftReboot | Action::Restart => return Err(Errno::EINVAL),
    };
    // BusyBox's and sysvinit's give the keys back first, should the machine stay up.
    let _ = raw::reboot(RebootCommand::CtrlAltDelResets(true));
    raw::reboot(RebootCommand::End(end))
}
