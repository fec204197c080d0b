//! What is known about the machine before the first step. The crate discovers nothing by itself.

use crate::{EfiMode, Fadt, Presence, ResetRegister};

/// The machine, as the ladder needs to know it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The ACPI reset register, checked; see [`Fadt::reset_register`].
    pub reset_register: Option<ResetRegister>,
    /// The FADT says that the fixed ACPI hardware is missing (ACPI 6.5, table 5.10, bit 20).
    pub hardware_reduced: bool,
    /// The keyboard controller; see [`Fadt::keyboard_controller`].
    pub keyboard_controller: Presence,
    /// PCI configuration mechanism 1 or 2 works, so that port 0xCF9 belongs to a chipset
    /// (Linux arch/x86/pci/direct.c draws the same conclusion).
    pub cf9_safe: bool,
    /// EFI's ResetSystem can be called.
    pub efi_reset: bool,
    /// A firmware update waits for a reset of this kind (UEFI 2.10, 8.5.3,
    /// QueryCapsuleCapabilities).
    pub efi_capsule: Option<EfiMode>,
}

impl Facts {
    /// The facts that a FADT holds; all that it can't know is left at its default.
    #[must_use]
    pub fn from_fadt(fadt: &Fadt<'_>) -> Self {
        Self {
            reset_register: fadt.reset_register().ok(),
            hardware_reduced: fadt.is_hardware_reduced(),
            keyboard_controller: fadt.keyboard_controller(),
            ..Self::default()
        }
    }
}
