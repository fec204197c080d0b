//! The part of memory that belongs to the user program.

use core::ops::Range;
use core::{ptr, slice};

pub(crate) use lantern_board::memory::{MAPPED, Plain, bytes, pointer, structure};

/// The user program's addresses: pages 1 to 23 of 2 MiB (boot.s), below the kernel (link.ld).
pub(crate) const USER: Range<u64> = 0x20_0000..0x300_0000;

/// The user program's bytes, if all of them lie in its part of memory.
pub(crate) fn user(address: u64, size: u64) -> Option<&'static mut [u8]> {
    let end = address.checked_add(size)?;
    if address < USER.start || end > USER.end {
        return None;
    }
    let first = ptr::with_exposed_provenance_mut(address as usize);
    // SAFETY: the range is the user program's; that does not run while the kernel does, and the
    // kernel holds one such slice at a time.
    Some(unsafe { slice::from_raw_parts_mut(first, size as usize) })
}
