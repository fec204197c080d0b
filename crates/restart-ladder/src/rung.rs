//! The rungs of the ladder and sets of them.

/// One method of resetting the machine.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rung {
    /// The FADT's reset register.
    Acpi,
    /// The keyboard controller's pulse on the reset line.
    Keyboard,
    /// EFI's ResetSystem.
    Efi,
    /// The jump to f000:fff0.
    Bios,
    /// Port 0xCF9, though nothing says that it is safe.
    Cf9Force,
    /// Port 0xCF9 where PCI configuration mechanism 1 or 2 works.
    Cf9Safe,
    /// Port 0x92. Linux has no such rung.
    Port92,
    /// An exception that nobody can handle.
    Triple,
}

impl Rung {
    /// All rungs.
    pub const ALL: [Self; 8] = [
        Self::Acpi,
        Self::Keyboard,
        Self::Efi,
        Self::Bios,
        Self::Cf9Force,
        Self::Cf9Safe,
        Self::Port92,
        Self::Triple,
    ];

    /// The name in /sys/kernel/reboot/type (Linux Documentation/ABI/testing/sysfs-kernel-reboot),
    /// where it has one.
    #[must_use]
    pub const fn sysfs_name(self) -> Option<&'static str> {
        match self {
            Self::Acpi => Some("acpi"),
            Self::Keyboard => Some("kbd"),
            Self::Efi => Some("efi"),
            Self::Bios => Some("bios"),
            Self::Cf9Force => Some("pci"),
            Self::Triple => Some("triple"),
            Self::Cf9Safe | Self::Port92 => None,
        }
    }

    /// The short name of this crate, unique for every rung.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Acpi => "acpi",
            Self::Keyboard => "kbd",
            Self::Efi => "efi",
            Self::Bios => "bios",
            Self::Cf9Force => "cf9",
            Self::Cf9Safe => "cf9-safe",
            Self::Port92 => "port92",
            Self::Triple => "triple",
        }
    }

    /// The rung of either name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let named = |rung: &Self| rung.name() == name || rung.sysfs_name() == Some(name);
        Self::ALL.into_iter().find(named)
    }

    /// Whether only a kernel, never a process with the ports, can climb it.
    #[must_use]
    pub const fn needs_kernel(self) -> bool {
        match self {
            Self::Efi | Self::Bios | Self::Triple => true,
            Self::Acpi | Self::Keyboard | Self::Cf9Force | Self::Cf9Safe | Self::Port92 => false,
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Acpi => 1,
            Self::Keyboard => 2,
            Self::Efi => 4,
            Self::Bios => 8,
            Self::Cf9Force => 16,
            Self::Cf9Safe => 32,
            Self::Port92 => 64,
            Self::Triple => 128,
        }
    }
}

/// A set of rungs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RungSet(u8);

impl RungSet {
    /// No rung.
    pub const EMPTY: Self = Self(0);
    /// The rungs that a process can't climb.
    pub const KERNEL_ONLY: Self = Self::EMPTY.with(Rung::Efi).with(Rung::Bios).with(Rung::Triple);

    /// The set with one rung more.
    #[must_use]
    pub const fn with(self, rung: Rung) -> Self {
        Self(self.0 | rung.bit())
    }

    /// Whether the rung is in the set.
    #[must_use]
    pub const fn contains(self, rung: Rung) -> bool {
        self.0 & rung.bit() != 0
    }
}
