//! Time: each wait ends, and ends as early as the facts allow.

use super::check::{Check, CheckResult};
use super::grace::owed_ms;
use crate::ending::process::FakeProcess;
use crate::ending::world::World;

/// How long before a look that found nothing new is tried again, in milliseconds.
const LOOK_AGAIN_MS: u64 = 100;

/// The longest pause between two looks at those who were killed.
const KILLED_PAUSE_MS: u64 = 400;

/// How much longer one gets each time that it is seen to have written.
const STILL_WRITING_MS: u64 = 1_000;

/// The longest rest before a busy mount is tried again.
const BUSY_REST_MS: u64 = 200;

/// How long before everything is tried again that did not end the machine.
const CALL_AGAIN_MS: u64 = 10_000;

/// How long PID 1 waits where it can't see anybody.
const BLIND_MS: u64 = 1_000;

/// How often a deadline may be over already when PID 1 goes to sleep.
const MOST_SPINS: u32 = 20;

/// Before time passes: PID 1 will be woken.
pub(in crate::ending) fn judge_wait(
    world: &World<'_>,
    pid1_ms: Option<u64>,
    world_ms: Option<u64>,
) -> CheckResult {
    Check::ComesToRest.require(world.witness.spins <= MOST_SPINS, || {
        format!("its deadline was over {MOST_SPINS} times in a row")
    })?;
    if !world.is_accepted() || is_under_way(world) {
        return Ok(());
    }
    Check::HasADeadline.require(pid1_ms.is_some(), || {
        format!("nothing is under way, and the world has {world_ms:?}")
    })
}

fn is_under_way(world: &World<'_>) -> bool {
    world.helpers_at_work().next().is_some()
}

/// Nothing happened from `before_ms` to `next_ms`: was there somebody to wait for?
pub(in crate::ending) fn judge_gap(world: &World<'_>, before_ms: u64, next_ms: u64) -> CheckResult {
    let is_judged = world.is_accepted() && world.life.managed.is_none();
    if !is_judged || is_under_way(world) {
        return Ok(());
    }
    let until_ms = facts_allow_until_ms(world, before_ms);
    Check::NeverDawdles.require(next_ms <= until_ms, || {
        format!("from {before_ms} to {next_ms}, and the facts allow {until_ms}")
    })
}

fn facts_allow_until_ms(world: &World<'_>, before_ms: u64) -> u64 {
    let witness = &world.witness;
    if witness.kernel_calls > 0 {
        before_ms + CALL_AGAIN_MS
    } else if witness.storage_began_ms.is_some() {
        before_ms + BUSY_REST_MS
    } else if witness.first_kill_ms.is_some() {
        before_ms + pause_of_killing_ms(world)
    } else if witness.poor_looks > 0 {
        owed_until_ms(world, before_ms) + BLIND_MS
    } else if witness.asking_rounds.is_empty() {
        before_ms + LOOK_AGAIN_MS
    } else {
        // Whoever has a process id that came back may be waited for in the place of the one before.
        let again_ms = if world.faults.recycles_pids { BLIND_MS } else { LOOK_AGAIN_MS };
        owed_until_ms(world, before_ms) + again_ms
    }
}

fn pause_of_killing_ms(world: &World<'_>) -> u64 {
    let is_left = world.alive().any(|one| !one.is_spared() && !one.is_kernel_thread());
    if is_left || world.witness.poor_looks > 0 { KILLED_PAUSE_MS } else { LOOK_AGAIN_MS }
}

/// Until when somebody has to be waited for who was asked and lives.
fn owed_until_ms(world: &World<'_>, before_ms: u64) -> u64 {
    let is_poor = world.witness.poor_looks > 0;
    let until = |process: &FakeProcess| {
        // Whom nobody saw when all were asked unseen has its time from when it was seen, and asked, on.
        let asked_ms = if is_poor { process.asked_last_ms } else { process.asked_ms };
        Some(asked_ms? + most_owed_ms(world, process))
    };
    world.alive().filter_map(until).max().unwrap_or(before_ms).max(before_ms)
}

/// The most that it may be waited for: a look may show it as less than it is.
fn most_owed_ms(world: &World<'_>, process: &FakeProcess) -> u64 {
    let settings = &world.witness.settings;
    let writing_ms = if process.plan.writes { STILL_WRITING_MS } else { 0 };
    if world.witness.poor_looks == 0 {
        return owed_ms(world, process) + writing_ms;
    }
    if process.plan.writes { settings.grace_most_ms + writing_ms } else { settings.grace_ms }
}
