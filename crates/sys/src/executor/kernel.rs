//! The end of the machine's run: a function of its own, which is not resident while PID 1 serves
//! (`crates/init/discard.ld`).

use super::answer::done;
use crate::{Result, files, hardware, raw};
use rekindle_core::hardware::ResetChoice;
use rekindle_core::op::{KernelOp, Outcome};
use rustix::fs::OFlags;

#[inline(never)]
pub(super) fn perform(op: KernelOp) -> Outcome {
    match op {
        KernelOp::Reboot(command) => done(raw::reboot(command)),
        KernelOp::SysRq(command) => done(give_sysrq(command)),
        KernelOp::ResetHardware => done(hardware::reset(ResetChoice::default())),
    }
}

/// Documentation/admin-guide/sysrq.rst: a write to the trigger works whatever `kernel.sysrq` says.
fn give_sysrq(command: u8) -> Result<()> {
    let flags = OFlags::WRONLY | OFlags::CLOEXEC;
    let trigger = crate::path::open(b"/proc/sysrq-trigger", flags)?;
    files::write_all(&trigger, &[command])
}
