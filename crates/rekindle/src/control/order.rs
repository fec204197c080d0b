//! `rekindle hold`, `release` and `restart`.

use super::entries::read_entries;
use super::entry_name::{EntryName, find_entry};
use super::pid_1::{Failure, Pid1};
use rekindle_core::control::{ControlRequest, EntryVerb};
use std::process::ExitCode;

/// Looks which entry is meant, and asks for it by its number.
pub(super) fn run(verb: EntryVerb, name: &EntryName) -> Result<ExitCode, String> {
    let mut pid_1 = Pid1::open().map_err(Failure::explain)?;
    let entries = read_entries(&mut pid_1).map_err(Failure::explain)?;
    let number = find_entry(&entries, name).map_err(|refusal| refusal.to_string())?;
    pid_1.order(ControlRequest::Entry { verb, number }).map_err(Failure::explain)?;
    Ok(ExitCode::SUCCESS)
}
