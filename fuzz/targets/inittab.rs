//! libFuzzer's program for /etc/inittab.
#![no_main]
#![forbid(unsafe_code)]

libfuzzer_sys::fuzz_target!(|text: &[u8]| rekindle_fuzz::check_inittab(text));
