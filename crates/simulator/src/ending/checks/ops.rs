//! What is done by whom, and when.

use super::check::{Check, CheckResult};
use super::disks::{judge_account_is_there, judge_before_call, judge_synced};
use super::pools::judge_pools;
use crate::ending::world::World;
use rekindle_core::op::{
    How, KernelOp, Op, ProcessOp, Program, ReadOp, SelfCopyOp, StorageOp, Whom,
};

/// What an op gets at the least, even when the total is over, in milliseconds.
const LEAST_MS: u64 = 1_000;

/// Before it begins.
pub(in crate::ending) fn judge_op(world: &World<'_>, op: &Op, how: How) -> CheckResult {
    judge_place(world, op, how)?;
    judge_time(world, op)?;
    match op {
        Op::Storage(StorageOp::Unmount { target } | StorageOp::RemountReadOnly { target }) => {
            judge_nobody_lives(world, op)?;
            judge_account_is_there(world, target)
        }
        Op::Storage(StorageOp::SwapOff { .. }) => judge_nobody_lives(world, op),
        Op::Kernel(_) => judge_call(world, op),
        Op::Process(ProcessOp::Become(to)) if matches!(to.program, Program::Paths(_)) => {
            judge_synced(world, op)
        }
        _ => Ok(()),
    }
}

/// By whom, and with how much time.
fn judge_place(world: &World<'_>, op: &Op, how: How) -> CheckResult {
    match how {
        How::Inline => {
            Check::WaitsForNobody.require(!is_for_helpers(world, op), || format!("{op:?}"))
        }
        How::Helper { deadline_ms } => {
            judge_pools(world, op)?;
            let left_ms = left_ms(world, op);
            let is_bounded = deadline_ms > 0 && deadline_ms <= left_ms;
            Check::BoundsEveryOp
                .require(is_bounded, || format!("{deadline_ms} ms of {left_ms} for {op:?}"))
        }
    }
}

/// What may wait for a disk, a network or another process.
fn is_for_helpers(world: &World<'_>, op: &Op) -> bool {
    match op {
        Op::Read(ReadOp::Census(_) | ReadOp::Sender { .. })
        | Op::Storage(_)
        | Op::Process(ProcessOp::AskSuccessor { .. })
        | Op::SelfCopy(SelfCopyOp::Fill(_)) => true,
        Op::Kernel(_) => !world.life.is_container() && !world.witness.kernel_had_no_helper,
        _ => false,
    }
}

/// The most that an op may take by now. What ends the kernel comes when the total may be over.
fn left_ms(world: &World<'_>, op: &Op) -> u64 {
    let most_ms = world.witness.settings.sync_ms;
    match world.witness.total_over_ms() {
        // It may have waited for a helper meanwhile. What was begun before somebody asked again is not
        // waited for when the total is over.
        Some(over_ms) if is_cut_short(op) && world.witness.escalations == 0 => {
            most_ms.min(over_ms.saturating_sub(world.now_ms).max(LEAST_MS) + LEAST_MS)
        }
        _ => most_ms,
    }
}

fn is_cut_short(op: &Op) -> bool {
    matches!(op, Op::Storage(op) if *op != StorageOp::Sync)
}

/// Nothing is changed for a request that has not been accepted.
fn judge_time(world: &World<'_>, op: &Op) -> CheckResult {
    let is_command = !world.life.arguments.is_empty();
    if world.is_accepted() || is_command {
        return Ok(());
    }
    let is_change = match op {
        Op::Storage(_) | Op::Kernel(_) => true,
        Op::Process(ProcessOp::Signal { whom, .. }) => !matches!(whom, Whom::Group(_)),
        Op::Process(ProcessOp::Become(_) | ProcessOp::Exit { .. }) => true,
        _ => false,
    };
    Check::ChangesNothingBeforeAcceptance.require(!is_change, || format!("{op:?}"))
}

/// What ends the kernel comes last.
fn judge_call(world: &World<'_>, op: &Op) -> CheckResult {
    if world.life.is_container() {
        let is_reboot = matches!(op, Op::Kernel(KernelOp::Reboot(_)));
        return Check::LeavesTheHostAlone.require(is_reboot, || format!("{op:?}"));
    }
    judge_nobody_lives(world, op)?;
    judge_before_call(world, op)
}

/// Whether nobody lives who was found, or it was said that somebody does.
fn judge_nobody_lives(world: &World<'_>, op: &Op) -> CheckResult {
    let witness = &world.witness;
    let is_given_up = world.is_total_over()
        || witness.has_said("can't kill ")
        || witness.has_said("can't see whether ")
        || witness.poor_looks > 0
        || !world.life.has_proc;
    if is_given_up {
        return Ok(());
    }
    let found = world
        .processes
        .values()
        .filter(|process| witness.whole_look_ms.is_some_and(|look_ms| process.born_ms < look_ms));
    let left = found.filter(|process| process.can_be_killed()).map(|process| process.pid);
    let left: Vec<u32> = left.collect();
    Check::TouchesDisksAfterProcesses
        .require(left.is_empty(), || format!("{left:?} live, and {op:?}"))
}
