//! reboot(2).

use crate::Result;
use crate::result::checked;
use rekindle_core::op::RebootCommand;
use syscalls::{Sysno, syscall};

/// LINUX_REBOOT_MAGIC1 and LINUX_REBOOT_MAGIC2 (reboot(2)).
const MAGIC: (u32, u32) = (0xfee1_dead, 672_274_793);

/// Ends the machine's run: reboot(2). Does not sync, stop or unmount anything. Returns only on failure.
///
/// # Errors
/// EPERM without CAP_SYS_BOOT; EINVAL for KEXEC with no kernel loaded; EBUSY while another runs.
pub fn reboot(command: RebootCommand) -> Result<()> {
    call(command.number())
}

/// Chooses whether Ctrl-Alt-Del resets the machine at once, or sends PID 1 SIGINT: reboot(2).
///
/// # Errors
/// EPERM without CAP_SYS_BOOT; EINVAL in a PID namespace of a container.
pub fn set_ctrl_alt_del(resets: bool) -> Result<()> {
    call(if resets { RebootCommand::KEYS_RESET_NUMBER } else { RebootCommand::KEYS_SIGNAL_NUMBER })
}

fn call(number: u32) -> Result<()> {
    // SAFETY: reboot(2) takes four integers here; no memory of ours is read or written.
    checked(unsafe { syscall!(Sysno::reboot, MAGIC.0, MAGIC.1, number, 0) }).map(drop)
}
