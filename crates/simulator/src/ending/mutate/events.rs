//! What PID 1 hears.

use crate::ending::mutation::Mutation;
use crate::ending::world::World;
use rekindle_core::event::Event;

/// The event as PID 1 hears it, if it does.
pub(in crate::ending) fn mutate_event(world: &World<'_>, event: Event) -> Option<Event> {
    let is_missed = match (world.life.mutation, &event) {
        (Some(Mutation::MissesEnds), Event::Gone { .. } | Event::NoChildren) => true,
        (Some(Mutation::MissesEnds), Event::ChildEnded { pid, .. }) => {
            !world.witness.helper_pids.contains(pid)
        }
        (Some(Mutation::IgnoresSecondRequest), Event::Signal(_)) => world.is_accepted(),
        _ => false,
    };
    (!is_missed).then_some(event)
}
