//! reboot(2), sysrq, and the hardware.

/// A command of reboot(2), but for those about Ctrl-Alt-Del.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RebootCommand {
    /// LINUX_REBOOT_CMD_HALT.
    Halt,
    /// LINUX_REBOOT_CMD_POWER_OFF.
    PowerOff,
    /// LINUX_REBOOT_CMD_RESTART.
    Restart,
    /// LINUX_REBOOT_CMD_KEXEC.
    Kexec,
}

impl RebootCommand {
    /// LINUX_REBOOT_CMD_RESTART2, which nothing here gives but others may (linux/reboot.h).
    pub const RESTART2_NUMBER: u32 = 0xa1b2_c3d4;

    /// LINUX_REBOOT_CMD_CAD_ON and CAD_OFF (linux/reboot.h).
    pub const KEYS_RESET_NUMBER: u32 = 0x89ab_cdef;
    /// See [`Self::KEYS_RESET_NUMBER`].
    pub const KEYS_SIGNAL_NUMBER: u32 = 0;

    /// The kernel's number for it (linux/reboot.h).
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::Halt => 0xcdef_0123,
            Self::PowerOff => 0x4321_fedc,
            Self::Restart => 0x0123_4567,
            Self::Kexec => 0x4558_4543,
        }
    }
}

/// An end of the machine's run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KernelOp {
    /// End the machine's run (reboot(2)). Comes back only on failure.
    Reboot(RebootCommand),
    /// Give a command to the kernel's emergency handler (/proc/sysrq-trigger).
    SysRq(u8),
    /// Reset the machine by its ports, without the kernel. Comes back if no way worked.
    ResetHardware,
}
