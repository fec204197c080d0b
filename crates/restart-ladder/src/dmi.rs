//! Boards that need another rung than the first, as data that the caller may extend.
//!
//! Each row is a fact about a board that its owners found out and Linux's history records
//! (arch/x86/kernel/reboot.c, commits "x86/reboot: add ... quirk"); the table is a choice, not that
//! kernel's table.

use crate::Rung;
use crate::ports::RESET_CONTROL_COLD;

/// A string of the SMBIOS tables (SMBIOS 3.6, 7.1 to 7.5).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DmiField {
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
#[non_exhaustive]
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
    const fn field(&self, field: DmiField) -> &'a str {
        match field {
            DmiField::SystemVendor => self.system_vendor,
            DmiField::ProductName => self.product_name,
            DmiField::BoardVendor => self.board_vendor,
            DmiField::BoardName => self.board_name,
            DmiField::BiosVersion => self.bios_version,
            DmiField::ProcessorVersion => self.processor_version,
        }
    }
}

/// A condition on one field.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DmiMatch<'a> {
    /// The field.
    pub field: DmiField,
    /// What must occur in it.
    pub text: &'a str,
}

impl<'a> DmiMatch<'a> {
    /// The text occurs in the field.
    #[must_use]
    pub const fn contains(field: DmiField, text: &'a str) -> Self {
        Self { field, text }
    }

    fn is_met(&self, dmi: &Dmi<'_>) -> bool {
        contains(dmi.field(self.field), self.text)
    }
}

/// What a board needs.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuirkEffect {
    /// Start the ladder at this rung.
    Start(Rung),
    /// Write this to port 0xCF9 when the keyboard rung begins.
    KeyboardCf9(u8),
}

/// A board and what it needs.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quirk<'a> {
    /// All of these must match.
    pub matches: &'a [DmiMatch<'a>],
    /// Then this is done.
    pub effect: QuirkEffect,
}

impl<'a> Quirk<'a> {
    /// Where all of these match, this is done.
    #[must_use]
    pub const fn new(matches: &'a [DmiMatch<'a>], effect: QuirkEffect) -> Self {
        Self { matches, effect }
    }

    /// Whether the board is meant. A quirk without a condition is for every board.
    #[must_use]
    pub fn matches(&self, dmi: &Dmi<'_>) -> bool {
        self.matches.iter().all(|condition| condition.is_met(dmi))
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
pub const BAY_TRAIL_E3800: Quirk<'static> = Quirk::new(
    &[processor_version("Atom"), processor_version("E38")],
    QuirkEffect::KeyboardCf9(RESET_CONTROL_COLD),
);

/// Boards known to need another first rung.
pub const QUIRKS: &[Quirk<'static>] = &[
    start(&[system_vendor("Apple"), product_name("MacBook6,1")], Rung::Cf9Force),
    start(&[system_vendor("Apple"), product_name("iMac10,1")], Rung::Cf9Force),
    start(&[DmiMatch::contains(DmiField::BoardName, "Q1900DC-ITX")], Rung::Cf9Force),
    start(&[product_name("ZBOX-CI327NANO")], Rung::Cf9Force),
    // Only the first BIOS versions, all named A0 and a digit, of this one.
    start(
        &[product_name("OptiPlex 990"), DmiMatch::contains(DmiField::BiosVersion, "A0")],
        Rung::Cf9Force,
    ),
    start(&[system_vendor("ASUSTeK"), product_name("X205TA")], Rung::Acpi),
    start(&[system_vendor("Dell"), product_name("OptiPlex 7450 AIO")], Rung::Acpi),
    start(&[system_vendor("Acer"), product_name("X514-51T")], Rung::Efi),
];

const fn system_vendor(text: &str) -> DmiMatch<'_> {
    DmiMatch::contains(DmiField::SystemVendor, text)
}

const fn product_name(text: &str) -> DmiMatch<'_> {
    DmiMatch::contains(DmiField::ProductName, text)
}

const fn processor_version(text: &str) -> DmiMatch<'_> {
    DmiMatch::contains(DmiField::ProcessorVersion, text)
}

const fn start<'a>(matches: &'a [DmiMatch<'a>], rung: Rung) -> Quirk<'a> {
    Quirk::new(matches, QuirkEffect::Start(rung))
}
