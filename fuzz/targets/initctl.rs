//! libFuzzer's program for sysvinit's control FIFO.
#![no_main]
#![forbid(unsafe_code)]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rekindle_fuzz::check_initctl(bytes));
