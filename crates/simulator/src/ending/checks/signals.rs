//! Who gets which signal, and when.

use super::check::{Check, CheckResult};
use super::grace::{UNSEEN_MS, owed_ms};
use crate::ending::pids::FIRST_LATER_PID;
use crate::ending::process::FakeProcess;
use crate::ending::world::World;
use rekindle_core::signal::number;

/// How often processes that appear meanwhile are asked as well.
const ASKING_ROUNDS: usize = 3;

/// Before it arrives.
pub(in crate::ending) fn judge_signal(
    world: &World<'_>,
    pid: u32,
    signal: u8,
    is_to_everyone: bool,
) -> CheckResult {
    if !world.is_accepted() {
        return Ok(());
    }
    let to = |what: &str| format!("signal {signal} to {pid}, {what}");
    let Some(process) = world.processes.get(&pid) else {
        let is_helper = world.helpers.iter().any(|helper| helper.pid == pid);
        return Check::LeavesHelpersAlone.require(!is_helper || is_to_everyone, || to("a helper"));
    };
    if !process.is_alive() {
        return Ok(());
    }
    // A bare list does not tell them from the others.
    let is_listed = world.witness.poor_looks > 0;
    let is_allowed = !process.is_kernel_thread() || is_to_everyone || is_listed;
    Check::SignalsOnlyWhoCanEnd.require(is_allowed, || to("a thread of the kernel"))?;
    let is_spared = can_be_told_spared(world, process);
    Check::SparesWhoServes.require(!is_spared, || to("who is spared"))?;
    let is_hang_up = signal == number::HUP && !process.plan.has_terminal;
    Check::HangsUpTerminalsOnly.require(!is_hang_up, || to("without a terminal"))?;
    if signal == number::KILL && !process.is_kernel_thread() {
        return judge_kill(world, process);
    }
    Ok(())
}

/// Whether it is spared, and PID 1 can know. The root of a container stands on its host's storage; and one
/// whom no look has ever reached can't be told from the others.
fn can_be_told_spared(world: &World<'_>, process: &FakeProcess) -> bool {
    let is_listed = world.witness.poor_looks > 0;
    process.is_spared() && !(is_listed && (world.life.is_container() || !process.is_known))
}

fn judge_kill(world: &World<'_>, process: &FakeProcess) -> CheckResult {
    let is_of_entry = world.life.managed.is_some() && process.pid >= FIRST_LATER_PID;
    if world.witness.is_urgent() || world.is_total_over() || is_of_entry {
        return Ok(());
    }
    let pid = process.pid;
    let Some(asked_ms) = process.asked_ms else {
        return Check::AsksBeforeKilling
            .require(may_be_unasked(world, process), || format!("{pid} was never asked"));
    };
    let owed_ms = owed_ms(world, process);
    Check::GivesGrace.require(asked_ms + owed_ms <= world.now_ms, || {
        format!("{pid}, asked at {asked_ms}, is owed {owed_ms} ms")
    })?;
    let is_seen = world.witness.poor_looks == 0;
    Check::ContinuesTheStopped
        .require(!process.is_stopped || !is_seen, || format!("{pid} is stopped"))
}

/// Who came while others were asked, or whom no look has shown.
fn may_be_unasked(world: &World<'_>, process: &FakeProcess) -> bool {
    let witness = &world.witness;
    let rounds = &witness.asking_rounds;
    let is_late = rounds.first().is_none_or(|first_ms| process.born_ms >= *first_ms);
    let is_after_kill = witness.first_kill_ms.is_some_and(|at_ms| process.born_ms >= at_ms);
    let has_had_its_round = rounds.len() < ASKING_ROUNDS && process.seen > 1;
    let is_unseen = witness.poor_looks > 0
        && witness.accepted_ms.is_some_and(|at_ms| at_ms + UNSEEN_MS <= world.now_ms);
    // Nobody can tell it from the one that was asked, and ended where nobody saw it.
    let is_mistaken = is_late && world.faults.recycles_pids;
    is_unseen || is_mistaken || is_after_kill || is_late && !has_had_its_round
}

/// A stopped process lost its parent, and the kernel has hung it up.
pub(in crate::ending) fn judge_hang_up(world: &World<'_>, pid: u32) -> CheckResult {
    let witness = &world.witness;
    let is_ours = !witness.asking_rounds.is_empty()
        && witness.poor_looks == 0
        && !witness.is_urgent()
        && !world.is_total_over();
    let Some(process) = world.processes.get(&pid) else { return Ok(()) };
    let is_seen = witness.whole_look_ms.is_some_and(|look_ms| process.born_ms <= look_ms);
    let is_lost = is_ours && is_seen && process.has_something_to_save();
    Check::ContinuesBeforeAsking
        .require(!is_lost, || format!("{pid} was hung up before it was continued"))
}
