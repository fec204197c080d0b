//! Ops that PID 1 takes for done and has not asked for.

use crate::ending::mutation::Mutation;
use crate::ending::witness::Witness;
use rekindle_core::op::{Op, ProcessOp, StorageOp, Whom};
use rekindle_core::signal::number;

pub(super) fn is_dropped(witness: &Witness, mutation: Mutation, op: &Op) -> bool {
    match op {
        Op::Storage(op) => is_storage_dropped(mutation, op),
        Op::Process(ProcessOp::Signal { whom, signal }) => {
            is_signal_dropped(witness, mutation, *whom, *signal)
        }
        _ => false,
    }
}

fn is_storage_dropped(mutation: Mutation, op: &StorageOp) -> bool {
    match op {
        StorageOp::Sync => mutation == Mutation::SkipsFinalSync,
        StorageOp::SwapOff { .. } => mutation == Mutation::KeepsSwapping,
        StorageOp::WriteFile { .. } => mutation == Mutation::LosesAccount,
        StorageOp::Unmount { .. } | StorageOp::RemountReadOnly { .. } => false,
    }
}

fn is_signal_dropped(witness: &Witness, mutation: Mutation, whom: Whom, signal: u8) -> bool {
    match mutation {
        Mutation::NeverAsks => signal == number::TERM,
        Mutation::NeverKills => signal == number::KILL,
        Mutation::LeavesStopped => signal == number::CONT,
        Mutation::ContinuesLate => {
            let is_too_early = witness.asking_rounds.is_empty();
            signal == number::CONT && matches!(whom, Whom::Process(_)) && is_too_early
        }
        _ => false,
    }
}
