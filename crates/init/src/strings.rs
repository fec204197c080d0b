//! The functions of C that compiled Rust calls and that are the same on every processor; the others are in
//! `crate::arch`.
#![allow(unsafe_code)]

/// # Safety
/// As memcmp(3): both ranges are valid for `count` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(left: *const u8, right: *const u8, count: usize) -> i32 {
    let mut at = 0usize;
    while at < count {
        // SAFETY: `at` is within the first range. Volatile, so that this stays a loop.
        let a = unsafe { left.wrapping_add(at).read_volatile() };
        // SAFETY: `at` is within the second range.
        let b = unsafe { right.wrapping_add(at).read_volatile() };
        if a != b {
            return i32::from(a).wrapping_sub(i32::from(b));
        }
        at = at.wrapping_add(1);
    }
    0
}

/// # Safety
/// As memcmp(3).
#[unsafe(no_mangle)]
unsafe extern "C" fn bcmp(left: *const u8, right: *const u8, count: usize) -> i32 {
    // SAFETY: the same contract.
    unsafe { memcmp(left, right, count) }
}

/// # Safety
/// As strlen(3): a NUL follows `string`.
#[unsafe(no_mangle)]
unsafe extern "C" fn strlen(string: *const u8) -> usize {
    let mut length = 0usize;
    // SAFETY: no NUL has been passed, so this byte belongs to the string. Volatile as above.
    while unsafe { string.wrapping_add(length).read_volatile() } != 0 {
        length = length.wrapping_add(1);
    }
    length
}
