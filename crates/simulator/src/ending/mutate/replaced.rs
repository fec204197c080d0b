//! Ops in whose place PID 1 asks for others.

use super::added::NOBODYS;
use crate::ending::mutation::Mutation;
use rekindle_core::event::Effect;
use rekindle_core::op::{CensusOp, How, KernelOp, Op, OpId, ReadOp, RebootCommand, StorageOp};

/// What PID 1 asks for in the place of this, if it does.
pub(super) fn replace(mutation: Mutation, id: OpId, op: &Op, how: How) -> Option<Vec<Effect>> {
    let by_itself = || Some(vec![Effect::Run { id, op: op.clone(), how: How::Inline }]);
    match (mutation, op) {
        (Mutation::LooksByItself, Op::Read(ReadOp::Census(CensusOp::Closer { .. })))
        | (Mutation::UnmountsByItself, Op::Storage(StorageOp::Unmount { .. })) => by_itself(),
        (Mutation::WritesUntrueAccount, Op::Storage(StorageOp::WriteFile { path, bytes })) => {
            let op = Op::Storage(StorageOp::WriteFile { path, bytes: whitewash(bytes) });
            Some(vec![Effect::Run { id, op, how }])
        }
        (Mutation::EndsOtherwise, Op::Kernel(KernelOp::Reboot(RebootCommand::PowerOff))) => {
            Some(vec![Effect::Run { id, op: restart(), how }])
        }
        (
            Mutation::EndsBeforeDisks,
            Op::Read(ReadOp::File { path: "/proc/self/mountinfo", .. }),
        ) => {
            let ops = [Op::Storage(StorageOp::Sync), restart()];
            Some(ops.into_iter().map(|op| Effect::Run { id: NOBODYS, op, how }).collect())
        }
        _ => None,
    }
}

fn restart() -> Op {
    Op::Kernel(KernelOp::Reboot(RebootCommand::Restart))
}

/// An account in which everybody ended by itself.
fn whitewash(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    text.replace("ignored-term", "ended").replace("out-of-grace", "ended").into_bytes()
}
