//! Bare boards: a machine type and a kernel in it, and nobody inside to ask. What it did is read
//! from outside.
//!
//! QEMU reports every reset alike, so a verdict rests on three sources (docs/ladder.md, "Proof"):
//! the board is paused at its first reset, so that the instruction pointer tells *who* reset it; the
//! trace of device writes tells *how*; a counter in the CMOS tells that it came up again.

mod machine_type;
mod payload;
mod run;
mod session;
mod trace;

pub use machine_type::MachineType;
pub use payload::{Ovmf, Payload};
pub use run::{Board, Ending};
pub use trace::{Trace, Watched, Write};
