//! The scripts of an end: "one after the other, each for at most script_ms" (init(8)).

use super::accepted::End;
use super::entry::{Entry, State};
use super::sequence::drive_turns;
use super::state::Judge;
use super::walk::is_walk_suspended;
use super::word::Word;
use rekindle_core::signal::number;

pub(super) fn scripts_deadline_ms(judge: &Judge<'_>, end: &End) -> u64 {
    end.requested_ms + end.total_ms(judge.limits.total_ms) / 4 * 3
}

pub(super) fn script_deadline_ms(judge: &Judge<'_>, end: &End) -> u64 {
    let limits = judge.limits;
    let most_ms = if judge.is_leveled() { limits.level_ms } else { limits.script_ms };
    (end.scripts.began_ms + most_ms).min(scripts_deadline_ms(judge, end))
}

/// Gives the next script its turn, and ends one whose time is over.
pub(super) fn drive_end(judge: &mut Judge<'_>) {
    let Some(mut end) = judge.end.take() else { return };
    let deadline_ms = scripts_deadline_ms(judge, &end);
    let is_late = end.is_hurried() || deadline_ms <= judge.now_ms;
    if end.over_ms.is_none() && (!is_walk_suspended(judge) || is_late) {
        if !end.is_hurried() && script_deadline_ms(judge, &end) <= judge.now_ms {
            kill_script(judge, &mut end);
        }
        if is_late || drive_turns(judge, &mut end.scripts) {
            end.over_ms = Some(judge.now_ms);
        }
    }
    judge.end = Some(end);
}

pub(super) fn kill_script(judge: &mut Judge<'_>, end: &mut End) {
    let Some(key) = end.scripts.current.take() else { return };
    end.told_scripts += 1;
    judge.owed.words.push(Word::ScriptKilled);
    if let Some(pid) = judge.entry(key).and_then(Entry::pid) {
        judge.owed.signals.push((pid, number::KILL));
    }
}

pub(super) fn end_deadline_ms(judge: &Judge<'_>) -> Option<u64> {
    let end = judge.end.as_ref().filter(|end| end.over_ms.is_none())?;
    if judge.is_leveled() && !judge.leavers.is_empty() {
        let leave = judge.leavers.iter().map(|leaver| leaver.deadline_ms).min();
        return Some(leave?.min(scripts_deadline_ms(judge, end)));
    }
    let script = script_deadline_ms(judge, end);
    let entry = end.scripts.current.and_then(|key| judge.entry(key));
    match entry.map(|entry| entry.state) {
        Some(State::Resting { until_ms }) => Some(script.min(until_ms)),
        _ => Some(script),
    }
}
