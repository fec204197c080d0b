//! PID 1 becomes another program, or fails and goes on.

use super::judge::{begins_last_stage, fails_and_goes_on, is_taken_over};
use super::signals::reap;
use super::world::World;
use rekindle_core::errno::Errno;
use rekindle_core::event::Event;
use rekindle_core::op::{Become, Outcome, Program};
use rekindle_core::pid1::{Pid1, StartArguments};
use rekindle_core::signal::number;
use rekindle_core::takeover::{AFTER_PANIC, TAKEOVER};

/// What works never comes back.
pub(super) fn become_program(world: &mut World<'_>, to: &Become) -> Option<Outcome> {
    match &to.program {
        Program::Prepared(_) if !world.has_copy || world.troubles.copy_fails => {
            Some(Outcome::Failed(Errno::EACCES))
        }
        Program::Prepared(_) => {
            begins_last_stage(&mut world.judge, Some(to));
            world.is_over = true;
            None
        }
        Program::Paths(_) if world.troubles.successor_fails => Some(Outcome::Failed(Errno::ENOENT)),
        Program::Paths(_) => {
            let lost = if to.keeps_signals { 0 } else { world.signals.len() };
            if !to.keeps_signals {
                world.signals.clear();
            }
            is_taken_over(&mut world.judge, lost, world.now_ms);
            begin_anew(
                world,
                StartArguments {
                    arguments: vec![TAKEOVER.to_vec()],
                    environment: to.environment.clone(),
                    handed_over: world.mutator.handed_over(to.handed_over.clone()),
                    ..StartArguments::default()
                },
            );
            None
        }
    }
}

/// PID 1 is another program: what it had open is closed, and its helpers are children like others.
pub(super) fn begin_anew(world: &mut World<'_>, start: StartArguments) {
    world.pid1 = Pid1::new(start);
    world.incarnations += 1;
    world.queue.clear();
    world.helpers.clear();
    world.fifo.close();
    reap(world);
    world.queue.push_back((Event::Start, None));
}

pub(super) fn panic_if_due(world: &mut World<'_>) {
    if std::mem::take(&mut world.panics) {
        world.note(|| String::from("! PID 1 fails and goes on"));
        fails_and_goes_on(&mut world.judge, world.now_ms);
        // See `happen`; and an end that was under way is forgotten.
        world.signals.retain(|origin| !matches!(origin.signal, number::HUP | number::CONT));
        world.has_forced_end = false;
        let arguments = vec![AFTER_PANIC.to_bytes().to_vec()];
        begin_anew(world, StartArguments { arguments, ..StartArguments::default() });
    }
}
