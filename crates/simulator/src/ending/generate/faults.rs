//! What is wrong with a machine, and with its processes.

use crate::chance::Chance;
use crate::ending::plan::{Fault, Forks, Manner, ProcessPlan};

/// How often each happens where it does.
const ALL: [Fault; 13] = [
    Fault::NoHelper(5),
    Fault::Hangs(5),
    Fault::ComesLate(5),
    Fault::DiesHalfWay(5),
    Fault::CutsLook(10),
    Fault::SaysFailed(5),
    Fault::SaysDone(5),
    Fault::Fails(5),
    Fault::FailsToRead(10),
    Fault::KernelRefuses(20),
    Fault::NoSelfCopy(30),
    Fault::NoExec(10),
    Fault::RecyclesPids,
];

/// Some of all faults.
pub(in crate::ending) fn faults(chance: &mut Chance) -> Vec<Fault> {
    ALL.into_iter().filter(|_| chance.percent(35)).collect()
}

/// Processes that are held, renamed, or fork on and on.
pub(in crate::ending) fn trouble(
    chance: &mut Chance,
    processes: &mut [ProcessPlan],
    requested_ms: u64,
) {
    for process in processes {
        if process.manner == Manner::Spared || process.manner == Manner::KernelThread {
            continue;
        }
        process.is_traced = chance.percent(2);
        process.is_frozen = chance.percent(3);
        process.renamed_at_ms = chance.percent(5).then(|| requested_ms + chance.below(5_000));
        if chance.percent(2) {
            process.forks = Forks::Every(1 + chance.below(30), chance.below(40) as u32);
        }
    }
}
