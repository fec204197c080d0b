//! memcpy, memmove and memset, which compiled Rust calls.

use core::arch::asm;

// String instructions, because the compiler may turn a loop in a function of this name into a call
// of that very function.

/// # Safety
/// As memcpy(3): both ranges are valid for `count` bytes and do not overlap.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
    // SAFETY: reads and writes exactly the two ranges; the direction flag is clear (System V ABI).
    unsafe {
        asm!("rep movsb", inout("rcx") count => _, inout("rdi") to => _, inout("rsi") from => _, options(nostack, preserves_flags))
    };
    to
}

/// # Safety
/// As memmove(3): both ranges are valid for `count` bytes; they may overlap.
#[unsafe(no_mangle)]
unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
    if to.addr().wrapping_sub(from.addr()) >= count {
        // SAFETY: `to` does not lie inside the source, so copying upwards reads nothing it has written.
        return unsafe { memcpy(to, from, count) };
    }
    let last = count.wrapping_sub(1);
    // SAFETY: copies downwards from the last byte of each range, and clears the direction flag again.
    unsafe {
        asm!("std", "rep movsb", "cld", inout("rcx") count => _, inout("rdi") to.wrapping_add(last) => _,
            inout("rsi") from.wrapping_add(last) => _, options(nostack))
    };
    to
}

/// # Safety
/// As memset(3): the range is valid for `count` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn memset(to: *mut u8, byte: i32, count: usize) -> *mut u8 {
    // SAFETY: writes exactly the range; memset(3) uses the lowest eight bits of `byte`.
    unsafe {
        asm!("rep stosb", inout("rcx") count => _, inout("rdi") to => _, in("eax") byte, options(nostack, preserves_flags))
    };
    to
}
