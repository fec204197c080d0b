//! The reset register in ACPI's FADT, with every check that tables in the field have made
//! necessary.
//!
//! Offsets are those of ACPI 6.5, table 5.9; the register itself is 4.8.3.6.

use crate::bytes::{u8_at, u16_at, u32_at, u64_at};
use crate::{Presence, ResetAddress};

const LENGTH: usize = 4;
const REVISION: usize = 8;
const BOOT_ARCHITECTURE: usize = 109;
const FLAGS: usize = 112;
const RESET_SPACE: usize = 116;
const RESET_ADDRESS: usize = 120;
const RESET_VALUE: usize = 128;
/// A table that ends before the reset value can't hold the register.
const LENGTH_WITH_RESET: u32 = 129;
/// The common table header (ACPI 6.5, 5.2.6).
const HEADER: u32 = 36;
/// The register appeared with ACPI 2.0; Linux drivers/acpi/reboot.c asks for this revision too.
const REVISION_WITH_RESET: u8 = 2;
/// RESET_REG_SUP (ACPI 6.5, table 5.10, bit 10).
const FLAG_RESET: u32 = 1 << 10;
/// HW_REDUCED_ACPI (ACPI 6.5, table 5.10, bit 20).
const FLAG_HARDWARE_REDUCED: u32 = 1 << 20;
/// 8042 (ACPI 6.5, table 5.11, bit 1).
const BOOT_8042: u16 = 1 << 1;

/// Why bytes are not a FADT.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FadtError {
    /// Fewer bytes than a table header has.
    Truncated,
    /// The signature is not `FACP`.
    Signature,
    /// The length field is smaller than the header, or larger than the bytes at hand.
    Length(u32),
}

/// Why a FADT has no reset register that may be written.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetRegisterError {
    /// The table's revision is older than the register.
    Revision(u8),
    /// The table is too short to hold the register.
    TooShort(u32),
    /// The flag that announces the register is clear.
    NotSupported,
    /// The flag is set, yet the address is zero.
    NoAddress,
    /// The address space is none of memory, I/O and PCI configuration.
    Space(u8),
    /// The address does not exist in its address space.
    Address(u64),
}

/// The register and the value that resets.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResetRegister {
    /// Where to write.
    pub address: ResetAddress,
    /// What to write.
    pub value: u8,
}

impl ResetRegister {
    /// Reset by writing `value` to `address`.
    #[must_use]
    pub const fn new(address: ResetAddress, value: u8) -> Self {
        Self { address, value }
    }
}

/// A FADT in memory.
#[derive(Clone, Copy, Debug)]
pub struct Fadt<'a> {
    table: &'a [u8],
    revision: u8,
}

impl<'a> Fadt<'a> {
    /// Takes the table as the firmware left it, or as /sys/firmware/acpi/tables/FACP holds it.
    ///
    /// # Errors
    /// The bytes are no FADT, or not all of it.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, FadtError> {
        let signature = bytes.first_chunk::<4>().ok_or(FadtError::Truncated)?;
        if signature != b"FACP" {
            return Err(FadtError::Signature);
        }
        let length = u32_at(bytes, LENGTH).ok_or(FadtError::Truncated)?;
        let revision = u8_at(bytes, REVISION).ok_or(FadtError::Truncated)?;
        let size = usize::try_from(length).map_err(|_| FadtError::Length(length))?;
        let table = bytes.get(..size).ok_or(FadtError::Length(length))?;
        if length < HEADER {
            return Err(FadtError::Length(length));
        }
        Ok(Self { table, revision })
    }

    /// The register to write, if the table offers one. Bit width and bit offset are ignored, as
    /// Windows and Linux do.
    ///
    /// # Errors
    /// The first check that failed, in the order revision, length, flag, address, space.
    pub fn reset_register(&self) -> Result<ResetRegister, ResetRegisterError> {
        if self.revision < REVISION_WITH_RESET {
            return Err(ResetRegisterError::Revision(self.revision));
        }
        let short = ResetRegisterError::TooShort(self.length());
        let value = u8_at(self.table, RESET_VALUE).ok_or(short)?;
        let space = u8_at(self.table, RESET_SPACE).ok_or(short)?;
        let address = u64_at(self.table, RESET_ADDRESS).ok_or(short)?;
        if self.flags() & FLAG_RESET == 0 {
            return Err(ResetRegisterError::NotSupported);
        }
        if address == 0 {
            return Err(ResetRegisterError::NoAddress);
        }
        Ok(ResetRegister::new(reset_address(space, address)?, value))
    }

    /// Whether the fixed ACPI hardware is missing.
    #[must_use]
    pub fn is_hardware_reduced(&self) -> bool {
        self.flags() & FLAG_HARDWARE_REDUCED != 0
    }

    /// What the table says about the keyboard controller; tables older than ACPI 2.0 say nothing.
    #[must_use]
    pub fn keyboard_controller(&self) -> Presence {
        match u16_at(self.table, BOOT_ARCHITECTURE) {
            None => Presence::Unknown,
            Some(_) if self.revision < REVISION_WITH_RESET => Presence::Unknown,
            Some(flags) if flags & BOOT_8042 == 0 => Presence::Absent,
            Some(_) => Presence::Present,
        }
    }

    /// Whether all bytes of the table add up to zero (ACPI 6.5, 5.2.6). Linux warns about a wrong
    /// sum and goes on.
    #[must_use]
    pub fn is_checksum_right(&self) -> bool {
        self.table.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)) == 0
    }

    /// The revision in the table's header.
    #[must_use]
    pub const fn revision(&self) -> u8 {
        self.revision
    }

    fn length(&self) -> u32 {
        u32::try_from(self.table.len()).unwrap_or(LENGTH_WITH_RESET)
    }

    fn flags(&self) -> u32 {
        u32_at(self.table, FLAGS).unwrap_or(0)
    }
}

/// Address space ids are those of ACPI 6.5, 5.2.3.2.
fn reset_address(space: u8, address: u64) -> Result<ResetAddress, ResetRegisterError> {
    let bad = ResetRegisterError::Address(address);
    match space {
        0 => Ok(ResetAddress::Memory(address)),
        1 => u16::try_from(address).map(ResetAddress::Io).map_err(|_| bad),
        2 => pci(address).ok_or(bad),
        _ => Err(ResetRegisterError::Space(space)),
    }
}

/// Device in bits 32 to 47, function in 16 to 31, offset in 0 to 15, always bus 0 (ACPI 6.5,
/// 5.2.3.2).
fn pci(address: u64) -> Option<ResetAddress> {
    let [offset_low, offset_high, function, function_high, device, device_high, bus, bus_high] =
        address.to_le_bytes();
    let is_in_range = device < 32 && function < 8;
    let has_no_rest = [offset_high, function_high, device_high, bus, bus_high] == [0; 5];
    let found = ResetAddress::PciConfig { device, function, offset: offset_low };
    (is_in_range && has_no_rest).then_some(found)
}
