//! Runlevels, by inittab(5): "The machine boots through the sysinit entries, then those of boot and
//! bootwait, to the level of the initdefault entry". `#` and `*` are those of the boot.

use super::entry::{Entry, State};
use super::levels::Levels;
use super::state::{Judge, Stage};
use super::word::Word;
use rekindle_core::inittab::EntryAction;
use rekindle_core::utmp::Record;

/// How long single user rests before its entries run anew.
const SINGLE_RESTS_MS: u64 = 1_000;

/// sysvinit keeps 16 variables.
const MOST_VARIABLES: usize = 16;

/// Somebody has to leave first, or the table of the new level is not there yet.
pub(super) fn is_walk_suspended(judge: &Judge<'_>) -> bool {
    judge.is_leveled() && (judge.levels.awaits_table || !judge.leavers.is_empty())
}

/// The level is told everywhere, and what has no place in it will run anew when it has one again.
pub(super) fn enter(judge: &mut Judge<'_>, level: u8, previous: u8) {
    forget_turns(judge);
    judge.entries.iter_mut().for_each(|entry| entry.starts_ms.clear());
    (judge.levels.now, judge.levels.shown, judge.levels.previous) = (level, level, previous);
    forget_turns(judge);
    judge.owed.opens += 1;
    judge.owed.words.push(Word::Level(level));
    judge.records.add(Record::runlevel(level, previous));
}

/// Entries that are not of the level have their turn again when they are.
pub(super) fn forget_turns(judge: &mut Judge<'_>) {
    let now = judge.levels.now;
    for entry in &mut judge.entries {
        if !entry.is_alive() && !entry.is_on_event() && !entry.belongs_to(now) {
            entry.state = State::Fresh;
        }
    }
}

/// From one level of the boot to the next, and out of single user, as far as nothing is to be waited
/// for.
pub(super) fn settle_levels(judge: &mut Judge<'_>) {
    if judge.is_paused || is_walk_suspended(judge) || judge.stage != Stage::Serving {
        return;
    }
    loop {
        forget_turns(judge);
        if is_level_busy(judge) || !move_on(judge) {
            return;
        }
    }
}

pub(super) fn is_level_busy(judge: &Judge<'_>) -> bool {
    let (now, now_ms) = (judge.levels.now, judge.now_ms);
    let holds = |entry: &Entry| match entry.state {
        State::Resting { until_ms } if until_ms <= now_ms => true,
        State::Fresh => !entry.is_off(),
        State::Starting => true,
        State::Running { .. } => entry.action != EntryAction::Boot,
        State::Resting { .. } => entry.is_waited_for() || entry.action == EntryAction::Boot,
        State::Had => false,
    };
    let mut all = judge.entries.iter().filter(|entry| entry.is_in_table);
    all.any(|entry| entry.belongs_to(now) && holds(entry))
}

pub(super) fn move_on(judge: &mut Judge<'_>) -> bool {
    let Levels { now, first, default, has_booted, .. } = judge.levels;
    match now {
        b'#' => {
            judge.levels.now = if first == b'S' { b'S' } else { b'*' };
            judge.owed.opens += 1;
            judge.records.add(Record::boot());
        }
        b'*' => {
            judge.levels.has_booted = true;
            enter(judge, first, b'N');
        }
        b'S' if !has_booted && default != b'S' => {
            (judge.levels.now, judge.levels.first) = (b'*', default);
        }
        b'S' => {
            rest_single_user(judge);
            if default == b'S' {
                return false;
            }
            enter(judge, default, b'S');
        }
        _ => return false,
    }
    true
}

pub(super) fn rest_single_user(judge: &mut Judge<'_>) {
    let until_ms = judge.now_ms + SINGLE_RESTS_MS;
    for entry in judge.entries.iter_mut().filter(|entry| entry.is_in_table) {
        let is_resting = matches!(entry.state, State::Resting { .. });
        if entry.belongs_to(b'S') && !entry.is_on_event() && !is_resting {
            entry.state = State::Resting { until_ms };
        }
    }
}

/// telinit(8): "Change to that runlevel." The table is read first.
pub(super) fn change_level(judge: &mut Judge<'_>, level: u8, grace_ms: Option<u64>) {
    let previous = judge.levels.now;
    if !judge.is_leveled() || previous == level {
        return;
    }
    (judge.levels.awaits_table, judge.levels.grace_ms) = (true, grace_ms);
    enter(judge, level, previous);
    judge.reads += 1;
}

pub(super) fn set_variable(judge: &mut Judge<'_>, pair: &str) {
    let name = pair.split('=').next().unwrap_or_default();
    let variables = &mut judge.levels.variables;
    variables.retain(|(other, _)| other != name);
    if let Some((name, value)) = pair.split_once('=')
        && variables.len() < MOST_VARIABLES
    {
        variables.push((String::from(name), String::from(value)));
    }
}
