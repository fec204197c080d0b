//! What has to be done to the disks first, and what is left of them.

use super::check::{Check, CheckResult};
use crate::ending::disks::FakeMount;
use crate::ending::world::World;
use rekindle_core::account::ACCOUNT_PATH;
use rekindle_core::op::Op;

/// The mount of the account, if that can be written there.
fn holder_of_account<'a>(world: &'a World<'_>) -> Option<&'a FakeMount> {
    let holder = world.disks.holder(ACCOUNT_PATH)?;
    let can_be = world.disks.is_writable(holder.plan.device) && !holder.plan.is_of_memory;
    can_be.then_some(holder)
}

/// Whether PID 1 can know where the account is to be written, and has the time.
fn can_write_account(world: &World<'_>) -> bool {
    !world.witness.is_table_poor && !world.is_total_over()
}

/// Before a file system goes.
pub(super) fn judge_account_is_there(world: &World<'_>, target: &[u8]) -> CheckResult {
    let holder = holder_of_account(world);
    let is_it = holder.is_some_and(|holder| holder.plan.target.as_bytes() == target);
    let is_early = is_it && can_write_account(world) && !world.witness.account_settled;
    Check::WritesAccountFirst
        .require(!is_early, || format!("{} goes", String::from_utf8_lossy(target)))
}

/// Before the kernel is called.
pub(super) fn judge_before_call(world: &World<'_>, op: &Op) -> CheckResult {
    judge_synced(world, op)?;
    if world.witness.kernel_calls > 0 {
        return Ok(());
    }
    judge_swap(world)?;
    judge_account_was_tried(world)
}

pub(super) fn judge_synced(world: &World<'_>, op: &Op) -> CheckResult {
    let is_late = world.witness.is_syncing && world.is_total_over();
    let is_synced = world.witness.is_synced || is_late || world.life.is_container();
    Check::SyncsBeforeTheEnd.require(is_synced, || format!("{op:?}"))
}

fn judge_swap(world: &World<'_>) -> CheckResult {
    let is_seen = !world.witness.are_swaps_unknown && world.life.has_proc;
    if !is_seen || world.is_total_over() {
        return Ok(());
    }
    let was_tried = |path: &str| world.witness.tried.on(path.as_bytes()).next().is_some();
    let left = world.disks.swaps.iter().find(|swap| !was_tried(&swap.path));
    Check::StopsSwap.require(left.is_none(), || format!("{left:?}"))
}

fn judge_account_was_tried(world: &World<'_>) -> CheckResult {
    let has_to = can_write_account(world) && holder_of_account(world).is_some();
    Check::WritesAccount.require(!has_to || world.witness.account_begun, || {
        "nobody has tried to write it".to_owned()
    })
}

/// What is left writable was named, when all is over.
pub(super) fn judge_disks(world: &World<'_>) -> CheckResult {
    if world.life.is_container() || world.report.became_successor || !world.is_over {
        return Ok(());
    }
    for mount in world.disks.writable() {
        let is_told = is_told(world, mount.plan.device);
        Check::NamesWhatIsLeftWritable.require(is_told, || mount.plan.target.clone())?;
    }
    Ok(())
}

/// Whether it was said that this file system is or may be writable, or PID 1 was lied to.
fn is_told(world: &World<'_>, device: u32) -> bool {
    let witness = &world.witness;
    // By any place where it was: an unmount that was given up may have come late.
    let mut mounts = world.life.mounts.iter().filter(|other| other.device == device);
    witness.lied_of.contains(&device)
        || witness.has_said("only the root is made read-only")
        || witness.has_said("no time is left for the disks")
        || witness.has_said("the mount table can't be read whole")
        || mounts.any(|other| is_named(world, &other.target))
}

fn is_named(world: &World<'_>, target: &str) -> bool {
    let lines = [format!("can't make {target} read-only"), format!("can't unmount {target}:")];
    lines.iter().any(|line| world.witness.has_said(line))
}
