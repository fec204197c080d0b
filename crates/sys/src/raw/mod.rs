//! The system calls that rustix does not offer, or offers only behind libc, and the ports. Each
//! function makes one call, cites its manual page and returns the kernel's error.
//!
//! # Safety
//! The only module of this crate with unsafe code. Pointers handed to the kernel come from
//! references and vectors that outlive the call, and every structure has the kernel's layout.
#![allow(unsafe_code)]

mod filter;
mod kernel;
mod ports;
mod process;
mod signal;

pub use filter::refuse_machine_ends;
pub use kernel::{
    Realtime, RebootCommand, accept_keyboard_request, is_virtual_terminal, kexec_file_load,
    kexec_file_unload, monotonic_ms, monotonic_us, realtime, reboot, swap_off,
};
pub use ports::{Ports, write_physical};
pub use process::{
    NullTerminated, duplicate_to, execute, execute_descriptor, execute_plainly, exit, fork, kill,
    process_id, set_name, standard_stream, take_terminal_by_force,
};
pub use signal::{
    Arrival, block_all_signals, read_signals, reset_signal_actions, signal_descriptor,
    unblock_all_signals,
};

use crate::Result;
use rekindle_core::errno::Errno;

fn checked(result: core::result::Result<usize, syscalls::Errno>) -> Result<usize> {
    result.map_err(|error| Errno(u16::try_from(error.into_raw()).unwrap_or(Errno::EIO.0)))
}
