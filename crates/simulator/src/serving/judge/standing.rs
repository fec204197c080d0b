//! Whether an entry may, and has to, be started now.

use super::check::ServingCheck;
use super::end::is_end_over;
use super::entry::{Entry, State};
use super::scripts::drive_end;
use super::sequence::{drive_turns, has_turn};
use super::state::{Judge, Stage};
use super::walk::{is_walk_suspended, settle_levels};
use rekindle_core::inittab::EntryAction;

/// How it stands with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has to be started at once.
    Due,
    /// It may be started.
    MayStart,
    Alive,
    Resting(u64),
    /// Somebody else has to end, or to leave, first.
    Held,
    Paused,
    /// Neither its time nor its place.
    NotItsTurn,
}

pub(super) fn standing(judge: &Judge<'_>, entry: &Entry) -> Standing {
    if entry.is_alive() {
        return Standing::Alive;
    }
    if !entry.is_in_table || entry.is_off() {
        return Standing::NotItsTurn;
    }
    match (judge.stage, judge.is_leveled()) {
        (Stage::Booting, _) => Standing::NotItsTurn,
        (Stage::Ending, _) => standing_of_turn(judge, entry),
        (Stage::Serving, true) => standing_in_level(judge, entry),
        (Stage::Serving, false) => standing_in_busybox(judge, entry),
    }
}

pub(super) fn rest_of(judge: &Judge<'_>, entry: &Entry) -> Standing {
    match entry.state {
        State::Fresh => Standing::Due,
        State::Resting { until_ms } if until_ms > judge.now_ms => Standing::Resting(until_ms),
        State::Resting { .. } => Standing::Due,
        State::Starting | State::Running { .. } => Standing::Alive,
        State::Had => Standing::NotItsTurn,
    }
}

pub(super) fn standing_of_turn(judge: &Judge<'_>, entry: &Entry) -> Standing {
    let is_over = is_end_over(judge) || !has_turn(judge, entry.key);
    if is_over { Standing::NotItsTurn } else { rest_of(judge, entry) }
}

/// "sysinit, wait, once, then respawn and askfirst" (init(8)).
pub(super) fn standing_in_busybox(judge: &Judge<'_>, entry: &Entry) -> Standing {
    if has_turn(judge, entry.key) {
        return rest_of(judge, entry);
    }
    let is_once = entry.action == EntryAction::Once;
    if !entry.is_respawned() && !is_once {
        return Standing::NotItsTurn;
    }
    if judge.boot.is_some() {
        return Standing::Held;
    }
    if judge.is_paused && entry.is_respawned() {
        return Standing::Paused;
    }
    match rest_of(judge, entry) {
        Standing::Due if is_terminal_taken(judge, entry.id) && is_once => Standing::MayStart,
        // Whoever leaves still has its terminal as its controlling one.
        Standing::Due if is_terminal_taken(judge, entry.id) => Standing::Held,
        Standing::Resting(_) if is_terminal_taken(judge, entry.id) => Standing::Held,
        standing => standing,
    }
}

pub(super) fn is_terminal_taken(judge: &Judge<'_>, id: &str) -> bool {
    let mut gone = judge.entries.iter().filter(|entry| !entry.is_in_table && entry.is_alive());
    !judge.leavers.is_empty() && gone.any(|entry| entry.id == id)
}

/// "In a level, entries run in the order of the file; one that is waited for lets those behind it
/// wait."
pub(super) fn standing_in_level(judge: &Judge<'_>, entry: &Entry) -> Standing {
    if judge.is_paused {
        return Standing::Paused;
    }
    if is_walk_suspended(judge) {
        return Standing::Held;
    }
    let now = judge.levels.now;
    let before = judge.entries.iter().take_while(|other| other.key != entry.key);
    let mut before = before.filter(|other| other.is_in_table && other.belongs_to(now));
    let is_held = before.any(|other| other.is_waited_for() && other.state != State::Had);
    match () {
        () if is_held => Standing::Held,
        () if entry.belongs_to(now) => rest_of(judge, entry),
        () => Standing::NotItsTurn,
    }
}

/// Whatever is over goes on.
pub(super) fn settle(judge: &mut Judge<'_>) {
    if judge.owed.becomes {
        return;
    }
    match (judge.stage, judge.is_leveled()) {
        (Stage::Booting, _) => {}
        (Stage::Ending, _) => drive_end(judge),
        (Stage::Serving, true) => settle_levels(judge),
        (Stage::Serving, false) => settle_busybox(judge),
    }
}

pub(super) fn settle_busybox(judge: &mut Judge<'_>) {
    if let Some(mut keys) = judge.keys.take()
        && !drive_turns(judge, &mut keys)
    {
        judge.keys = Some(keys);
    }
    let Some(mut boot) = judge.boot.take() else { return };
    if !drive_turns(judge, &mut boot) {
        judge.boot = Some(boot);
        return;
    }
    let is_once = |entry: &&mut Entry| entry.action == EntryAction::Once && entry.is_in_table;
    judge.entries.iter_mut().filter(is_once).for_each(|entry| entry.state = State::Fresh);
}

/// At the end of a step.
pub(super) fn check_nothing_due(judge: &mut Judge<'_>) {
    if judge.owed.becomes || judge.violation.is_some() {
        return;
    }
    let due = judge.entries.iter().find(|entry| standing(judge, entry) == Standing::Due);
    if let Some(seen) = due.map(|entry| format!("{} (line {})", entry.command, entry.line)) {
        judge.fail(ServingCheck::WhatIsDueIsStarted, || seen);
    }
}
