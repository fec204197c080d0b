//! Calls about the machine as a whole.

use super::checked;
use crate::Result;
use core::ffi::CStr;
use rekindle_core::op::KernelEnd;
use rustix::fd::{AsRawFd, BorrowedFd};
use syscalls::{Sysno, syscall};

/// LINUX_REBOOT_MAGIC1 and LINUX_REBOOT_MAGIC2 (reboot(2)).
const MAGIC: (u32, u32) = (0xfee1_dead, 672_274_793);

/// What reboot(2) is asked for: an end, or what Ctrl-Alt-Del does.
#[derive(Clone, Copy, Debug)]
pub enum RebootCommand {
    /// End the machine's run.
    End(KernelEnd),
    /// Whether Ctrl-Alt-Del resets at once.
    CtrlAltDelResets(bool),
}

/// `reboot`: reboot(2). Does not sync, stop or unmount anything. Returns only on failure, or
/// for [`RebootCommand::CtrlAltDelResets`].
///
/// # Errors
/// EPERM without CAP_SYS_BOOT; EINVAL for KEXEC with no kernel loaded; EBUSY while another runs.
pub fn reboot(command: RebootCommand) -> Result<()> {
    // The numbers of reboot(2), from linux/reboot.h.
    let number: u32 = match command {
        RebootCommand::End(KernelEnd::Halt) => 0xcdef_0123,
        RebootCommand::End(KernelEnd::PowerOff) => 0x4321_fedc,
        RebootCommand::End(KernelEnd::Restart) => 0x0123_4567,
        RebootCommand::End(KernelEnd::Kexec) => 0x4558_4543,
        RebootCommand::CtrlAltDelResets(true) => 0x89ab_cdef,
        RebootCommand::CtrlAltDelResets(false) => 0,
    };
    // SAFETY: reboot(2) takes four integers here; no memory of ours is read or written.
    checked(unsafe { syscall!(Sysno::reboot, MAGIC.0, MAGIC.1, number, 0) }).map(drop)
}

/// `swapoff`: swapoff(2). May take as long as reading everything back in.
///
/// # Errors
/// EINVAL if `path` is not in use as swap; ENOMEM if its content does not fit in memory.
pub fn swap_off(path: &CStr) -> Result<()> {
    // SAFETY: `path` is a NUL-terminated string that lives until the call returns.
    checked(unsafe { syscall!(Sysno::swapoff, path.as_ptr()) }).map(drop)
}

/// `clock_gettime(CLOCK_MONOTONIC)` in milliseconds: clock_gettime(2).
#[must_use]
pub fn monotonic_ms() -> u64 {
    let time = clock(1);
    let seconds_ms = time.seconds.saturating_mul(1000);
    seconds_ms.saturating_add(u64::from(time.nanoseconds) / 1_000_000)
}

/// `clock_gettime(CLOCK_MONOTONIC)` in microseconds: clock_gettime(2).
#[must_use]
pub fn monotonic_us() -> u64 {
    let time = clock(1);
    let seconds_us = time.seconds.saturating_mul(1_000_000);
    seconds_us.saturating_add(u64::from(time.nanoseconds) / 1000)
}

/// A time of day.
#[derive(Clone, Copy, Debug, Default)]
pub struct Realtime {
    /// Seconds since 1970.
    pub seconds: u64,
    /// And nanoseconds.
    pub nanoseconds: u32,
}

/// `clock_gettime(CLOCK_REALTIME)`: clock_gettime(2).
#[must_use]
pub fn realtime() -> Realtime {
    clock(0)
}

fn clock(id: usize) -> Realtime {
    // struct timespec on x86-64: two 64-bit integers.
    let mut time = [0i64; 2];
    // SAFETY: the kernel writes sixteen bytes to `time`, which is that large and ours.
    let result = checked(unsafe { syscall!(Sysno::clock_gettime, id, time.as_mut_ptr()) });
    let [seconds, nanoseconds] = time;
    match result {
        Ok(_) => Realtime {
            seconds: u64::try_from(seconds).unwrap_or(0),
            nanoseconds: u32::try_from(nanoseconds).unwrap_or(0),
        },
        Err(_) => Realtime::default(),
    }
}

/// Whether `descriptor` is a virtual terminal: ioctl_vt(2), VT_OPENQRY.
#[must_use]
pub fn is_virtual_terminal(descriptor: BorrowedFd<'_>) -> bool {
    /// From linux/vt.h.
    const VT_OPENQRY: usize = 0x5600;
    let mut first_free = 0i32;
    // SAFETY: VT_OPENQRY writes one int to `first_free`; other drivers reject the number.
    checked(unsafe {
        syscall!(Sysno::ioctl, descriptor.as_raw_fd(), VT_OPENQRY, &raw mut first_free)
    })
    .is_ok()
}

/// `kexec_file_load`: kexec_file_load(2). Replaces the loaded kernel only on success. With too
/// little memory the kernel may kill the caller instead of answering ENOMEM.
///
/// # Errors
/// See `rekindle_image::load_error` for each in words.
pub fn kexec_file_load(
    kernel: BorrowedFd<'_>,
    initrd: Option<BorrowedFd<'_>>,
    command_line: &CStr,
) -> Result<()> {
    /// KEXEC_FILE_NO_INITRAMFS (linux/kexec.h).
    const NO_INITRAMFS: usize = 4;
    let flags = if initrd.is_some() { 0 } else { NO_INITRAMFS };
    let initrd = initrd.map_or(-1, |descriptor| descriptor.as_raw_fd());
    let line = command_line.to_bytes_with_nul();
    // SAFETY: both descriptors are borrowed for the call; `line` is readable for its length,
    // which counts the NUL as the kernel demands (kernel/kexec_file.c).
    let result = unsafe {
        syscall!(
            Sysno::kexec_file_load,
            kernel.as_raw_fd(),
            initrd,
            line.len(),
            line.as_ptr(),
            flags
        )
    };
    checked(result).map(drop)
}

/// `kexec_file_load` with KEXEC_FILE_UNLOAD: kexec_file_load(2).
///
/// # Errors
/// EPERM without CAP_SYS_BOOT or while `kernel.kexec_load_disabled` is 1; EBUSY while another loads.
pub fn kexec_file_unload() -> Result<()> {
    /// KEXEC_FILE_UNLOAD (linux/kexec.h).
    const UNLOAD: usize = 1;
    const NO_DESCRIPTOR: i32 = -1;
    // SAFETY: with UNLOAD the kernel looks at no descriptor and no pointer.
    checked(unsafe { syscall!(Sysno::kexec_file_load, NO_DESCRIPTOR, NO_DESCRIPTOR, 0, 0, UNLOAD) })
        .map(drop)
}

/// Has the key combination that the keyboard's map calls KeyboardSignal sent to this process as
/// SIGWINCH: ioctl_console(2), KDSIGACCEPT, on the virtual terminal `console`.
///
/// # Errors
/// ENOTTY if it is no virtual terminal; EPERM.
pub fn accept_keyboard_request(console: BorrowedFd<'_>) -> Result<()> {
    /// From linux/kd.h, and SIGWINCH (signal(7)).
    const KDSIGACCEPT: usize = 0x4b4e;
    const SIGWINCH: usize = 28;
    // SAFETY: takes integers alone.
    checked(unsafe { syscall!(Sysno::ioctl, console.as_raw_fd(), KDSIGACCEPT, SIGWINCH) }).map(drop)
}
