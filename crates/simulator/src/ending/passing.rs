//! Time passes, and what happens meanwhile happens.

use super::anew::panic;
use super::checks::{judge_gap, judge_wait};
use super::children::{end_processes, fork_processes};
use super::helpers::end_helpers;
use super::mutation::Mutation;
use super::pids::ASKING_PID;
use super::world::World;
use rekindle_core::event::Event;
use rekindle_core::request::Origin;

/// Goes to the next moment at which anything happens.
pub(super) fn pass_time(world: &mut World<'_>, until_ms: u64) {
    let before_ms = world.now_ms;
    let deadline_ms = deadline_ms(world);
    // PID 1's event loop never comes back to a deadline that has passed sooner than this.
    let pid1_ms = deadline_ms.map(|at_ms| at_ms.max(before_ms + 1));
    let others_ms = next_of_world_ms(world);
    world.witness.rests(pid1_ms, before_ms);
    world.take_verdict(judge_wait(world, pid1_ms, others_ms));
    let next_ms = others_ms.into_iter().chain(pid1_ms).min().unwrap_or(until_ms).max(before_ms);
    jump_from(world, next_ms);
    world.take_verdict(judge_gap(world, before_ms, next_ms));
    happen(world);
    if deadline_ms.is_some_and(|at_ms| at_ms <= world.now_ms) {
        world.events.push_back(Event::Tick);
    }
}

fn deadline_ms(world: &World<'_>) -> Option<u64> {
    let deadline = world.pid1.next_deadline().map(|deadline| deadline.0);
    deadline.filter(|_| world.life.mutation != Some(Mutation::ForgetsDeadline))
}

/// When something happens that PID 1 does not wait for by a deadline of its own.
fn next_of_world_ms(world: &World<'_>) -> Option<u64> {
    let processes = world.processes.values();
    let ends = processes.clone().filter_map(|process| process.ends_at_ms);
    let forks = processes.filter_map(|process| process.forks_at_ms);
    let helpers = world.helpers.iter().filter_map(|helper| helper.ends_at_ms);
    ends.chain(forks).chain(helpers).chain(world.schedule.next_ms()).min()
}

/// It is this time, or later by a jump.
fn jump_from(world: &mut World<'_>, next_ms: u64) {
    let by_ms = world.schedule.take_jump(next_ms).unwrap_or(0);
    world.witness.jumped_ms += by_ms;
    world.now_ms = next_ms + by_ms;
}

fn happen(world: &mut World<'_>) {
    let count = world.count_children();
    fork_processes(world);
    end_processes(world);
    end_helpers(world);
    if count > 0 && world.count_children() == 0 {
        world.events.push_back(Event::NoChildren);
    }
    while let Some(signal) = world.schedule.take_request(world.now_ms) {
        send(world, signal);
    }
    while let Some(bytes) = world.schedule.take_bytes(world.now_ms) {
        world.events.push_back(Event::Initctl(bytes));
    }
    if world.schedule.take_panic(world.now_ms) {
        panic(world);
    }
}

/// Somebody asks for something by a signal.
pub(super) fn send(world: &mut World<'_>, signal: u8) {
    let origin = Origin { signal, pid: ASKING_PID, uid: 0, ..Origin::default() };
    world.witness.sent(signal, world.now_ms);
    world.events.push_back(Event::Signal(origin));
}
