//! What PID 1 asks for.

use super::added::{add_after, add_before};
use super::dropped::is_dropped;
use super::replaced::replace;
use super::sayings::mutate_saying;
use crate::ending::world::World;
use rekindle_core::event::Effect;
use rekindle_core::op::Outcome;

/// What comes of an effect: itself, nothing, another, or more than that.
pub(in crate::ending) fn mutate_effect(world: &mut World<'_>, effect: Effect) -> Vec<Effect> {
    let Some(mutation) = world.life.mutation else { return vec![effect] };
    let Effect::Run { id, op, how } = &effect else {
        return mutate_saying(world, mutation, effect);
    };
    if is_dropped(&world.witness, mutation, op) {
        // PID 1 takes what it has not done for done.
        world.tell(*id, Outcome::Done);
        return Vec::new();
    }
    let before = add_before(world, mutation, op, *how);
    let after = add_after(mutation, op);
    let itself = replace(mutation, *id, op, *how).unwrap_or_else(|| vec![effect]);
    [before, itself, after].concat()
}
