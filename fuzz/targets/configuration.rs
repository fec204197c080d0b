//! libFuzzer's program for the configuration.
#![no_main]
#![forbid(unsafe_code)]

libfuzzer_sys::fuzz_target!(|text: &[u8]| rekindle_fuzz::check_configuration(text));
