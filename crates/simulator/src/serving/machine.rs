//! A life is lived through.

use super::becoming::panic_if_due;
use super::clock::{happen_after_op, wait};
use super::judge::{ServingCheck, after_step, at_rest, begins_last_stage, sees, takes};
use super::kernel::{perform_inline, start_helper};
use super::log::{tell_effect, tell_event};
use super::ready::{give_up_late_helpers, list_ready, take, tick};
use super::world::{Subject, World};
use rekindle_core::event::{Effect, Event};
use rekindle_core::op::{How, Op};
use rekindle_core::time::Moment;
use std::fmt::Write as _;

/// More turns than any life takes.
const MOST_TURNS: u32 = 60_000;

/// Lives until the last stage begins, or a check fails.
pub(super) fn live(world: &mut World<'_>) {
    handle_events(world);
    while !world.ends() {
        let deadline_ms = world.deadline_ms();
        at_rest(&mut world.judge, deadline_ms, world.now_ms);
        world.turns += 1;
        if world.turns > MOST_TURNS {
            world.judge.fail(ServingCheck::NoSpin, || format!("{MOST_TURNS} turns and no end"));
        }
        wait(world);
        panic_if_due(world);
        handle_events(world);
        take_all_ready(world);
        give_up_late_helpers(world);
        tick(world);
        handle_events(world);
    }
    if let Some(log) = &mut world.log {
        let _ = writeln!(log, "{:8} {:?}", world.now_ms, world.judge.violation());
    }
}

pub(super) fn handle_events(world: &mut World<'_>) {
    while !world.ends()
        && let Some((event, op)) = world.queue.pop_front()
    {
        step(world, event, op);
    }
}

pub(super) fn step(world: &mut World<'_>, event: Event, op: Option<Op>) {
    world.note(|| tell_event(&event));
    let told = world.mutator.event(&event, op.as_ref());
    let mut effects = Vec::new();
    for event in told {
        effects.append(&mut world.pid1.step(event, Moment(world.now_ms)));
    }
    world.mutator.effects(&event, op.as_ref(), &mut effects);
    takes(&mut world.judge, &event, op.as_ref(), &effects, world.now_ms);
    let incarnation = world.incarnations;
    for effect in effects {
        world.note(|| tell_effect(&effect));
        sees(&mut world.judge, &effect);
        if world.ends() {
            return;
        }
        apply(world, effect);
        if world.incarnations != incarnation || world.is_over {
            return;
        }
    }
    let deadline_ms = world.deadline_ms();
    after_step(&mut world.judge, deadline_ms);
}

pub(super) fn apply(world: &mut World<'_>, effect: Effect) {
    match effect {
        Effect::Say { .. } | Effect::Watch { .. } | Effect::Unwatch { .. } => {}
        Effect::Run { id, op, how } => {
            if id.0 >= 1 << 31 {
                // The last stage has begun in place.
                begins_last_stage(&mut world.judge, None);
                world.is_over = true;
                return;
            }
            match how {
                How::Inline => perform_inline(world, id, op),
                How::Helper { deadline_ms } => start_helper(world, id, op, deadline_ms),
            }
            world.ops += 1;
            happen_after_op(world);
        }
    }
}

/// Each is heeded before the next is taken.
pub(super) fn take_all_ready(world: &mut World<'_>) {
    let mut ready = list_ready(world);
    let mut chance = world.chance(Subject::Order, u64::from(world.turns));
    for at in (1..ready.len()).rev() {
        ready.swap(at, chance.below(at as u64 + 1) as usize);
    }
    let incarnation = world.incarnations;
    for one in ready {
        take(world, one);
        handle_events(world);
        if world.incarnations != incarnation || world.ends() {
            return;
        }
    }
}
