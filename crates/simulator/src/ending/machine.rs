//! A life is lived through: PID 1 is told what happens, and what it asks for is done and judged.

use super::checks::{Check, judge_end, judge_op, judge_saying, judge_step};
use super::helpers::start_helper;
use super::kernel::perform;
use super::life::EndingLife;
use super::mutate::{mutate_effect, mutate_event};
use super::passing::{pass_time, send};
use super::report::Report;
use super::tell::render_op;
use super::world::World;
use crate::life::Violation;
use rekindle_core::event::{Effect, Event};
use rekindle_core::op::{How, Op, OpId, ProcessOp};
use rekindle_core::time::Moment;

/// More events than any moment of a machine has.
const MOST_EVENTS_AT_ONCE: usize = 10_000;

/// Lives until it is over, or a check fails, or this time has come.
pub(super) fn live_until(life: &EndingLife, until_ms: u64) -> (Report, Option<Violation<Check>>) {
    let mut world = World::new(life);
    while !world.is_settled() && world.now_ms < until_ms {
        heed_events(&mut world);
        if !world.is_settled() {
            pass_time(&mut world, until_ms);
        }
    }
    world.take_verdict(judge_end(&world, until_ms));
    close(world)
}

/// What is left of the machine.
fn close(world: World<'_>) -> (Report, Option<Violation<Check>>) {
    let World { disks, processes, mut report, .. } = world;
    report.ended_ms = world.now_ms;
    report.writable = disks.writable().map(|mount| mount.plan.target.clone()).collect();
    let survivors = processes.iter().filter(|(_, process)| process.can_be_killed());
    report.survivors = survivors.map(|(pid, _)| *pid).collect();
    (report, world.violation)
}

/// PID 1 takes one event after the other, and the machine does what it asks for.
fn heed_events(world: &mut World<'_>) {
    let mut count = 0;
    while let Some(event) = world.events.pop_front() {
        count += 1;
        if count > MOST_EVENTS_AT_ONCE {
            let broken = Check::ComesToRest.broken(format!("{event:?} and on"));
            return world.take_verdict(Err(broken));
        }
        let Some(event) = mutate_event(world, event) else { continue };
        for effect in step(world, event) {
            if world.is_settled() {
                return;
            }
            for effect in mutate_effect(world, effect) {
                apply(world, effect);
            }
        }
    }
}

fn step(world: &mut World<'_>, event: Event) -> Vec<Effect> {
    note_heard(world, &event);
    let effects = world.pid1.step(event, Moment(world.now_ms));
    world.witness.counts(world.processes.len());
    world.take_verdict(judge_step(world, &effects));
    effects
}

/// What PID 1 is told counts from when it hears it.
fn note_heard(world: &mut World<'_>, event: &Event) {
    let Event::Finished { id, .. } = event else { return };
    if let Some(at) = world.unheard.iter().position(|(other, ..)| other == id) {
        let (_, op, outcome) = world.unheard.swap_remove(at);
        world.witness.end(&op, &outcome);
    }
}

fn apply(world: &mut World<'_>, effect: Effect) {
    match effect {
        Effect::Say { text, .. } => say(world, text),
        Effect::Watch { pid } => watch(world, pid),
        Effect::Unwatch { pid } => unwatch(world, pid),
        Effect::Run { id, op, how } => run(world, id, op, how),
    }
}

fn say(world: &mut World<'_>, text: String) {
    world.log(format_args!("{text}"));
    world.take_verdict(judge_saying(world, &text));
    world.witness.say(text, world.now_ms);
}

fn watch(world: &mut World<'_>, pid: u32) {
    world.log_op(format_args!("watches {pid}"));
    if world.processes.get(&pid).is_some_and(|process| process.is_alive()) {
        world.watched.push(pid);
        world.report.most_watched = world.report.most_watched.max(world.watched.len());
    } else {
        world.events.push_back(Event::Gone { pid });
    }
}

fn unwatch(world: &mut World<'_>, pid: u32) {
    world.log_op(format_args!("unwatches {pid}"));
    world.watched.retain(|other| *other != pid);
}

fn run(world: &mut World<'_>, id: OpId, op: Op, how: How) {
    world.op_count += 1;
    if world.life.tells_ops {
        let by = if how == How::Inline { "itself" } else { "a helper" };
        world.log_op(format_args!("{by}: {}", render_op(&op)));
    }
    send_with_op(world, &op);
    world.take_verdict(judge_op(world, &op, how));
    match how {
        How::Inline => perform_inline(world, id, op),
        How::Helper { deadline_ms } => start_helper(world, id, op, deadline_ms),
    }
}

/// What is to be asked with this op.
fn send_with_op(world: &mut World<'_>, op: &Op) {
    let is_become = matches!(op, Op::Process(ProcessOp::Become(_)));
    let is_accepted = world.is_accepted();
    for signal in world.schedule.take_requests_of_op(world.op_count, is_become, is_accepted) {
        send(world, signal);
    }
}

fn perform_inline(world: &mut World<'_>, id: OpId, op: Op) {
    world.witness.begin(&op, world.now_ms);
    if let Some(outcome) = perform(world, &op) {
        world.unheard.push((id, op, outcome.clone()));
        world.tell(id, outcome);
    }
}
