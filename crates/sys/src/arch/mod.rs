//! What differs between processors: another one is another file beside `x86_64`, with the same names.
//!
//! # Safety
//! Holds unsafe code, as [`crate::raw`] does, and by the same rules.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "x86_64")]
pub use x86_64::{PAGE_BYTES, Ports, REBOOT_CALLS, SIGNAL_ACTION_WORDS, TimeWord};
