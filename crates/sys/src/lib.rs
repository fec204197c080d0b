//! Acts: every system call that Rekindle makes, and nothing that decides.
//!
//! [`executor::Executor::perform`] carries out each [`rekindle_core::op::Op`], one exhaustive match a
//! family. Unsafe code lives in [`raw`] and in [`arch`] alone.
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
#[cfg(test)]
extern crate std;

pub mod arch;
mod census;
mod child;
pub mod configuration;
mod console;
pub mod control;
pub mod emergency;
pub mod executor;
pub mod files;
pub mod handover;
pub mod hardware;
pub mod helper;
pub mod initctl;
pub mod kexec;
pub mod last_words;
pub mod limits;
mod memfd;
mod mounts;
mod path;
pub mod pid1;
pub mod poll;
mod process_files;
mod protocol;
pub mod raw;
pub mod reap;
mod result;
mod self_copy;
mod sender;
pub mod sleep;
mod spawn;
mod successor;
mod teller;
mod utmp;
mod work;

pub use result::Result;
use result::errno;
