//! What forked children alone run. PID 1 has none of it resident while it serves (`crates/init/discard.ld`).

mod console_guard;
mod descriptors;
mod entry;
mod program;
mod streams;
mod termios;

pub(crate) use descriptors::keep_only;
pub(crate) use entry::{EXIT_CANNOT_RUN, become_command, become_entry};
pub(crate) use program::execute_first;
pub(crate) use streams::{open_streams, open_terminal};
