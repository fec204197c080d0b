//! I/O ports of lantern's own; the ladder's are in `restart_ladder::x86`.

use core::arch::asm;

/// Reads a byte.
#[must_use]
pub fn read_u8(port: u16) -> u8 {
    let value: u8;
    // SAFETY: ring 0; the ports read here have no effect on memory.
    unsafe { asm!("in al, dx", in("dx") port, out("al") value, options(nomem, nostack)) };
    value
}

/// Writes a byte.
pub fn write_u8(port: u16, value: u8) {
    // SAFETY: ring 0; the ports written here do not touch memory that Rust knows of.
    unsafe { asm!("out dx, al", in("dx") port, in("al") value, options(nomem, nostack)) };
}

/// Reads four bytes.
#[must_use]
pub fn read_u32(port: u16) -> u32 {
    let value: u32;
    // SAFETY: as for `read_u8`.
    unsafe { asm!("in eax, dx", in("dx") port, out("eax") value, options(nomem, nostack)) };
    value
}

/// Writes four bytes.
pub fn write_u32(port: u16, value: u32) {
    // SAFETY: as for `write_u8`.
    unsafe { asm!("out dx, eax", in("dx") port, in("eax") value, options(nomem, nostack)) };
}
