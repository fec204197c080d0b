//! What PID 1 asks for besides.

use crate::ending::mutation::Mutation;
use crate::ending::world::World;
use rekindle_core::event::Effect;
use rekindle_core::op::{How, Op, OpId, ProcessOp, ReadOp, StorageOp};
use rekindle_core::signal::number;

/// What stands for the id of an op that PID 1 has not asked for.
pub(super) const NOBODYS: OpId = OpId(u32::MAX);

/// What it asks for before this.
pub(super) fn add_before(world: &World<'_>, mutation: Mutation, op: &Op, how: How) -> Vec<Effect> {
    match (mutation, op) {
        (Mutation::WatchesEverybody, Op::Process(ProcessOp::Signal { .. })) => {
            world.processes.keys().map(|pid| Effect::Watch { pid: *pid }).collect()
        }
        (Mutation::RemountsAllAtOnce, Op::Storage(StorageOp::RemountReadOnly { .. })) => {
            vec![Effect::Run { id: NOBODYS, op: op.clone(), how }; 20]
        }
        (Mutation::LooksWithoutRest, Op::Read(ReadOp::Census(_))) => {
            vec![Effect::Run { id: NOBODYS, op: op.clone(), how }; 200]
        }
        (Mutation::UnmountsBeforeAccount, Op::Storage(StorageOp::WriteFile { path, .. })) => {
            let target = world.disks.holder(path).map(|mount| mount.plan.target.clone());
            let target = target.unwrap_or_default().into_bytes();
            let op = Op::Storage(StorageOp::RemountReadOnly { target });
            vec![Effect::Run { id: NOBODYS, op, how }]
        }
        _ => Vec::new(),
    }
}

/// What it asks for after this.
pub(super) fn add_after(mutation: Mutation, op: &Op) -> Vec<Effect> {
    match (mutation, op) {
        (Mutation::KillsAtOnce, Op::Process(ProcessOp::Signal { whom, signal: number::TERM })) => {
            let op = Op::Process(ProcessOp::Signal { whom: *whom, signal: number::KILL });
            vec![Effect::Run { id: NOBODYS, op, how: How::Inline }]
        }
        _ => Vec::new(),
    }
}
