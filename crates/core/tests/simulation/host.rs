//! What the simulated PID 1 runs on, and what is different in a container.

use crate::machine::Machine;
use crate::process::{FakeProcess, Manner};
use rekindle_core::errno::Errno;
use rekindle_core::op::{KernelOp, Op, Outcome, ProcessOp, Read, ReadOp, RebootCommand, StorageOp};
use rekindle_core::signal::number;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FakeHost {
    Machine,
    Container,
    WithoutReboot,
    /// The kernel lets go of the keys for nobody.
    MachineWithoutKeys,
}

/// Whether a container's host would feel it.
fn reaches_host(op: &Op) -> bool {
    matches!(
        op,
        Op::Storage(
            StorageOp::Unmount { .. }
                | StorageOp::RemountReadOnly { .. }
                | StorageOp::SwapOff { .. }
                | StorageOp::Sync
        ) | Op::Kernel(KernelOp::SysRq(_) | KernelOp::ResetHardware)
    )
}

/// What came of an op that depends on the host.
pub(crate) enum Performed {
    Told(Outcome),
    /// Nobody is left to hear the outcome.
    Ended,
    /// It is the same everywhere.
    NotHere,
}

impl Machine {
    pub(crate) fn without_keys(seed: u64) -> Self {
        let mut machine = Self::healthy(seed);
        machine.host = FakeHost::MachineWithoutKeys;
        machine
    }

    /// A container whose PID 1 may call reboot(2) or may not.
    pub(crate) fn contained(seed: u64, may_reboot: bool, has_faults: bool) -> Self {
        let mut machine = if has_faults { Self::with_faults(seed) } else { Self::healthy(seed) };
        machine.host = if may_reboot { FakeHost::Container } else { FakeHost::WithoutReboot };
        machine
    }

    pub(crate) fn asked_for_anything_but_kexec(mut self) -> Self {
        for (_, signal) in &mut self.requests {
            if *signal == number::ALRM {
                *signal = number::USR1;
            }
        }
        self
    }

    fn is_container(&self) -> bool {
        matches!(self.host, FakeHost::Container | FakeHost::WithoutReboot)
    }

    /// `None` when it has ended.
    pub(crate) fn end_by(&mut self, op: &Op) -> Option<Outcome> {
        self.report.called_ms.get_or_insert(self.now_ms);
        let end = match op {
            Op::Kernel(KernelOp::Reboot(command)) => *command,
            _ => RebootCommand::Restart,
        };
        let is_by_kernel = !matches!(op, Op::Kernel(KernelOp::ResetHardware));
        if self.kernel_never_ends && is_by_kernel {
            return Some(Outcome::Failed(Errno::EIO));
        }
        if self.kexec_is_refused && *op == Op::Kernel(KernelOp::Reboot(RebootCommand::Kexec)) {
            return Some(Outcome::Failed(Errno::EINVAL));
        }
        let percent = if is_by_kernel { 20 } else { 50 };
        if self.has_faults && self.host == FakeHost::Machine && self.chance.percent(percent) {
            return Some(Outcome::Failed(Errno::EIO));
        }
        self.report.end = Some(end);
        None
    }

    pub(crate) fn perform_on_host(&mut self, op: &Op) -> Performed {
        if self.is_container() && reaches_host(op) {
            self.report.reached_host.push(op.clone());
        }
        Performed::Told(match op {
            Op::CtrlAltDel { .. } if self.host == FakeHost::Container => {
                Outcome::Failed(Errno::EINVAL)
            }
            Op::CtrlAltDel { .. } | Op::Kernel(KernelOp::Reboot(_))
                if self.host == FakeHost::WithoutReboot =>
            {
                Outcome::Failed(Errno::EPERM)
            }
            Op::CtrlAltDel { .. } if self.host == FakeHost::MachineWithoutKeys => {
                Outcome::Failed(Errno::EPERM)
            }
            Op::Read(ReadOp::OwnPidNamespace) => {
                let link =
                    if self.is_container() { "pid:[4026532194]" } else { "pid:[4026531836]" };
                Outcome::Read(Read::whole(link.into()))
            }
            Op::Process(ProcessOp::SpawnCommand(_)) => {
                let process = FakeProcess::new(Manner::Dies, &mut self.chance);
                self.add_process(FakeProcess { is_child: true, ..process });
                Outcome::Started(self.next_pid - 1)
            }
            Op::Process(ProcessOp::Exit { status }) => {
                assert!(self.is_container(), "PID 1 of a machine exited");
                self.report.exited = Some(*status);
                return Performed::Ended;
            }
            _ => return Performed::NotHere,
        })
    }
}
