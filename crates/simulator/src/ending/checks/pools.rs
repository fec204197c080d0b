//! How much there is at once.

use super::check::{Check, CheckResult};
use crate::ending::world::World;
use rekindle_core::event::Effect;
use rekindle_core::op::Op;

/// The pools of design.md, rule 2.
const MOST_WATCHED: usize = 16;
const MOST_HELPERS: usize = 16;
const MOST_STORAGE_OPS: usize = 8;

/// A step asks for no more than the machine is large.
pub(in crate::ending) fn judge_step(world: &World<'_>, effects: &[Effect]) -> CheckResult {
    let most = 64 + 4 * (world.witness.most_processes + world.helpers.len());
    Check::StaysWithinItsPools
        .require(effects.len() <= most, || format!("{} effects in a step", effects.len()))?;
    let watched = world.watched.len();
    Check::StaysWithinItsPools
        .require(watched <= MOST_WATCHED, || format!("{watched} processes watched"))
}

/// One more helper begins.
pub(super) fn judge_pools(world: &World<'_>, op: &Op) -> CheckResult {
    let count = world.helpers_at_work().count() + 1;
    Check::StaysWithinItsPools
        .require(count <= MOST_HELPERS, || format!("{count} helpers, the last for {op:?}"))?;
    if !matches!(op, Op::Storage(_)) {
        return Ok(());
    }
    let count = world.helpers_at_work().filter(|helper| helper.is_on_storage()).count() + 1;
    // A sync, early or at the end, is beside the pool.
    Check::StaysWithinItsPools
        .require(count <= MOST_STORAGE_OPS + 1, || format!("{count} ops on storage, {op:?}"))
}
