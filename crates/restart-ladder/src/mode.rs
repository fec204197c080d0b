//! How thorough a restart is.

/// How thorough the restart shall be (Linux include/linux/reboot.h, enum reboot_mode).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RebootMode {
    /// The whole machine, and the BIOS tests memory.
    #[default]
    Cold,
    /// The processor, and the BIOS skips its memory test.
    Warm,
    /// As cold, for x86.
    Hard,
    /// EFI: warm; elsewhere as cold.
    Soft,
    /// By a GPIO line; as cold, for x86.
    Gpio,
}

impl RebootMode {
    /// All modes.
    pub const ALL: [Self; 5] = [Self::Cold, Self::Warm, Self::Hard, Self::Soft, Self::Gpio];

    /// The name in /sys/kernel/reboot/mode.
    #[must_use]
    pub const fn sysfs_name(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::Warm => "warm",
            Self::Hard => "hard",
            Self::Soft => "soft",
            Self::Gpio => "gpio",
        }
    }

    /// The mode of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.sysfs_name() == name)
    }
}
