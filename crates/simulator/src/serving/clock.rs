//! Time: PID 1 sleeps until something is to be done, and what is due happens.

use super::happen::happen;
use super::happening::When;
use super::judge::ServingCheck;
use super::ready::list_ready;
use super::signals::raise;
use super::world::World;
use rekindle_core::request::Origin;

/// How long PID 1 sleeps at least when its deadline has passed (event_loop.rs, `SHORTEST_WAIT_MS`).
const SHORTEST_WAIT_MS: u64 = 10;

pub(super) fn happen_after_op(world: &mut World<'_>) {
    let (life, ops) = (world.life, world.ops);
    let mut due = Vec::new();
    world.coming.retain(|at| {
        let is_due = life.happenings[*at].when == When::AfterOp(ops);
        if is_due {
            due.push(*at);
        }
        !is_due
    });
    due.into_iter().for_each(|at| happen(world, life.happenings[at].what));
}

/// Sleeps until something is to be done.
pub(super) fn wait(world: &mut World<'_>) {
    pass_time(world);
    if !list_ready(world).is_empty() {
        return;
    }
    let core = world
        .deadline_ms()
        .map(|at| if at <= world.now_ms { world.now_ms + SHORTEST_WAIT_MS } else { at });
    let helpers = world.helpers.iter().flat_map(|one| [Some(one.deadline_ms), one.done_ms]);
    let happenings = world.coming.iter().filter_map(|at| match world.life.happenings[*at].when {
        When::At(ms) => Some(ms),
        When::AfterOp(_) => None,
    });
    let forced = (!world.has_forced_end).then_some(world.life.lasts_ms);
    let processes = world.processes.next_change_ms();
    let next = helpers.chain([core, forced, processes]).flatten().chain(happenings).min();
    match next {
        Some(next) => world.now_ms = world.now_ms.max(next),
        None => world.judge.fail(ServingCheck::NoEndlessWait, || {
            String::from("an end was asked for, and nothing is waited for any more")
        }),
    }
    pass_time(world);
}

/// What is due happens.
pub(super) fn pass_time(world: &mut World<'_>) {
    for origin in world.processes.pass_time(world.now_ms) {
        raise(world, origin);
    }
    let life = world.life;
    while let Some(place) = world.coming.iter().position(|at| match life.happenings[*at].when {
        When::At(ms) => ms <= world.now_ms,
        When::AfterOp(_) => false,
    }) {
        let at = world.coming.remove(place);
        happen(world, life.happenings[at].what);
    }
    if !world.has_forced_end && world.now_ms >= life.lasts_ms {
        world.has_forced_end = true;
        raise(world, Origin { signal: 39, ..Origin::default() });
    }
}
