//! The helpers of PID 1: they begin, work, and end.

use super::helper::{FakeHelper, Work};
use super::kernel::perform;
use super::mutate::mutate_outcome;
use super::process::FakeProcess;
use super::world::World;
use rekindle_core::errno::Errno;
use rekindle_core::event::{Event, ExitStatus};
use rekindle_core::op::{CensusOp, Op, OpId, Outcome, ReadOp, StorageOp};
use rekindle_core::proc::census::decode_census;

/// For how long zombies fill the table of processes, in milliseconds.
const FULL_MS: u64 = 200;

pub(super) fn start_helper(world: &mut World<'_>, id: OpId, op: Op, deadline_ms: u64) {
    let mut chance = world.chance(1);
    if table_is_full(world) || chance.percent(world.faults.no_helper) {
        let errno = chance.pick(&[Errno::EAGAIN, Errno::ENOMEM, Errno::EMFILE]);
        world.witness.had_no_helper(&op);
        return world.events.push_back(Event::NoHelper { id, op, errno });
    }
    let pid = world.new_pid();
    world.events.push_front(Event::HelperStarted { id, pid });
    world.witness.begin(&op, world.now_ms);
    world.witness.helper_pids.push(pid);
    if matches!(op, Op::Kernel(_)) {
        world.report.called_ms.get_or_insert(world.now_ms);
    }
    // It sees itself when it looks at the processes.
    world.helpers.push(FakeHelper::new(id, pid, op.clone()));
    let (work, ends_at_ms) = plan_work(world, &op, deadline_ms);
    if let Some(helper) = world.helpers.last_mut() {
        (helper.work, helper.ends_at_ms) = (work, Some(ends_at_ms));
    }
    let at_work = world.helpers_at_work().count();
    world.report.most_helpers = world.report.most_helpers.max(at_work);
}

/// Processes fill the table, and their zombies for a while after them.
fn table_is_full(world: &mut World<'_>) -> bool {
    let fills_table = world.processes.values().any(FakeProcess::can_be_killed);
    if world.now_ms >= world.life.table_full_from_ms && fills_table {
        world.table_full_until_ms = world.now_ms + FULL_MS;
    }
    world.now_ms < world.table_full_until_ms
}

/// What becomes of a helper, and when it ends.
fn plan_work(world: &mut World<'_>, op: &Op, deadline_ms: u64) -> (Work, u64) {
    let mut chance = world.chance(2);
    let given_up_ms = world.now_ms + deadline_ms;
    if chance.percent(world.faults.hangs) || is_on_hung_mount(world, op) {
        return (Work::Hangs, given_up_ms);
    }
    if chance.percent(world.faults.comes_late) && matches!(op, Op::Storage(_)) {
        return (Work::ComesLate(given_up_ms + chance.below(3_000)), given_up_ms);
    }
    let takes_ms = if world.life.is_regular { 5 } else { 1 + chance.below(20) };
    let done_ms = (world.now_ms + takes_ms).min(given_up_ms);
    if !matches!(op, Op::Read(_)) {
        return (Work::Does, done_ms);
    }
    let outcome = perform(world, op).unwrap_or(Outcome::TimedOut);
    match &outcome {
        // It tells so much and then gets stuck.
        Outcome::Read(read) if !read.complete && is_census(op) => {
            (Work::Looks(outcome), given_up_ms)
        }
        _ => (Work::Looks(die_half_way(world, outcome)), done_ms),
    }
}

fn die_half_way(world: &World<'_>, outcome: Outcome) -> Outcome {
    let mut chance = world.chance(3);
    match outcome {
        Outcome::Read(mut read) if chance.percent(world.faults.dies_half_way) => {
            read.bytes.truncate(chance.below(read.bytes.len() as u64 + 1) as usize);
            read.complete = false;
            Outcome::Read(read)
        }
        outcome => outcome,
    }
}

fn is_on_hung_mount(world: &World<'_>, op: &Op) -> bool {
    let Op::Storage(StorageOp::Unmount { target } | StorageOp::RemountReadOnly { target }) = op
    else {
        return false;
    };
    world.disks.at(target).is_some_and(|at| world.disks.mounts[at].plan.hangs)
}

/// Those whose time has come end.
pub(super) fn end_helpers(world: &mut World<'_>) {
    let now_ms = world.now_ms;
    while let Some(at) = world.helpers.iter().position(|helper| helper.is_due(now_ms)) {
        end_helper(world, at);
        if world.is_over {
            return;
        }
    }
}

fn end_helper(world: &mut World<'_>, at: usize) {
    let helper = world.helpers[at].clone();
    let outcome = match &helper.work {
        Work::Looks(outcome) => outcome.clone(),
        Work::Does => match perform(world, &helper.op) {
            Some(outcome) => outcome,
            // Nobody is left to be told.
            None => return,
        },
        Work::Hangs => Outcome::TimedOut,
        Work::ComesLate(at_ms) => {
            world.helpers[at].give_up(*at_ms);
            return tell(world, &helper, Outcome::TimedOut);
        }
    };
    world.helpers.remove(at);
    world.pids.free(helper.pid);
    let ended = Event::ChildEnded { pid: helper.pid, status: ExitStatus::Exited(0) };
    // The end of its pipe and its own come at once: which is heeded first is anybody's guess.
    if world.chance(4 + u64::from(helper.pid)).percent(50) {
        world.events.push_back(ended);
        tell(world, &helper, outcome);
    } else {
        tell(world, &helper, outcome);
        world.events.push_back(ended);
    }
}

/// What a helper tells, if PID 1 waits for it.
fn tell(world: &mut World<'_>, helper: &FakeHelper, outcome: Outcome) {
    if helper.is_waited_for {
        note_known(world, &helper.op, &outcome);
        world.unheard.push((helper.id, helper.op.clone(), outcome.clone()));
        let outcome = mutate_outcome(world.life.mutation, &helper.op, outcome);
        world.tell(helper.id, outcome);
    }
}

/// Of whom PID 1 knows from now on all that can be known.
fn note_known(world: &mut World<'_>, op: &Op, outcome: &Outcome) {
    let (true, Outcome::Read(read)) = (is_census(op), outcome) else { return };
    let is_whole = read.complete && world.is_accepted();
    for process in decode_census(&read.bytes).processes {
        let Some(known) = world.processes.get_mut(&process.pid) else { continue };
        known.is_known |= process.closer.is_some();
        known.seen += u32::from(is_whole);
    }
}

fn is_census(op: &Op) -> bool {
    matches!(op, Op::Read(ReadOp::Census(CensusOp::Everyone | CensusOp::Closer { .. })))
}
