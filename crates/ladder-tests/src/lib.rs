//! The restart ladder against emulated hardware and against Linux.
//!
//! Everything runs in QEMU under TCG, two machines at a time. A verdict rests on three sources
//! (docs/ladder.md, "Proof"): the machine is paused at its first reset, so that the instruction
//! pointer tells *who* reset it; the trace of device writes tells *how*; a counter in the CMOS
//! tells that the machine came up again.

#![forbid(unsafe_code)]

mod artifacts;
mod guest;
mod initramfs;
mod machine;
mod qemu;
mod trace;
mod turn;

pub use artifacts::{Lantern, Ovmf, StockLinux, init_program};
pub use guest::{Ending, Guest, Kernel};
pub use machine::{Machine, Watched};
pub use qemu::Qemu;
pub use trace::{Trace, Write};
