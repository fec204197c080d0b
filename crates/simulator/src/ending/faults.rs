//! What is wrong with a machine: how many times of a hundred each fault happens.

use super::plan::Fault;

/// Of a hundred times. What is not in a life's list never happens.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    pub(super) no_helper: u64,
    pub(super) hangs: u64,
    pub(super) comes_late: u64,
    pub(super) dies_half_way: u64,
    pub(super) cuts_look: u64,
    pub(super) says_failed: u64,
    pub(super) says_done: u64,
    pub(super) fails: u64,
    pub(super) fails_to_read: u64,
    pub(super) kernel_refuses: u64,
    pub(super) no_self_copy: u64,
    pub(super) no_exec: u64,
    pub(super) recycles_pids: bool,
}

impl Faults {
    /// Of two of a kind the first counts.
    pub(super) fn new(list: &[Fault]) -> Self {
        let mut faults = Self::default();
        for fault in list.iter().rev() {
            match *fault {
                Fault::NoHelper(percent) => faults.no_helper = percent,
                Fault::Hangs(percent) => faults.hangs = percent,
                Fault::ComesLate(percent) => faults.comes_late = percent,
                Fault::DiesHalfWay(percent) => faults.dies_half_way = percent,
                Fault::CutsLook(percent) => faults.cuts_look = percent,
                Fault::SaysFailed(percent) => faults.says_failed = percent,
                Fault::SaysDone(percent) => faults.says_done = percent,
                Fault::Fails(percent) => faults.fails = percent,
                Fault::FailsToRead(percent) => faults.fails_to_read = percent,
                Fault::KernelRefuses(percent) => faults.kernel_refuses = percent,
                Fault::NoSelfCopy(percent) => faults.no_self_copy = percent,
                Fault::NoExec(percent) => faults.no_exec = percent,
                Fault::RecyclesPids => faults.recycles_pids = true,
            }
        }
        faults
    }
}
