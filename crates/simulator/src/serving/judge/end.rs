//! The end of a run, up to the door of the last stage: init(8), "End of the machine".

use super::accepted::{Asking, End};
use super::entry::Entry;
use super::leaving::begin_leaving;
use super::state::{Judge, Stage};
use super::turns::Turns;
use super::walk::{enter, set_variable};
use super::word::Word;
use rekindle_core::inittab::EntryAction;
use rekindle_core::op::Outcome;
use rekindle_core::request::{Action, Urgency};

/// "The same request within a second counts once."
const SAME_MS: u64 = 1_000;

pub(super) fn restart_entry<'a>(judge: &'a Judge<'_>) -> Option<&'a Entry> {
    // "The first such entry counts."
    let is_it = |entry: &&Entry| entry.action == EntryAction::Restart && entry.is_in_table;
    judge.entries.iter().find(is_it)
}

/// Somebody asks for an end.
pub(super) fn ask_end(judge: &mut Judge<'_>, asking: Asking) {
    if judge.end.is_some() {
        return ask_again(judge, asking);
    }
    let is_kexec = restart_entry(judge).map(|entry| entry.command.contains("kexec"));
    match (asking.action, is_kexec) {
        (Action::Kexec, _) if judge.is_container() => judge.owed.words.push(Word::Refused),
        (Action::Kexec, _) | (Action::Restart, Some(true)) => judge.judging.push_back(asking),
        (Action::Restart, None) => judge.owed.words.push(Word::Refused),
        _ => accept(judge, asking),
    }
}

/// "A kexec with no kernel loaded is refused before anything is stopped."
pub(super) fn kernel_told(judge: &mut Judge<'_>, outcome: &Outcome) {
    let Some(asking) = judge.judging.pop_front() else { return };
    let is_loaded = outcome.look().seen().is_some_and(|text| text.starts_with(b"1"));
    if judge.end.is_some() {
        ask_again(judge, asking);
    } else if is_loaded {
        accept(judge, asking);
    } else {
        judge.owed.words.push(Word::Refused);
    }
}

pub(super) fn accept(judge: &mut Judge<'_>, asking: Asking) {
    let Asking { action, urgency, .. } = asking;
    judge.owed.words.push(Word::Accepted);
    judge.stage = Stage::Ending;
    (judge.reads, judge.boot, judge.keys) = (0, None, None);
    judge.requests.give_up_takeover();
    judge.end = Some(End {
        action,
        script_action: action,
        urgency,
        requested_ms: judge.now_ms,
        scripts: Turns::default(),
        last_pid: None,
        told_scripts: 0,
        over_ms: None,
    });
    if urgency > Urgency::Orderly {
        return;
    }
    let scripts = if judge.is_leveled() { enter_last_level(judge, action) } else { scripts(judge) };
    if let Some(end) = &mut judge.end {
        end.scripts = Turns::new(scripts);
    }
}

/// "The shutdown entries of inittab run one after the other"; "Entries that only unmount everything
/// … are left out".
pub(super) fn scripts(judge: &Judge<'_>) -> Vec<u32> {
    let is_script = |entry: &&Entry| {
        entry.action == EntryAction::Shutdown
            && entry.is_in_table
            && !entry.command.starts_with("/bin/umount")
    };
    judge.entries.iter().filter(is_script).map(|entry| entry.key).collect()
}

/// "In sysvinit's dialect the machine enters runlevel 6, or 0 for a halt and a power-off".
pub(super) fn enter_last_level(judge: &mut Judge<'_>, action: Action) -> Vec<u32> {
    match action {
        Action::Halt => set_variable(judge, "INIT_HALT=HALT"),
        Action::PowerOff => set_variable(judge, "INIT_HALT=POWEROFF"),
        _ => {}
    }
    let level = if matches!(action, Action::Halt | Action::PowerOff) { b'0' } else { b'6' };
    judge.levels.awaits_table = false;
    judge.levels.grace_ms = None;
    enter(judge, level, judge.levels.now);
    begin_leaving(judge, None);
    let is_script = |entry: &&Entry| {
        matches!(entry.action, EntryAction::Wait | EntryAction::Once)
            && entry.is_in_table
            && entry.has_field_for(level)
            && !entry.is_alive()
    };
    judge.entries.iter().filter(is_script).map(|entry| entry.key).collect()
}

/// "Asking again escalates." A script's own request is its last word.
pub(super) fn ask_again(judge: &mut Judge<'_>, asking: Asking) {
    let now_ms = judge.now_ms;
    let current = judge.end.as_ref().and_then(|end| end.scripts.current);
    let current = current.and_then(|key| judge.entry(key)?.pid());
    let Some(end) = &mut judge.end else { return };
    let scripts = [current, end.last_pid];
    let is_script = |pid: &u32| *pid == asking.pid || *pid == asking.session;
    if scripts.iter().flatten().any(is_script) {
        end.action = asking.action;
        if end.over_ms.is_none() {
            end.told_scripts += usize::from(end.scripts.current.is_some());
            end.over_ms = Some(now_ms);
        }
        judge.owed.words.push(Word::Joined);
        return;
    }
    let is_same = (asking.action, asking.urgency) == (end.action, end.urgency);
    if is_same && now_ms - end.requested_ms < SAME_MS {
        return;
    }
    let next = match end.urgency {
        Urgency::Orderly => Urgency::Hurried,
        Urgency::Hurried | Urgency::AtOnce => Urgency::AtOnce,
    };
    end.urgency = next.max(asking.urgency);
    judge.owed.words.push(Word::AskedAgain);
}

pub(super) fn is_end_over(judge: &Judge<'_>) -> bool {
    judge.end.as_ref().is_some_and(|end| end.over_ms.is_some())
}
