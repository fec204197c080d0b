//! Decides everything that Rekindle does, and touches nothing.
//!
//! No clock, no file, no system call: bytes and events come in, values come out. The
//! compiler holds that wall up (`no_std`, `forbid(unsafe_code)`, no dependency). See
//! ARCHITECTURE.md for the map; start at [`pid1::Pid1`].
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
pub mod budget;
pub mod child;
pub mod configuration;
pub mod context;
pub mod control;
mod crowd;
pub mod errno;
pub mod event;
pub mod handover;
pub mod hardware;
mod helpers;
pub mod host;
pub mod initctl;
pub mod inittab;
pub mod json;
pub mod last;
pub mod look;
pub mod op;
mod pairs;
mod pending;
pub mod pid1;
pub mod proc;
pub mod request;
pub mod settings;
mod shutdown;
pub mod signal;
pub mod spared;
pub mod takeover;
pub mod text;
pub mod time;
pub mod utmp;
mod watches;
