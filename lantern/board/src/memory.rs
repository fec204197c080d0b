//! Physical memory, which is mapped identically up to 4 GiB: by boot.s, or by EFI firmware.

use core::{ptr, slice};

/// What is mapped.
pub const MAPPED: u64 = 1 << 32;

/// An aligned, mapped address as a pointer.
#[must_use]
pub fn pointer<T>(address: u64) -> Option<*const T> {
    let end = address.checked_add(size_of::<T>() as u64)?;
    let is_sound = address != 0 && end <= MAPPED && address.is_multiple_of(align_of::<T>() as u64);
    is_sound.then(|| ptr::with_exposed_provenance(address as usize))
}

/// A structure of plain integers that firmware or loader left and nobody changes.
#[must_use]
pub fn structure<T: Plain>(address: u64) -> Option<&'static T> {
    // SAFETY: mapped and aligned, and all bytes are values.
    pointer(address).map(|found| unsafe { &*found })
}

/// Types for which all bytes are values.
///
/// # Safety
/// Made of integers and raw pointers only.
pub unsafe trait Plain {}

// SAFETY: an integer.
unsafe impl Plain for u16 {}

/// Bytes that firmware or loader left and nobody changes.
#[must_use]
pub fn bytes(address: u64, size: u64) -> Option<&'static [u8]> {
    let end = address.checked_add(size)?;
    if address == 0 || end > MAPPED {
        return None;
    }
    let first = ptr::with_exposed_provenance(address as usize);
    // SAFETY: the range is mapped and not at 0; all bytes are values.
    Some(unsafe { slice::from_raw_parts(first, size as usize) })
}
