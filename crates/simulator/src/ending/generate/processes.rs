//! Which processes there are.

use crate::chance::Chance;
use crate::ending::plan::{Forks, Manner, MountPlan, ProcessPlan};

/// Processes that take TERM as `manner` says, and hold files on these mounts.
pub(in crate::ending) fn processes(
    chance: &mut Chance,
    mounts: &[MountPlan],
    manner: impl Fn(&mut Chance) -> Manner,
) -> Vec<ProcessPlan> {
    let mut processes = Vec::new();
    for _ in 0..chance.below(30) {
        let mut process = ProcessPlan::new(manner(chance));
        if process.manner != Manner::KernelThread {
            make_up(chance, &mut process);
        }
        relate(chance, &mut process, &processes);
        if chance.percent(20) && process.manner != Manner::KernelThread {
            let mount = chance.below(mounts.len() as u64) as usize;
            process.holds = Some(mounts[mount].id);
        }
        processes.push(process);
    }
    processes
}

/// What a process is like.
fn make_up(chance: &mut Chance, process: &mut ProcessPlan) {
    process.is_stopped = chance.percent(10) && process.manner != Manner::Spared;
    process.is_of_root |= chance.percent(50);
    process.is_impostor = chance.percent(5);
    process.is_outsider = chance.percent(5);
    process.has_terminal = chance.percent(10);
    process.is_left_a_zombie = chance.percent(5);
    process.writes = chance.percent(20);
}

/// Who made it, of those before, and whether it makes others.
fn relate(chance: &mut Chance, process: &mut ProcessPlan, before: &[ProcessPlan]) {
    let is_kernel_thread = process.manner == Manner::KernelThread;
    let may_have_parent = !before.is_empty() && !process.is_outsider && !is_kernel_thread;
    if may_have_parent && chance.percent(40) {
        let parent = chance.below(before.len() as u64) as usize;
        let is_one = before[parent].manner != Manner::KernelThread;
        process.parent = is_one.then_some(parent);
    }
    if chance.percent(10) && !is_kernel_thread {
        process.forks = Forks::OnTerm;
    }
}

pub(in crate::ending) fn healthy_manner(chance: &mut Chance) -> Manner {
    match chance.below(10) {
        0 => Manner::Ignores,
        1 => Manner::Saves(chance.below(4_500)),
        2 => Manner::SignalFd(chance.below(4_500)),
        3 => Manner::LeavesPending,
        4 => Manner::SigWait(1_100 + chance.below(3_000)),
        5 => Manner::KernelThread,
        6 => Manner::WithoutFirstThread,
        _ => Manner::Dies,
    }
}

pub(in crate::ending) fn faulty_manner(chance: &mut Chance) -> Manner {
    match chance.below(14) {
        0 => Manner::Ignores,
        1 => Manner::Saves(chance.below(20_000)),
        2 => Manner::SignalFd(chance.below(20_000)),
        3 => Manner::LeavesPending,
        4 => Manner::Stays,
        5 => Manner::Stuck,
        6 => Manner::Spared,
        7 => Manner::SigWait(chance.below(8_000)),
        8 => Manner::KernelThread,
        9 => Manner::WithoutFirstThread,
        _ => Manner::Dies,
    }
}
