//! Acts: every system call that Rekindle makes, and nothing that decides.
//!
//! [`world::World::perform`] carries out each [`rekindle_core::op::Op`] in one exhaustive match.
//! Unsafe code lives in [`raw`] alone.
#![no_std]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]
#![warn(missing_docs)]

extern crate alloc;

mod census;
mod child;
pub mod client;
mod console;
mod console_guard;
pub mod files;
pub mod hardware;
pub mod helper;
mod image;
pub mod initctl;
pub mod kexec;
pub mod last_words;
mod mounts;
pub mod poll;
pub mod raw;
pub mod reap;
mod utmp;
pub mod world;

use rekindle_core::errno::Errno;

/// The result of a system call.
pub type Result<T> = core::result::Result<T, Errno>;

fn errno(error: rustix::io::Errno) -> Errno {
    Errno(u16::try_from(error.raw_os_error()).unwrap_or(Errno::EIO.0))
}
