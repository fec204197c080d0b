//! libFuzzer's program for lines of an account and refusals.
#![no_main]
#![forbid(unsafe_code)]

libfuzzer_sys::fuzz_target!(|text: &[u8]| rekindle_fuzz::check_account(text));
