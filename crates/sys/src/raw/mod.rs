//! The system calls that rustix does not offer, or offers only behind libc. Each function makes one
//! call, cites its manual page and returns the kernel's error.
//!
//! # Safety
//! With [`crate::arch`] the only module of this crate with unsafe code. Pointers handed to the kernel
//! come from references and vectors that outlive the call, and every structure has the kernel's layout.
#![allow(unsafe_code)]

mod clock;
mod descriptors;
mod execute;
mod filter;
mod kexec;
mod memory;
mod process;
mod reboot;
mod signal;
mod socket;
mod swap;
mod terminal;

pub use clock::{Realtime, monotonic_ms, monotonic_us, realtime};
pub(crate) use descriptors::{adopt, close, close_range, flags_of};
pub use execute::{NullTerminated, execute, execute_descriptor, execute_plainly};
pub use filter::refuse_machine_ends;
pub use kexec::{kexec_file_load, kexec_file_unload};
pub use memory::{CodeRange, write_physical};
pub use process::{exit, fork, process_id, set_name};
pub use reboot::{reboot, set_ctrl_alt_del};
pub use signal::{
    Arrival, block_all_signals, kill, read_signal, reset_signal_actions, signal_descriptor,
    unblock_all_signals,
};
pub(crate) use socket::is_listening;
pub use socket::{Credentials, peer_credentials, peer_groups};
pub use swap::swap_off;
pub use terminal::{
    LineSettings, accept_keyboard_request, duplicate_to, is_virtual_terminal, line_settings,
    set_line_settings, standard_stream, take_terminal_by_force,
};
