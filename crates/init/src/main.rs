//! `init`: PID 1, its last stage, and `reboot`, `halt`, `poweroff` and `telinit` by the name it is called by.
#![no_std]
#![no_main]
#![cfg_attr(test, allow(unused))]

extern crate alloc;

mod arch;
mod command;
mod event_loop;
#[cfg(feature = "panic-in-last-stage")]
mod fault;
mod memory;
mod role;
mod stage;
mod start;
mod strings;
