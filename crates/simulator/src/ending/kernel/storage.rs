//! Ops on storage.

use crate::ending::checks::judge_account;
use crate::ending::world::World;
use rekindle_core::errno::Errno;
use rekindle_core::op::{Outcome, StorageOp};

/// What comes of an op, or what the machine says of it that is not true.
pub(super) fn perform_on_storage(world: &mut World<'_>, op: &StorageOp) -> Outcome {
    let mut chance = world.chance(10 + u64::from(world.witness.storage_ops));
    if chance.percent(world.faults.fails) {
        return Outcome::Failed(Errno::EIO);
    }
    if chance.percent(world.faults.says_done) {
        lie(world, op);
        return Outcome::Done;
    }
    let outcome = change_storage(world, op);
    if chance.percent(world.faults.says_failed) {
        lie(world, op);
        return Outcome::Failed(Errno::EIO);
    }
    outcome
}

/// What is said of this from now on is not PID 1's fault.
fn lie(world: &mut World<'_>, op: &StorageOp) {
    match op {
        StorageOp::Unmount { target } | StorageOp::RemountReadOnly { target } => {
            if let Some(at) = world.disks.at(target) {
                world.witness.lied_of.push(world.disks.mounts[at].plan.device);
            }
            world.witness.lied_about.push(target.clone());
        }
        StorageOp::SwapOff { path } => world.witness.lied_about.push(path.clone()),
        StorageOp::WriteFile { .. } | StorageOp::Sync => {}
    }
}

fn change_storage(world: &mut World<'_>, op: &StorageOp) -> Outcome {
    let held = held(world);
    match op {
        StorageOp::Unmount { target } => {
            let began_ms = world.witness.storage_began_ms.unwrap_or(world.now_ms);
            world.disks.unmount(target, &held, world.now_ms - began_ms)
        }
        StorageOp::RemountReadOnly { target } => world.disks.make_read_only(target, &held),
        StorageOp::SwapOff { path } => world.disks.swap_off(path),
        StorageOp::Sync => Outcome::Done,
        StorageOp::WriteFile { path, bytes } => {
            let holder = world.disks.holder(path);
            if !holder.is_some_and(|mount| world.disks.is_writable(mount.plan.device)) {
                return Outcome::Failed(Errno::EROFS);
            }
            world.take_verdict(judge_account(world, bytes));
            Outcome::Done
        }
    }
}

/// The mounts on which somebody holds a file open.
fn held(world: &World<'_>) -> Vec<u32> {
    world.alive().filter_map(|process| process.plan.holds).collect()
}
