//! How it came out.

use super::check::{Check, CheckResult};
use super::disks::judge_disks;
use super::requests::{judge_refused, judge_second_request};
use crate::ending::world::World;
use rekindle_core::last::bounds;
use rekindle_core::op::RebootCommand;
use rekindle_core::request::Action;

/// The machine ends now.
pub(in crate::ending) fn judge_kernel_end(world: &World<'_>, end: RebootCommand) -> CheckResult {
    let witness = &world.witness;
    let is_asked = match Action::parse_name(witness.action.as_bytes()) {
        Some(Action::Kexec) if end == RebootCommand::Restart => witness.tried_kexec,
        Some(action) => action.reboot_command() == end,
        None => false,
    };
    Check::DoesWhatWasAsked.require(is_asked || is_led_elsewhere(world), || {
        format!("{} was asked for, and it is {end:?}", witness.action)
    })
}

/// A script of the end has said where it leads.
fn is_led_elsewhere(world: &World<'_>) -> bool {
    world.witness.has_said(": scripts are over")
}

/// All is over, or nothing happens any more.
pub(in crate::ending) fn judge_end(world: &World<'_>, until_ms: u64) -> CheckResult {
    let host = &world.report.reached_host;
    Check::LeavesTheHostAlone.require(host.is_empty(), || format!("{host:?}"))?;
    if !world.is_accepted() {
        return judge_refused(world);
    }
    judge_in_time(world, until_ms)?;
    judge_second_request(world)?;
    judge_disks(world)
}

/// The total, and then what the steps may take that are never cut short.
fn judge_in_time(world: &World<'_>, until_ms: u64) -> CheckResult {
    let witness = &world.witness;
    let over_ms = witness.total_over_ms().unwrap_or(0).max(witness.escalated_ms);
    let most_ms = over_ms + bounds::AFTER_TOTAL_MS + witness.jumped_ms;
    let called_ms = world.report.called_ms.unwrap_or(world.now_ms);
    Check::EndsInTime
        .require(called_ms <= most_ms, || format!("at {called_ms}, and {most_ms} is the latest"))?;
    let can_end = !world.life.kernel_never_ends && until_ms > world.life.requested_ms + 60_000;
    Check::EndsInTime.require(world.is_over || !can_end, || "the machine never ended".to_owned())
}
