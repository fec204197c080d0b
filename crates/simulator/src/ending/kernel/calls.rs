//! Each op, and what ends the kernel's own run.

use super::processes::perform_on_process;
use super::storage::perform_on_storage;
use crate::ending::checks::judge_kernel_end;
use crate::ending::looks::look;
use crate::ending::plan::FakeHost;
use crate::ending::world::World;
use rekindle_core::errno::Errno;
use rekindle_core::op::{
    ControlOp, KernelOp, Op, Outcome, ProcessOp, RebootCommand, SelfCopyOp, StorageOp,
};

/// `None` when nobody is left to hear the outcome.
pub(in crate::ending) fn perform(world: &mut World<'_>, op: &Op) -> Option<Outcome> {
    if !matches!(op, Op::SelfCopy(_) | Op::Process(ProcessOp::Become(_))) {
        world.report.performed.push(op.clone());
    }
    if reaches_host(op) && world.life.is_container() {
        world.report.reached_host.push(op.clone());
    }
    Some(match op {
        Op::Read(op) => look(world, op),
        Op::Process(op) => return perform_on_process(world, op),
        Op::Storage(op) => perform_on_storage(world, op),
        Op::Kernel(op) => return call_kernel(world, op),
        Op::SelfCopy(SelfCopyOp::Create(_) | SelfCopyOp::Fill(_)) if lacks_copy(world) => {
            Outcome::Failed(Errno::ENOSPC)
        }
        Op::CtrlAltDel { .. } => take_keys(world.life.host),
        Op::Control(ControlOp::Check) => Outcome::Answer(true),
        Op::Console(_)
        | Op::SelfCopy(_)
        | Op::Initctl(_)
        | Op::Control(_)
        | Op::ForgetCode
        | Op::Record(_)
        | Op::MountApi(_) => Outcome::Done,
    })
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

fn lacks_copy(world: &World<'_>) -> bool {
    world.chance(7).percent(world.faults.no_self_copy)
}

fn take_keys(host: FakeHost) -> Outcome {
    match host {
        FakeHost::Machine => Outcome::Done,
        FakeHost::Container => Outcome::Failed(Errno::EINVAL),
        FakeHost::WithoutReboot | FakeHost::MachineWithoutKeys => Outcome::Failed(Errno::EPERM),
    }
}

fn call_kernel(world: &mut World<'_>, op: &KernelOp) -> Option<Outcome> {
    world.report.called_ms.get_or_insert(world.now_ms);
    if let Some(errno) = refuse(world, op) {
        return Some(Outcome::Failed(errno));
    }
    let end = match op {
        KernelOp::Reboot(command) => *command,
        KernelOp::SysRq(b'o') => RebootCommand::PowerOff,
        KernelOp::SysRq(_) | KernelOp::ResetHardware => RebootCommand::Restart,
    };
    world.take_verdict(judge_kernel_end(world, end));
    (world.report.end, world.is_over) = (Some(end), true);
    None
}

fn refuse(world: &World<'_>, op: &KernelOp) -> Option<Errno> {
    let life = world.life;
    let is_by_kernel = !matches!(op, KernelOp::ResetHardware);
    if life.host == FakeHost::WithoutReboot {
        return Some(Errno::EPERM);
    }
    if life.kernel_never_ends && is_by_kernel {
        return Some(Errno::EIO);
    }
    if life.kexec_is_refused && *op == KernelOp::Reboot(RebootCommand::Kexec) {
        return Some(Errno::EINVAL);
    }
    let is_refused = world.chance(11).percent(world.faults.kernel_refuses);
    (is_refused && life.host != FakeHost::Container).then_some(Errno::EIO)
}
