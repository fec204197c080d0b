//! Boards that need another rung than the first, as data that the caller may extend.
//!
//! Each row is a fact about a board that its owners found out and Linux's history records
//! (arch/x86/kernel/reboot.c, commits "x86/reboot: add ... quirk"); the table is a choice, not that
//! kernel's table.

use crate::Rung;
use crate::ports::RESET_CONTROL_COLD;

/// A string of the SMBIOS tables (SMBIOS 3.6, 7.1 to 7.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// System manufacturer.
    SystemVendor,
    /// System product name.
    ProductName,
    /// Base board manufacturer.
    BoardVendor,
    /// Base board product.
    BoardName,
    /// BIOS version.
    BiosVersion,
    /// Processor version.
    ProcessorVersion,
}

/// What the machine's SMBIOS tables say; an empty string where they say nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dmi<'a> {
    /// System manufacturer.
    pub system_vendor: &'a str,
    /// System product name.
    pub product_name: &'a str,
    /// Base board manufacturer.
    pub board_vendor: &'a str,
    /// Base board product.
    pub board_name: &'a str,
    /// BIOS version.
    pub bios_version: &'a str,
    /// Processor version.
    pub processor_version: &'a str,
}

impl<'a> Dmi<'a> {
    const fn field(&self, field: Field) -> &'a str {
        match field {
            Field::SystemVendor => self.system_vendor,
            Field::ProductName => self.product_name,
            Field::BoardVendor => self.board_vendor,
            Field::BoardName => self.board_name,
            Field::BiosVersion => self.bios_version,
            Field::ProcessorVersion => self.processor_version,
        }
    }
}

/// A field and a text that must occur in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match<'a>(pub Field, pub &'a str);

/// What a board needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Start the ladder at this rung.
    Start(Rung),
    /// Write this to port 0xCF9 when the keyboard rung begins.
    KeyboardCf9(u8),
}

/// A board and what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quirk<'a> {
    /// All of these must match.
    pub matches: &'a [Match<'a>],
    /// Then this is done.
    pub effect: Effect,
}

impl Quirk<'_> {
    /// Whether the board is meant. A quirk without a condition is for every board.
    #[must_use]
    pub fn matches(&self, dmi: &Dmi<'_>) -> bool {
        self.matches.iter().all(|Match(field, text)| contains(dmi.field(*field), text))
    }
}

/// Compared by windows: `str::contains` brings the two-way searcher, whose slices keep the way to a
/// panic.
fn contains(text: &str, part: &str) -> bool {
    part.is_empty() || text.as_bytes().windows(part.len()).any(|window| window == part.as_bytes())
}

/// The Bay Trail E3800 of the reboot trace that started this project: its vendor kernel writes 0x0E
/// to 0xCF9 in the keyboard rung. Not in [`QUIRKS`], because no stock kernel does it: add it to the
/// slice if the board is yours.
pub const BAY_TRAIL_E3800: Quirk<'static> = Quirk {
    matches: &[Match(Field::ProcessorVersion, "Atom"), Match(Field::ProcessorVersion, "E38")],
    effect: Effect::KeyboardCf9(RESET_CONTROL_COLD),
};

/// Boards known to need another first rung.
pub const QUIRKS: &[Quirk<'static>] = &[
    quirk(
        &[Match(Field::SystemVendor, "Apple"), Match(Field::ProductName, "MacBook6,1")],
        Rung::Cf9Force,
    ),
    quirk(
        &[Match(Field::SystemVendor, "Apple"), Match(Field::ProductName, "iMac10,1")],
        Rung::Cf9Force,
    ),
    quirk(&[Match(Field::BoardName, "Q1900DC-ITX")], Rung::Cf9Force),
    quirk(&[Match(Field::ProductName, "ZBOX-CI327NANO")], Rung::Cf9Force),
    // Only the first BIOS versions, all named A0 and a digit, of this one.
    quirk(
        &[Match(Field::ProductName, "OptiPlex 990"), Match(Field::BiosVersion, "A0")],
        Rung::Cf9Force,
    ),
    quirk(
        &[Match(Field::SystemVendor, "ASUSTeK"), Match(Field::ProductName, "X205TA")],
        Rung::Acpi,
    ),
    quirk(
        &[Match(Field::SystemVendor, "Dell"), Match(Field::ProductName, "OptiPlex 7450 AIO")],
        Rung::Acpi,
    ),
    quirk(&[Match(Field::SystemVendor, "Acer"), Match(Field::ProductName, "X514-51T")], Rung::Efi),
];

const fn quirk<'a>(matches: &'a [Match<'a>], rung: Rung) -> Quirk<'a> {
    Quirk { matches, effect: Effect::Start(rung) }
}
