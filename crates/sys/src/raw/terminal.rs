//! Terminals and standard streams.

use crate::Result;
use crate::result::checked;
use rustix::fd::{AsRawFd, BorrowedFd};
use syscalls::{Sysno, syscall};

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

/// The settings of a terminal's line, as the kernel has them (asm-generic/termbits.h, `struct termios`).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct LineSettings {
    /// `c_iflag`.
    pub input_modes: u32,
    /// `c_oflag`.
    pub output_modes: u32,
    /// `c_cflag`.
    pub control_modes: u32,
    /// `c_lflag`.
    pub local_modes: u32,
    /// `c_line`.
    pub line_discipline: u8,
    /// `c_cc`.
    pub special_codes: [u8; 19],
}

/// The line settings of `terminal`: ioctl_tty(2), TCGETS.
///
/// # Errors
/// ENOTTY.
pub fn line_settings(terminal: BorrowedFd<'_>) -> Result<LineSettings> {
    /// From asm-generic/ioctls.h.
    const TCGETS: usize = 0x5401;
    let mut settings = LineSettings::default();
    // SAFETY: TCGETS writes one such struct to `settings`; what is no terminal rejects the number.
    checked(unsafe { syscall!(Sysno::ioctl, terminal.as_raw_fd(), TCGETS, &raw mut settings) })?;
    Ok(settings)
}

/// Sets them at once: ioctl_tty(2), TCSETS.
///
/// # Errors
/// ENOTTY, EIO.
pub fn set_line_settings(terminal: BorrowedFd<'_>, settings: &LineSettings) -> Result<()> {
    /// From asm-generic/ioctls.h.
    const TCSETS: usize = 0x5402;
    // SAFETY: TCSETS reads one such struct from `settings`.
    checked(unsafe {
        syscall!(Sysno::ioctl, terminal.as_raw_fd(), TCSETS, core::ptr::from_ref(settings))
    })
    .map(drop)
}

/// Standard input (0), output (1) or error (2).
#[must_use]
pub fn standard_stream(number: u8) -> BorrowedFd<'static> {
    let number = i32::from(number.min(2));
    // SAFETY: descriptors 0 to 2 are never closed: start-up fills them before anything else is
    // opened. Should one be closed all the same, calls on it answer EBADF.
    unsafe { BorrowedFd::borrow_raw(number) }
}

/// Makes standard stream `number` a copy of `from`: dup3(2), because newer architectures have no
/// dup2(2). If it is `from`, it stays as it is.
///
/// # Errors
/// EBADF, EMFILE.
pub fn duplicate_to(from: BorrowedFd<'_>, number: u8) -> Result<()> {
    const NO_FLAGS: usize = 0;
    let number = i32::from(number.min(2));
    if from.as_raw_fd() == number {
        return Ok(());
    }
    // SAFETY: takes three integers; the stream that is replaced is nobody's OwnedFd.
    checked(unsafe { syscall!(Sysno::dup3, from.as_raw_fd(), number, NO_FLAGS) }).map(drop)
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
