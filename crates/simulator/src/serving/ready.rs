//! What PID 1 takes from the kernel, one after the other (event_loop.rs, `turn`).

use super::signals::take_signals;
use super::world::{FakeHelper, World};
use rekindle_core::event::Event;
use rekindle_core::op::{OpId, Outcome};

/// Something that is ready.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ready {
    Signals,
    Fifo,
    Helper(OpId),
}

pub(super) fn list_ready(world: &World<'_>) -> Vec<Ready> {
    let mut ready = Vec::new();
    if !world.signals.is_empty() {
        ready.push(Ready::Signals);
    }
    if world.fifo.is_readable() {
        ready.push(Ready::Fifo);
    }
    let done = world.helpers.iter().filter(|one| one.done_ms.is_some_and(|at| at <= world.now_ms));
    ready.extend(done.map(|one| Ready::Helper(one.id)));
    ready
}

pub(super) fn take(world: &mut World<'_>, ready: Ready) {
    match ready {
        Ready::Signals => take_signals(world),
        Ready::Fifo => {
            if let Some(bytes) = world.fifo.read() {
                world.queue.push_back((Event::Initctl(bytes), None));
            }
        }
        Ready::Helper(id) => {
            let Some(at) = world.helpers.iter().position(|one| one.id == id) else { return };
            let FakeHelper { op, outcome, .. } = world.helpers.swap_remove(at);
            world.queue.push_back((Event::Finished { id, outcome }, Some(op)));
        }
    }
}

pub(super) fn give_up_late_helpers(world: &mut World<'_>) {
    let now_ms = world.now_ms;
    while let Some(at) = world.helpers.iter().position(|one| one.deadline_ms <= now_ms) {
        let FakeHelper { id, op, pid, .. } = world.helpers.swap_remove(at);
        world.processes.kill(pid, now_ms);
        world.queue.push_back((Event::Finished { id, outcome: Outcome::TimedOut }, Some(op)));
    }
}

pub(super) fn tick(world: &mut World<'_>) {
    if world.deadline_ms().is_some_and(|deadline| deadline <= world.now_ms) {
        world.queue.push_back((Event::Tick, None));
    }
}
