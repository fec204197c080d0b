//! Decides everything that Rekindle does, and touches nothing.
//!
//! No clock, no file, no system call: bytes and events come in, values come out. The
//! compiler holds that wall up (`no_std`, `forbid(unsafe_code)`, no dependency). See
//! ARCHITECTURE.md for the map; start at [`brain::Brain`].
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::wildcard_enum_match_arm
    )
)]
#![warn(missing_docs)]

extern crate alloc;

pub mod account;
pub mod action;
pub mod brain;
pub mod child;
pub mod cli;
pub mod errno;
pub mod event;
pub mod handover;
pub mod hardware;
pub mod initctl;
pub mod inittab;
pub mod kernel_line;
pub mod memory;
pub mod mount;
pub mod op;
pub mod process;
pub mod request;
pub mod settings;
pub mod signal;
pub mod swap;
pub mod text;
pub mod time;
pub mod utmp;
