//! What process 1 is asked on its control socket: how it is, what it says, and about single entries.

mod entries;
mod entry_name;
mod order;
mod pid_1;
mod silence;
mod status;
mod watch;

pub(crate) use entry_name::EntryName;

use rekindle_core::control::EntryVerb;
use std::process::ExitCode;

/// One thing to ask process 1 for.
#[derive(Debug)]
pub(crate) enum ControlCommand {
    /// How it and its entries are.
    Status { json: bool },
    /// Each line that it says.
    Watch,
    /// To do something with an entry.
    Order { verb: EntryVerb, entry: EntryName },
}

/// Asks for it.
pub(crate) fn run(command: &ControlCommand) -> Result<ExitCode, String> {
    match command {
        ControlCommand::Status { json } => status::run(*json),
        ControlCommand::Watch => watch::run(),
        ControlCommand::Order { verb, entry } => order::run(*verb, entry),
    }
}
