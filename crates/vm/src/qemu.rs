//! The emulator: one process, its machine protocol, its command line, and how many of it may run
//! at a time. Machines with an agent (`crate::machine`) and bare boards (`crate::board`) stand on
//! it alike.

mod arguments;
mod process;
mod qmp;
mod turn;

pub(crate) use arguments::Arguments;
pub(crate) use process::{Qemu, Sockets};
pub(crate) use qmp::{Client, Event};
