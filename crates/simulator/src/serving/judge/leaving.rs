//! Who has no place any more: "TERM to its process group, and KILL after 5 seconds, or those that -t
//! gave" (inittab(5)).

use super::entry::Entry;
use super::leaver::Leaver;
use super::state::Judge;
use super::word::Word;
use rekindle_core::inittab::EntryAction;
use rekindle_core::signal::number;

const GRACE_MS: u64 = 5_000;

/// Without levels what is started again leaves with its line; what runs once is let finish. `boot`
/// entries may outlive every level.
pub(super) fn has_to_leave(judge: &Judge<'_>, entry: &Entry) -> bool {
    let has_place = if judge.is_leveled() {
        let is_boot = entry.action == EntryAction::Boot;
        entry.is_in_table && (is_boot || entry.belongs_to(judge.levels.now))
    } else {
        entry.is_in_table || !entry.is_respawned()
    };
    entry.is_alive() && !has_place
}

/// The table was read, or a level is entered for the end.
pub(super) fn begin_leaving(judge: &mut Judge<'_>, grace_ms: Option<u64>) {
    let leave = judge.entries.iter().filter(|entry| has_to_leave(judge, entry));
    let leave: Vec<u32> = leave.map(|entry| entry.key).collect();
    judge.leavers.retain(|leaver| leave.contains(&leaver.key));
    let deadline_ms = judge.now_ms + grace_ms.unwrap_or(GRACE_MS);
    for key in leave {
        if !judge.leavers.iter().any(|leaver| leaver.key == key) {
            let leaver = Leaver { key, deadline_ms, is_asked: false, is_killed: false };
            judge.leavers.push(leaver);
        }
    }
    judge.drop_gone();
}

/// Each is asked as soon as it has a process, killed when its time is over, and given up when that
/// did not help.
pub(super) fn drive_leaving(judge: &mut Judge<'_>) {
    let (now_ms, kill_ms) = (judge.now_ms, judge.limits.kill_ms);
    let mut given_up = 0;
    let mut leavers = std::mem::take(&mut judge.leavers);
    leavers.retain_mut(|leaver| {
        let Some(entry) = judge.entry(leaver.key).filter(|entry| entry.is_alive()) else {
            return false;
        };
        let Some(pid) = entry.pid() else { return true };
        if !leaver.is_asked {
            leaver.is_asked = true;
            judge.owed.signals.push((pid, number::TERM));
        }
        if leaver.deadline_ms > now_ms {
            return true;
        }
        if !leaver.is_killed {
            judge.owed.signals.push((pid, number::KILL));
            leaver.deadline_ms = now_ms + kill_ms;
            leaver.is_killed = true;
            return true;
        }
        given_up += 1;
        false
    });
    judge.leavers = leavers;
    if given_up > 0 {
        judge.owed.words.push(Word::GivenUp(given_up));
    }
}
