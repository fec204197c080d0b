//! Entries that run one after the other: "First, one after the other, in the order of the file".

use super::entry::State;
use super::state::Judge;
use super::turns::Turns;

/// inittab(5): "where there is no process to be had for it, it is tried for 10 seconds first".
const TRIED_MS: u64 = 10_000;

/// Gives the next its turn. Says whether all have had theirs.
pub(super) fn drive_turns(judge: &mut Judge<'_>, turns: &mut Turns) -> bool {
    let now_ms = judge.now_ms;
    loop {
        let Some(key) = turns.current else {
            let Some(next) = turns.waiting.pop_front() else { return true };
            (turns.current, turns.began_ms) = (Some(next), now_ms);
            if let Some(entry) = judge.entry_mut(next) {
                entry.state = State::Fresh;
            }
            continue;
        };
        let is_tried = now_ms.saturating_sub(turns.began_ms) < TRIED_MS;
        match judge.entry_mut(key).map(|entry| &mut entry.state) {
            None | Some(State::Had) => turns.current = None,
            Some(state @ State::Resting { .. }) => {
                let State::Resting { until_ms } = *state else { return false };
                if until_ms > now_ms {
                    return false;
                }
                *state = if is_tried { State::Fresh } else { State::Had };
            }
            Some(State::Fresh | State::Starting | State::Running { .. }) => return false,
        }
    }
}

/// Whether it is this entry's turn in any of them.
pub(super) fn has_turn(judge: &Judge<'_>, key: u32) -> bool {
    let scripts = judge.end.as_ref().map(|end| &end.scripts);
    let all = [judge.boot.as_ref(), judge.keys.as_ref(), scripts];
    all.into_iter().flatten().any(|turns| turns.current == Some(key))
}
