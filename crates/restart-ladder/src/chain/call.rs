//! The reboot(2) system call as a decision. Order and errors: Linux kernel/reboot.c; numbers:
//! include/uapi/linux/reboot.h.

use super::{Action, Caller, CommandText, Ending, Fault, Hibernation, KexecState, System};

/// First magic number.
const MAGIC1: u32 = 0xFEE1_DEAD;
/// Second magic numbers: the birthdays that the manual page reboot(2) lists.
const MAGIC2: [u32; 4] = [672_274_793, 85_072_278, 369_367_448, 537_993_216];

/// Errors of the call, by the numbers of include/uapi/asm-generic/errno-base.h.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errno {
    /// The caller lacks CAP_SYS_BOOT, or hibernation is switched off.
    Permission,
    /// The text of RESTART2 can't be read.
    Fault,
    /// Somebody else is loading or starting a kernel.
    Busy,
    /// A wrong magic number, an unknown command, or one that can't be served here.
    Invalid,
}

impl Errno {
    /// The positive number.
    #[must_use]
    pub const fn number(self) -> i32 {
        match self {
            Self::Permission => 1,
            Self::Fault => 14,
            Self::Busy => 16,
            Self::Invalid => 22,
        }
    }
}

/// The commands.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Restart.
    Restart,
    /// Halt.
    Halt,
    /// Ctrl-Alt-Del restarts at once.
    CadOn,
    /// Ctrl-Alt-Del sends SIGINT to init.
    CadOff,
    /// Power off.
    PowerOff,
    /// Restart with a text for the firmware.
    Restart2,
    /// Hibernate.
    Suspend,
    /// Start the loaded kernel.
    Kexec,
}

impl Command {
    /// All commands.
    pub const ALL: [Self; 8] = [
        Self::Restart,
        Self::Halt,
        Self::CadOn,
        Self::CadOff,
        Self::PowerOff,
        Self::Restart2,
        Self::Suspend,
        Self::Kexec,
    ];

    /// The number of the command.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::Restart => 0x0123_4567,
            Self::Halt => 0xCDEF_0123,
            Self::CadOn => 0x89AB_CDEF,
            Self::CadOff => 0,
            Self::PowerOff => 0x4321_FEDC,
            Self::Restart2 => 0xA1B2_C3D4,
            Self::Suspend => 0xD000_FCE2,
            Self::Kexec => 0x4558_4543,
        }
    }

    /// The command of that number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.number() == number)
    }
}

/// The registers of the system call; the pointer of RESTART2 stays with the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// First argument.
    pub magic1: u32,
    /// Second argument.
    pub magic2: u32,
    /// Third argument.
    pub command: u32,
}

impl Call {
    /// The one-argument form of glibc, musl and uClibc, which add the magic numbers: reboot(howto).
    #[must_use]
    pub const fn from_libc(howto: u32) -> Self {
        Self { magic1: MAGIC1, magic2: 672_274_793, command: howto }
    }

    /// The three-argument form that libc4, libc5 and uClinux programs pass through: reboot(magic,
    /// magic2, flag). Their first magic number is a negative int.
    #[must_use]
    pub const fn from_libc5(magic1: i32, magic2: i32, flag: i32) -> Self {
        Self {
            magic1: magic1.cast_unsigned(),
            magic2: magic2.cast_unsigned(),
            command: flag.cast_unsigned(),
        }
    }

    /// What the call leads to. `next_byte` reads the text of RESTART2 byte by byte and is called
    /// for nothing else.
    ///
    /// # Errors
    /// The first check that failed, in the kernel's order: capability, magic numbers, PID
    /// namespace, command.
    pub fn decide(
        self,
        caller: Caller,
        system: &System,
        next_byte: impl FnMut() -> Result<u8, Fault>,
    ) -> Result<Action, Errno> {
        if !caller.may_boot {
            return Err(Errno::Permission);
        }
        if self.magic1 != MAGIC1 || !MAGIC2.contains(&self.magic2) {
            return Err(Errno::Invalid);
        }
        let command = Command::from_number(self.command);
        if !caller.is_in_first_pid_namespace {
            return namespace(command).map(Action::EndNamespace).ok_or(Errno::Invalid);
        }
        first_namespace(command.ok_or(Errno::Invalid)?, system, next_byte)
    }
}

/// In a child PID namespace its init dies instead, by this signal (Linux kernel/pid_namespace.c,
/// reboot_pid_ns).
const fn namespace(command: Option<Command>) -> Option<Ending> {
    match command {
        Some(Command::Restart | Command::Restart2) => Some(Ending::Hangup),
        Some(Command::Halt | Command::PowerOff) => Some(Ending::Interrupt),
        Some(Command::CadOn | Command::CadOff | Command::Suspend | Command::Kexec) | None => None,
    }
}

fn first_namespace(
    command: Command,
    system: &System,
    next_byte: impl FnMut() -> Result<u8, Fault>,
) -> Result<Action, Errno> {
    match command {
        Command::Restart => Ok(Action::Restart(None)),
        Command::CadOn => Ok(Action::CtrlAltDel(true)),
        Command::CadOff => Ok(Action::CtrlAltDel(false)),
        Command::Halt => Ok(Action::Halt { instead_of_power_off: false }),
        Command::PowerOff if system.can_power_off => Ok(Action::PowerOff),
        Command::PowerOff => Ok(Action::Halt { instead_of_power_off: true }),
        Command::Restart2 => restart(CommandText::copy(next_byte)),
        Command::Kexec => kexec(system.kexec),
        Command::Suspend => suspend(system.hibernation),
    }
}

fn restart(text: Result<CommandText, Fault>) -> Result<Action, Errno> {
    text.map(|text| Action::Restart(Some(text))).map_err(|_| Errno::Fault)
}

const fn kexec(state: KexecState) -> Result<Action, Errno> {
    match state {
        KexecState::Locked => Err(Errno::Busy),
        KexecState::NotBuilt | KexecState::Empty => Err(Errno::Invalid),
        KexecState::Loaded => Ok(Action::Kexec),
    }
}

const fn suspend(state: Hibernation) -> Result<Action, Errno> {
    match state {
        Hibernation::NotBuilt => Err(Errno::Invalid),
        Hibernation::Off => Err(Errno::Permission),
        Hibernation::Available => Ok(Action::Hibernate),
    }
}
