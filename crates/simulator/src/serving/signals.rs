//! Signals to PID 1, and children that have ended.

use super::world::World;
use rekindle_core::event::Event;
use rekindle_core::request::Origin;
use rekindle_core::signal::number;

/// How many children are reaped in one turn (event_loop.rs, `MOST_REAPED`).
const MOST_REAPED: usize = 32;

/// One that waits already is not sent again, if it is none of the real-time ones (signal(7)).
pub(super) fn raise(world: &mut World<'_>, origin: Origin) {
    // After an internal error nobody is so bold: what is forgotten would be started once more.
    if world.judge.is_after_panic() && matches!(origin.signal, number::HUP | number::CONT) {
        return;
    }
    let is_waiting = world.signals.iter().any(|other| other.signal == origin.signal);
    if origin.signal > 31 || !is_waiting {
        world.signals.push(origin);
    }
}

/// The lowest number comes first (signal(7)), and with it all children that have ended.
pub(super) fn take_signals(world: &mut World<'_>) {
    let first = (0..world.signals.len()).min_by_key(|at| world.signals[*at].signal);
    if let Some(at) = first {
        let origin = world.signals.remove(at);
        world.queue.push_back((Event::Signal(origin), None));
    }
    reap(world);
}

pub(super) fn reap(world: &mut World<'_>) {
    for _ in 0..MOST_REAPED {
        match world.processes.reap() {
            Some((pid, status)) => {
                world.queue.push_back((Event::ChildEnded { pid, status }, None));
            }
            None => {
                if world.processes.is_empty() {
                    world.queue.push_back((Event::NoChildren, None));
                }
                return;
            }
        }
    }
    raise(world, Origin { signal: number::CHLD, ..Origin::default() });
}
