//! Processes that are born and end.

use super::checks::judge_hang_up;
use super::plan::{Manner, ProcessPlan};
use super::process::FakeProcess;
use super::world::World;
use rekindle_core::event::{Event, ExitStatus};

pub(super) fn start_process(world: &mut World<'_>, plan: ProcessPlan, parent: u32) -> u32 {
    let pid = world.new_pid();
    let process = FakeProcess::new(plan, pid, parent, world.now_ms, world.life.seed);
    world.processes.insert(pid, process);
    pid
}

/// Who makes others makes them now.
pub(super) fn fork_processes(world: &mut World<'_>) {
    let mut born = Vec::new();
    for process in world.processes.values_mut() {
        if process.fork(world.now_ms) {
            born.push((process.pid, process.plan.is_of_root));
        }
    }
    for (parent, is_of_root) in born {
        let plan = ProcessPlan { is_of_root, ..ProcessPlan::new(Manner::Dies) };
        start_process(world, plan, parent);
    }
}

/// Whose time has come ends.
pub(super) fn end_processes(world: &mut World<'_>) {
    let now_ms = world.now_ms;
    let is_due = |process: &&FakeProcess| process.ends_at_ms.is_some_and(|at| at <= now_ms);
    let due = world.processes.values().filter(is_due);
    let due: Vec<u32> = due.map(|process| process.pid).collect();
    for pid in due {
        end_process(world, pid);
    }
}

fn end_process(world: &mut World<'_>, pid: u32) {
    let Some(process) = world.processes.get_mut(&pid) else { return };
    process.end();
    if process.has_something_to_save() && process.killed_ms.is_none() {
        world.report.saved += 1;
    }
    world.witness.gone(process);
    let (parent, is_left) = (process.parent, process.plan.is_left_a_zombie);
    if world.watched.contains(&pid) {
        world.watched.retain(|other| *other != pid);
        world.events.push_back(Event::Gone { pid });
    }
    if parent == 1 {
        reap(world, pid);
    } else if !is_left {
        free(world, pid);
    }
    leave_orphans(world, pid);
}

/// PID 1 is told the end of its child.
fn reap(world: &mut World<'_>, pid: u32) {
    free(world, pid);
    let status = ExitStatus::Exited(0);
    world.events.push_back(Event::ChildEnded { pid, status });
}

fn free(world: &mut World<'_>, pid: u32) {
    world.processes.remove(&pid);
    world.pids.free(pid);
}

/// Its children are PID 1's now. A stopped one is hung up: the kernel sends HUP and CONT to a process
/// group that nobody is left to continue (setpgid(2)).
fn leave_orphans(world: &mut World<'_>, parent: u32) {
    let children = world.processes.values().filter(|process| process.parent == parent);
    let children: Vec<u32> = children.map(|process| process.pid).collect();
    for pid in children {
        let Some(child) = world.processes.get_mut(&pid) else { continue };
        child.parent = 1;
        if child.is_zombie {
            reap(world, pid);
        } else if child.is_stopped && !child.is_kernel_thread() {
            child.is_stopped = false;
            child.ends_at_ms = Some(world.now_ms);
            world.take_verdict(judge_hang_up(world, pid));
        }
    }
}
