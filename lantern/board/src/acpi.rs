//! From the RSDP to the tables that a restart needs: FADT and MADT (ACPI 6.5, chapter 5).

use crate::memory;

/// Real mode address of the extended BIOS data area (IBM PC AT BIOS data area 40:0E).
const EBDA_SEGMENT: u64 = 0x40E;
/// The header that all tables share (ACPI 6.5, 5.2.6).
const HEADER: u64 = 36;

/// The root table, from which all others are found.
pub struct Tables {
    root: &'static [u8],
    entry_size: usize,
}

impl Tables {
    /// Finds the root table. `rsdp`: where the loader found it; without, the two places of ACPI
    /// 6.5, 5.2.5.1 are searched.
    #[must_use]
    pub fn find(rsdp: Option<u64>) -> Option<Self> {
        let rsdp = rsdp
            .and_then(at)
            .or_else(|| search(ebda()?, 1024))
            .or_else(|| search(0xE_0000, 0x2_0000))?;
        let revision = rsdp[15];
        let xsdt = (revision >= 2).then(|| number(&rsdp[24..32])).filter(|address| *address != 0);
        let (address, entry_size) =
            xsdt.map_or_else(|| (number(&rsdp[16..20]), 4), |address| (address, 8));
        Some(Self { root: table(address)?, entry_size })
    }

    /// The first table with this signature.
    #[must_use]
    pub fn get(&self, signature: &[u8; 4]) -> Option<&'static [u8]> {
        let entries = self.root.get(HEADER as usize..)?.chunks_exact(self.entry_size);
        entries.filter_map(|entry| table(number(entry))).find(|found| found.starts_with(signature))
    }
}

/// Local APIC ids of the processors that may be used (ACPI 6.5, 5.2.12.2: type 0, flag bit 0
/// enabled).
pub fn processors(madt: &'static [u8]) -> impl Iterator<Item = u8> {
    let mut rest = madt.get(44..).unwrap_or_default();
    let records = core::iter::from_fn(move || {
        let size = usize::from(*rest.get(1)?);
        let (record, behind) = rest.split_at_checked(size).filter(|_| size >= 2)?;
        rest = behind;
        Some(record)
    });
    records
        .filter(|record| record.len() >= 8 && record[0] == 0 && record[4] & 1 != 0)
        .map(|record| record[3])
}

fn ebda() -> Option<u64> {
    memory::structure::<u16>(EBDA_SEGMENT).map(|segment| u64::from(*segment) << 4)
}

fn search(start: u64, size: u64) -> Option<&'static [u8]> {
    (start..start + size).step_by(16).find_map(at)
}

/// The RSDP at this address: 36 bytes are taken, of which ACPI 1.0 has filled 20.
fn at(address: u64) -> Option<&'static [u8]> {
    let bytes = memory::bytes(address, 36)?;
    let sum = bytes[..20].iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    (bytes.starts_with(b"RSD PTR ") && sum == 0).then_some(bytes)
}

fn table(address: u64) -> Option<&'static [u8]> {
    let header = memory::bytes(address, HEADER)?;
    memory::bytes(address, number(&header[4..8])).filter(|table| table.len() as u64 >= HEADER)
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
