//! The section names of a PE file (Microsoft's "PE Format", sections "COFF File Header" and
//! "Section Table"): enough to tell a unified kernel image from other EFI programs.

use crate::bytes::{size_at, u16_at};

/// Where the offset of the `PE\0\0` signature stands.
const SIGNATURE_OFFSET_AT: usize = 0x3c;

const SECTION_BYTES: usize = 40;

/// Whether the PE file has a section called `name`. `None` if it is no PE file.
pub(crate) fn has_section(file: &[u8], name: &[u8]) -> Option<bool> {
    let signature_at = size_at(file, SIGNATURE_OFFSET_AT)?;
    let coff = file.get(signature_at..)?.strip_prefix(b"PE\0\0")?;
    let section_count = usize::from(u16_at(coff, 2)?);
    let optional_header_bytes = usize::from(u16_at(coff, 16)?);
    let sections = coff.get(20..)?.get(optional_header_bytes..)?;
    let found = sections
        .chunks_exact(SECTION_BYTES)
        .take(section_count)
        .any(|section| is_called(section, name));
    Some(found)
}

/// Names have eight bytes, filled up with NULs.
fn is_called(section: &[u8], name: &[u8]) -> bool {
    let field = section.get(..8).unwrap_or_default();
    field.strip_prefix(name).is_some_and(|rest| rest.iter().all(|byte| *byte == 0))
}
