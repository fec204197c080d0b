//! How an x86 machine is restarted, for any kernel, and for a program that has the ports.
//!
//! Two layers, each usable alone:
//!
//! * The **ladder** ([`Ladder`]): a pure machine. [`Facts`] about the hardware and [`Options`] go
//!   in, [`Step`]s come out: write this, pulse that, wait so many microseconds. Every
//!   wait is bounded and the ladder ends, whatever the hardware answers. A caller who may not use
//!   `unsafe` performs the steps himself; [`perform()`] does it over a [`Platform`], and the
//!   feature `x86` brings a platform made of the processor's own instructions, for targets that are
//!   x86-64; for any other the feature adds nothing.
//! * The **chain** ([`chain`]): what the kernel does between the reboot(2) system call and the
//!   ladder: the order of the checks, the notifiers, the restart handlers, the choice of the
//!   processor, and operations that may be replaced.
//!
//! What may grow (rungs, steps, facts, options, ...) is `#[non_exhaustive]`: begin with `default()`
//! or `new()`, then set fields; answer a step that you don't know with [`Reply::Unsupported`].
//!
//! Neither allocates, locks, logs, sleeps or panics, so both may be called from a panic handler
//! with interrupts off.
//!
//! ```
//! use restart_ladder::{Facts, Ladder, Options, Profile, Reply, Step};
//!
//! let mut ladder = Ladder::new(Facts::default(), Options::new(Profile::Best));
//! let mut reply = Reply::Done;
//! let mut steps = 0;
//! while let Some(step) = ladder.next(reply) {
//!     reply = match step {
//!         Step::KeyboardWait { .. } => Reply::Status(0xFF), // nobody answers at port 0x64
//!         _ => Reply::Done, // a step of a later version of this crate comes here, too
//!     };
//!     steps += 1;
//! }
//! assert!(steps < restart_ladder::MAX_STEPS);
//! ```
#![no_std]
#![cfg_attr(not(all(feature = "x86", target_arch = "x86_64")), forbid(unsafe_code))]
#![deny(unsafe_code, missing_docs, missing_debug_implementations)]
#![deny(
    unsafe_op_in_unsafe_fn,
    clippy::undocumented_unsafe_blocks,
    clippy::multiple_unsafe_ops_per_block
)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![deny(clippy::arithmetic_side_effects, clippy::wildcard_enum_match_arm)]

mod argument;
mod bytes;
pub mod chain;
mod dmi;
mod facts;
mod fadt;
mod ladder;
mod ledger;
mod mode;
mod options;
mod order;
mod perform;
mod platform;
pub mod ports;
mod presence;
mod rung;
mod step;
#[cfg(all(feature = "x86", target_arch = "x86_64"))]
pub mod x86;

pub use argument::{ArgumentGrammar, RebootArgument};
pub use dmi::{BAY_TRAIL_E3800, Dmi, DmiField, DmiMatch, QUIRKS, Quirk, QuirkEffect};
pub use facts::Facts;
pub use fadt::{Fadt, FadtError, ResetRegister, ResetRegisterError};
pub use ladder::{Ladder, MAX_MICROSECONDS, MAX_STEPS};
pub use ledger::{Ledger, LedgerEntry};
pub use mode::RebootMode;
pub use options::{Options, Profile};
pub use perform::{climb, perform};
pub use platform::Platform;
pub use presence::Presence;
pub use rung::{Rung, RungSet};
pub use step::{EfiMode, Reply, ResetAddress, Step};
