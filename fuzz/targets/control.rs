//! libFuzzer's program for frames of the control socket.
#![no_main]
#![forbid(unsafe_code)]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rekindle_fuzz::check_control(bytes));
