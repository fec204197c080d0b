//! What a reboot(2) call leads to.

use super::CommandText;

/// What a call leads to.
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "there is no heap to put the text on")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Restart, with RESTART2's text if there is one.
    Restart(Option<CommandText>),
    /// Stop here.
    Halt {
        /// Power off was asked for and nothing can do it; the kernel says so.
        instead_of_power_off: bool,
    },
    /// Power off.
    PowerOff,
    /// Whether Ctrl-Alt-Del restarts at once from now on.
    CtrlAltDel(bool),
    /// Start the loaded kernel.
    Kexec,
    /// Hibernate.
    Hibernate,
    /// End the caller's PID namespace; the caller ends too.
    EndNamespace(Ending),
}

/// The signal that the namespace's init seems to die of.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// SIGHUP: it asked for a restart.
    Hangup,
    /// SIGINT: it asked for halt or power-off.
    Interrupt,
}

impl Ending {
    /// The signal's number.
    #[must_use]
    pub const fn signal(self) -> i32 {
        match self {
            Self::Hangup => 1,
            Self::Interrupt => 2,
        }
    }
}
