//! `rekindle status`: process 1, its entries, an end under way, what is loaded for kexec, and what is set.

mod report;
mod span;
mod text;

use super::entries::read_entries;
use super::pid_1::{Failure, Pid1};
use super::silence::commands_to_look;
use crate::kexec::status::read_loaded_kernels;
use crate::output;
use rekindle_core::control::{Answer, ControlRequest, MachineState};
use rekindle_sys::raw::monotonic_ms;
use report::{Report, plan_report};
use std::process::ExitCode;
use text::render_text;

/// Tells people, or with `json` programs.
pub(super) fn run(json: bool) -> Result<ExitCode, String> {
    let report = read_report().map_err(|failure| failure.explain_with(commands_to_look))?;
    output::print(&if json { render_json(&report)? } else { render_text(&report) })?;
    Ok(ExitCode::SUCCESS)
}

fn read_report() -> Result<Report, Failure> {
    let mut pid_1 = Pid1::open()?;
    let machine = read_machine(&mut pid_1)?;
    let entries = read_entries(&mut pid_1)?;
    Ok(plan_report(&machine, &entries, read_loaded_kernels(), monotonic_ms()))
}

fn read_machine(pid_1: &mut Pid1) -> Result<MachineState, Failure> {
    match pid_1.ask(ControlRequest::Machine)? {
        Answer::Machine(machine) => Ok(*machine),
        Answer::Done
        | Answer::Accepted { .. }
        | Answer::Refused { .. }
        | Answer::Entries { .. }
        | Answer::Said { .. } => Err(Failure::Unfit),
    }
}

fn render_json(report: &Report) -> Result<String, String> {
    let json = serde_json::to_string(report);
    json.map(|json| json + "\n").map_err(|error| format!("can't render the state: {error}"))
}

#[cfg(test)]
mod tests;
