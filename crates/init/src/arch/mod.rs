//! What differs between processors: another one is another file beside `x86_64`. Each brings the first
//! instructions, `memcpy`, `memmove` and `memset`, and what the ready-made `alloc` refers to.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod x86_64;
