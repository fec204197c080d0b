//! What the ladder asks for, and what it wants to hear back.

/// Where the ACPI reset register lies (ACPI 6.5, 4.8.3.6; the three address spaces that it allows).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetAddress {
    /// A physical memory address.
    Memory(u64),
    /// An I/O port.
    Io(u16),
    /// A byte in the configuration space of a device on PCI bus 0.
    PciConfig {
        /// Device number, below 32.
        device: u8,
        /// Function number, below 8.
        function: u8,
        /// Byte offset, below 256.
        offset: u8,
    },
}

/// The kinds of reset of EFI's ResetSystem that restart a machine (UEFI 2.10, 8.5.1).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EfiMode {
    /// EfiResetCold: everything is reset.
    Cold,
    /// EfiResetWarm: processors are reset, memory may stay.
    Warm,
}

impl EfiMode {
    /// The value of EFI_RESET_TYPE (UEFI 2.10, 8.5.1).
    #[must_use]
    pub const fn reset_type(self) -> u32 {
        match self {
            Self::Cold => 0,
            Self::Warm => 1,
        }
    }
}

/// One thing to do. [`perform()`](crate::perform()) shows what each means in port accesses.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Write this 16-bit reset flag to physical address 0x472 for the BIOS to find.
    WarmFlag(u16),
    /// Write the ACPI reset register, eight bits wide whatever the table says about widths.
    AcpiWrite {
        /// Where.
        address: ResetAddress,
        /// What.
        value: u8,
    },
    /// Poll the keyboard controller's status until it takes a command, then answer with the last
    /// status read.
    KeyboardWait {
        /// Reads at most.
        polls: u32,
        /// Pause after each read that found it busy.
        poll_us: u32,
    },
    /// Send 0xFE to port 0x64.
    KeyboardPulse,
    /// Write one byte to port 0xCF9 as it is.
    Cf9Write(u8),
    /// Read 0xCF9, clear the bits of `second`, write that with `first`, wait `settle_us`, write it
    /// with `second`.
    Cf9 {
        /// Bits that choose the kind of reset.
        first: u8,
        /// The same bits and the one that resets.
        second: u8,
        /// Pause between the two writes.
        settle_us: u32,
    },
    /// Raise bit 0 of port 0x92, unless nobody answers there.
    Port92,
    /// Call EFI's ResetSystem. Firmware may return, and may hang.
    Efi(EfiMode),
    /// Write CMOS byte 0x0F with the NMI masked.
    CmosShutdown(u8),
    /// Leave protected mode and jump to f000:fff0.
    BiosJump,
    /// Empty the interrupt table and raise an exception.
    TripleFault,
    /// Wait busily: timers and interrupts may be gone by now.
    Delay {
        /// Microseconds.
        us: u32,
    },
}

impl Step {
    /// The longest that the step may take by its own waits; what the firmware does with its time is
    /// not in it.
    #[must_use]
    pub const fn worst_us(self) -> u32 {
        match self {
            Self::KeyboardWait { polls, poll_us } => polls.saturating_mul(poll_us),
            Self::Cf9 { settle_us, .. } => settle_us,
            Self::Delay { us } => us,
            Self::WarmFlag(_)
            | Self::AcpiWrite { .. }
            | Self::KeyboardPulse
            | Self::Cf9Write(_) => 0,
            Self::Port92
            | Self::Efi(_)
            | Self::CmosShutdown(_)
            | Self::BiosJump
            | Self::TripleFault => 0,
        }
    }
}

/// What came back from a step that should not have come back at all.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// It was done, and the machine is still running.
    Done,
    /// The keyboard controller's status when [`Step::KeyboardWait`] ended.
    Status(u8),
    /// The platform can't do this, or nobody answers there.
    Unsupported,
}
