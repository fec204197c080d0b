//! What a machine can be asked to do in the end.

use crate::op::RebootCommand;
use core::fmt;

/// The ways in which a machine's run can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Stop the processor and stay on.
    Halt,
    /// Switch the machine off.
    PowerOff,
    /// Start again through the firmware.
    Reboot,
    /// Enter the kernel that was loaded with kexec.
    Kexec,
    /// Start user space again under the same kernel.
    SoftReboot,
    /// Become the program of inittab's `restart` entry.
    Restart,
}

impl Action {
    /// Every action, each at the place of its number.
    pub const ALL: [Self; 6] =
        [Self::Halt, Self::PowerOff, Self::Reboot, Self::Kexec, Self::SoftReboot, Self::Restart];

    /// The action's name in records, arguments and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Halt => "halt",
            Self::PowerOff => "poweroff",
            Self::Reboot => "reboot",
            Self::Kexec => "kexec",
            Self::SoftReboot => "soft-reboot",
            Self::Restart => "restart",
        }
    }

    /// The action called `name`.
    #[must_use]
    pub fn parse_name(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name().as_bytes() == name)
    }

    /// The runlevel that ends a machine of sysvinit's so (init(8) of sysvinit).
    #[must_use]
    pub const fn runlevel(self) -> u8 {
        match self {
            Self::Halt | Self::PowerOff => b'0',
            Self::Reboot | Self::Kexec | Self::SoftReboot | Self::Restart => b'6',
        }
    }

    /// What scripts of sysvinit's are told of what comes behind runlevel 0 (shutdown(8) of sysvinit).
    #[must_use]
    pub const fn init_halt(self) -> Option<&'static [u8]> {
        match self {
            Self::Halt => Some(b"INIT_HALT=HALT"),
            Self::PowerOff => Some(b"INIT_HALT=POWEROFF"),
            Self::Reboot | Self::Kexec | Self::SoftReboot | Self::Restart => None,
        }
    }

    /// The command of reboot(2) for it; for an action that keeps the kernel, what it ends in when the
    /// successor can't be executed.
    #[must_use]
    pub const fn reboot_command(self) -> RebootCommand {
        match self {
            Self::Halt => RebootCommand::Halt,
            Self::PowerOff => RebootCommand::PowerOff,
            Self::Kexec => RebootCommand::Kexec,
            Self::Reboot | Self::SoftReboot | Self::Restart => RebootCommand::Restart,
        }
    }

    /// Whether the kernel goes on running, so that its disks and mounts are still in use.
    #[must_use]
    pub const fn keeps_kernel(self) -> bool {
        matches!(self, Self::SoftReboot | Self::Restart)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}
