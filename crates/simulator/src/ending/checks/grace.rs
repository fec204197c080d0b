//! How long somebody has who was asked.

use crate::ending::plan::Manner;
use crate::ending::process::FakeProcess;
use crate::ending::world::World;
use rekindle_core::proc::process::TermAnswer;

/// What somebody gets whom TERM should have ended at once, in milliseconds.
const DYING_MS: u64 = 1_000;

/// What those get of whom nothing is known.
pub(super) const UNSEEN_MS: u64 = 1_000;

/// How long after TERM it may not be killed.
pub(super) fn owed_ms(world: &World<'_>, process: &FakeProcess) -> u64 {
    let owed_ms = shown_ms(world, process);
    match (world.witness.poor_looks > 0, process.is_held()) {
        (false, _) => owed_ms,
        (true, false) => owed_ms.min(UNSEEN_MS),
        // It was looked at after TERM, which it can't take.
        (true, true) => owed_ms.min(world.witness.settings.pending_ms),
    }
}

/// By what it has shown of itself.
fn shown_ms(world: &World<'_>, process: &FakeProcess) -> u64 {
    let settings = &world.witness.settings;
    let since_ms = process.asked_ms.map_or(0, |asked_ms| world.now_ms.saturating_sub(asked_ms));
    let grace_ms =
        |is_longer: bool| if is_longer { settings.grace_most_ms } else { settings.grace_ms };
    match process.shown {
        TermAnswer::Ignores => 0,
        TermAnswer::LeavesPending => settings.pending_ms,
        TermAnswer::Handles => grace_ms(process.plan.writes && !process.plan.blocks_look),
        // It has shown what it is: it was in sigwait(3).
        TermAnswer::Dies if is_waiting_for_signals(process) && since_ms >= DYING_MS => {
            grace_ms(process.plan.writes)
        }
        TermAnswer::Dies => DYING_MS,
    }
}

fn is_waiting_for_signals(process: &FakeProcess) -> bool {
    matches!(process.plan.manner, Manner::SigWait(_)) && !process.is_held()
}
