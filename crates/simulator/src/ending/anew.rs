//! PID 1 that executes a program anew.

use super::helper::FakeHelper;
use super::world::World;
use rekindle_core::event::Event;
use rekindle_core::pid1::{Pid1, StartArguments};
use rekindle_core::takeover::AFTER_PANIC;

/// What was under way is nobody's, what was not heard yet is lost; only the signals wait.
pub(super) fn begin_anew(world: &mut World<'_>, start: StartArguments) {
    world.pid1 = Pid1::new(start);
    world.helpers.iter_mut().for_each(FakeHelper::leave_behind);
    world.watched.clear();
    world.unheard.clear();
    world.events.retain(|event| matches!(event, Event::Signal(_)));
    world.events.push_front(Event::Start);
    if world.count_children() == 0 {
        world.events.push_front(Event::NoChildren);
    }
}

/// PID 1 executes itself as what starts nothing and answers as ever; its helpers are nobody's.
pub(super) fn panic(world: &mut World<'_>) {
    if world.is_accepted() {
        return;
    }
    world.helpers.clear();
    // What it has learned of anybody is lost.
    world.processes.values_mut().for_each(|process| process.is_known = false);
    let arguments = vec![AFTER_PANIC.to_bytes().to_vec()];
    begin_anew(world, StartArguments { arguments, ..StartArguments::default() });
}
