//! QEMU's machine types, as far as the ladder tells them apart.

/// A machine type of QEMU and what its command line needs beyond the defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MachineType {
    /// 440FX and PIIX3; its FADT is too old for a reset register.
    Pc,
    /// The same without a keyboard controller.
    PcWithoutKeyboard,
    /// ICH9.
    Q35,
    /// The same without a keyboard controller.
    Q35WithoutKeyboard,
    /// The same without ACPI tables.
    Q35WithoutAcpi,
    /// No PCI, no keyboard controller, a reset register in memory.
    Microvm,
    /// The same without ACPI tables: only the processor can reset itself.
    MicrovmWithoutAcpi,
    /// No PCI, no ACPI, one processor.
    Isapc,
}

impl MachineType {
    /// The value of `-M`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pc => "pc",
            Self::PcWithoutKeyboard => "pc,i8042=off",
            Self::Q35 => "q35",
            Self::Q35WithoutKeyboard => "q35,i8042=off",
            Self::Q35WithoutAcpi => "q35,acpi=off",
            Self::Microvm => "microvm",
            Self::MicrovmWithoutAcpi => "microvm,acpi=off",
            Self::Isapc => "isapc",
        }
    }

    /// QEMU's arguments for it.
    pub(super) fn arguments(self) -> Vec<&'static str> {
        let rest: &[&str] = match self {
            // The board has room for one processor, and its default is a 32-bit one.
            Self::Isapc => &["-cpu", "qemu64"],
            Self::Pc
            | Self::PcWithoutKeyboard
            | Self::Q35
            | Self::Q35WithoutKeyboard
            | Self::Q35WithoutAcpi
            | Self::Microvm
            | Self::MicrovmWithoutAcpi => &["-smp", "2"],
        };
        [&["-M", self.name()], rest].concat()
    }

    /// The name that QEMU's trace gives to the device at port 0xCF9.
    #[must_use]
    pub const fn reset_control(self) -> &'static str {
        match self {
            Self::Pc | Self::PcWithoutKeyboard => "piix3-reset-control",
            Self::Q35 | Self::Q35WithoutKeyboard | Self::Q35WithoutAcpi => "lpc-reset-control",
            Self::Microvm | Self::MicrovmWithoutAcpi | Self::Isapc => "io",
        }
    }
}
