//! What the commands `reboot`, `halt` and `poweroff` do, step by step.

use crate::raw::{self, RebootCommand};
use crate::{Result, files, initctl};
use alloc::format;
use alloc::string::String;
use rekindle_core::action::Action;
use rekindle_core::errno::Errno;
use rekindle_core::hardware::ResetChoice;
use rekindle_core::initctl::{render_environment_request, render_runlevel_request};
use rekindle_core::op::KernelEnd;
use rekindle_core::process::{Process, parse_status};
use rekindle_core::signal::{asking_for, mask_bit};
use rekindle_core::text::trimmed;
use rekindle_core::utmp::Record;
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
    crate::utmp::append_record(&Record::shutdown())
}

/// Asks PID 1 for `action` by a signal that it hears, else by a runlevel.
///
/// # Errors
/// EPERM if the caller may not; EOPNOTSUPP if PID 1 would drop the signal unread and has no FIFO.
pub fn ask_init(action: Action) -> Result<()> {
    match asking_for(action).into_iter().find(|signal| is_heard(*signal)) {
        Some(signal) => raw::kill(1, signal),
        None => ask_by_runlevel(action),
    }
}

/// sysvinit hears no signal that asks for an end; it has runlevels for that.
fn ask_by_runlevel(action: Action) -> Result<()> {
    let (level, variable): (u8, &[u8]) = match action {
        Action::Halt => (b'0', b"INIT_HALT=HALT"),
        Action::PowerOff => (b'0', b"INIT_HALT=POWEROFF"),
        Action::Reboot => (b'6', b"INIT_HALT"),
        Action::Kexec | Action::SoftReboot | Action::Restart => return Err(Errno::EOPNOTSUPP),
    };
    let unheard = |errno| if errno == Errno::ENOENT { Errno::EOPNOTSUPP } else { errno };
    let set = render_environment_request(&[variable]).ok_or(Errno::EINVAL)?;
    initctl::write_request(&set).map_err(unheard)?;
    initctl::write_request(&render_runlevel_request(level, 0))
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
