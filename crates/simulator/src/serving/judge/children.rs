//! Starts, and ends.

use super::check::ServingCheck;
use super::entry::{Entry, State};
use super::plan::{check_plan, runs};
use super::standing::{Standing, standing};
use super::state::{Judge, Stage};
use super::word::Word;
use rekindle_core::child::Child;
use rekindle_core::event::ExitStatus;
use rekindle_core::inittab::EntryAction;
use rekindle_core::op::{OpId, Outcome};
use rekindle_core::utmp::{Record, RecordKind};

/// How long a start that failed is not tried again.
const RETRY_MS: u64 = 1_000;

/// inittab(5), respawn: "within a second"; "from the sixth time on the pause doubles, up to a minute".
const QUICK_MS: u64 = 1_000;
const FIRST_DOUBLED: u32 = 6;
const LONGEST_REST_MS: u64 = 60_000;

/// "the tenth time within two minutes it rests for five".
const WITHIN_MS: u64 = 120_000;
const MOST_ENDS: u32 = 10;
const LONG_REST_MS: u64 = 300_000;

/// The most starts of one entry within a second: sysvinit's ten at once, where one count of two minutes
/// ends and the next begins; and BusyBox's two.
const MOST_STARTS: [usize; 2] = [20, 2];

fn rest_after_end(entry: &mut Entry, now_ms: u64) -> State {
    let since_ms = if let State::Running { since_ms, .. } = entry.state { since_ms } else { 0 };
    entry.ends = if now_ms - since_ms < QUICK_MS { entry.ends + 1 } else { 0 };
    let rest_ms = match entry.ends {
        0 => 0,
        1..FIRST_DOUBLED => 1_000,
        more => LONGEST_REST_MS.min(2_000 << (more - FIRST_DOUBLED).min(16)),
    };
    State::Resting { until_ms: now_ms + rest_ms }
}

fn rest_within_limit(entry: &mut Entry, now_ms: u64) -> State {
    if now_ms - entry.counted_from_ms > WITHIN_MS {
        (entry.counted_from_ms, entry.ends) = (now_ms, 0);
    }
    entry.ends += 1;
    if entry.ends < MOST_ENDS {
        return State::Fresh;
    }
    entry.ends = 0;
    State::Resting { until_ms: now_ms + LONG_REST_MS }
}

/// PID 1 starts a process.
pub(super) fn sees_start(judge: &mut Judge<'_>, id: OpId, child: &Child) {
    let Some(key) = find_started(judge, child) else {
        let path = child.programs.first().map(|path| String::from_utf8_lossy(path));
        let seen = format!("{path:?} (line {}) stands in no table", child.line);
        return judge.fail(ServingCheck::OnlyWhatHasAPlaceIsStarted, || seen);
    };
    check_start(judge, key);
    check_order(judge, key);
    check_plan(judge, key, child);
    count_start(judge, key);
    judge.starting.push((id, key));
    if let Some(entry) = judge.entry_mut(key) {
        entry.state = State::Starting;
    }
}

/// The entry: by its line, its program and its terminal. Where several are alike, the one that is due.
pub(super) fn find_started(judge: &Judge<'_>, child: &Child) -> Option<u32> {
    let is_it = |entry: &&Entry| entry.line == child.line && runs(judge, entry, child);
    let mut alike: Vec<&Entry> = judge.entries.iter().filter(is_it).collect();
    alike.sort_by_key(|entry| {
        (!entry.is_in_table, !matches!(standing(judge, entry), Standing::Due))
    });
    alike.first().map(|entry| entry.key)
}

pub(super) fn check_start(judge: &mut Judge<'_>, key: u32) {
    let Some(entry) = judge.entry(key) else { return };
    let standing = standing(judge, entry);
    let check = match standing {
        Standing::Due | Standing::MayStart => return,
        Standing::Alive => ServingCheck::NobodyRunsTwice,
        Standing::Resting(_) => ServingCheck::RestIsKept,
        Standing::Held => ServingCheck::OrderIsKept,
        Standing::Paused => ServingCheck::PauseIsKept,
        Standing::NotItsTurn if judge.stage == Stage::Ending => {
            ServingCheck::OnlyScriptsAfterTheEnd
        }
        Standing::NotItsTurn => ServingCheck::OnlyWhatHasAPlaceIsStarted,
    };
    let seen = format!("{} (line {}): {standing:?}", entry.command, entry.line);
    judge.fail(check, || seen);
}

/// What is due and stands before it is started before it; in BusyBox's dialect `once` comes before
/// what is started again.
pub(super) fn check_order(judge: &mut Judge<'_>, key: u32) {
    let Some(entry) = judge.entry(key) else { return };
    let comes_before = |other: &&Entry| {
        let is_before = match judge.is_leveled() {
            true => true,
            false => other.action == EntryAction::Once && entry.is_respawned(),
        };
        is_before && standing(judge, other) == Standing::Due
    };
    let before = judge.entries.iter().take_while(|other| !judge.is_leveled() || other.key != key);
    let late = before.filter(|other| other.key != key).find(comes_before);
    if let Some(seen) = late.map(|late| format!("{} before {}", entry.command, late.command)) {
        judge.fail(ServingCheck::OrderIsKept, || seen);
    }
}

pub(super) fn count_start(judge: &mut Judge<'_>, key: u32) {
    let (now_ms, is_leveled) = (judge.now_ms, judge.is_leveled());
    let most = if is_leveled { MOST_STARTS[0] } else { MOST_STARTS[1] };
    let is_serving = judge.stage == Stage::Serving;
    let Some(entry) = judge.entry_mut(key).filter(|entry| entry.is_respawned()) else { return };
    entry.starts_ms.retain(|start| now_ms - start < QUICK_MS);
    entry.starts_ms.push(now_ms);
    let count = entry.starts_ms.len();
    if count > most && is_serving {
        judge.fail(ServingCheck::CrashLoopIsBounded, || format!("{count} starts in a second"));
    }
}

/// A start came to something.
pub(super) fn start_answered(judge: &mut Judge<'_>, id: OpId, outcome: &Outcome) {
    let Some(at) = judge.starting.iter().position(|(other, _)| *other == id) else { return };
    let (_, key) = judge.starting.swap_remove(at);
    let (since_ms, is_leveled) = (judge.now_ms, judge.is_leveled());
    complain(judge, key, outcome);
    let Some(entry) = judge.entry_mut(key) else { return };
    // "it is passed over", where others wait for it.
    let is_passed = entry.is_waited_for() || entry.action == EntryAction::Shutdown;
    entry.state = match outcome {
        Outcome::Started(pid) => State::Running { pid: *pid, since_ms },
        Outcome::NoTerminal(_) if is_passed => State::Had,
        _ => State::Resting { until_ms: since_ms + RETRY_MS },
    };
    drop_gone_unstarted(judge, outcome);
    let Some(entry) = judge.entry(key) else { return };
    if let (Outcome::Started(pid), true, true) = (outcome, is_leveled, entry.mark.is_empty()) {
        let record = Record::process(RecordKind::Started, entry.id.as_bytes(), *pid);
        judge.records.add(record);
    }
}

/// Not at each try: only if it is another reason than before.
pub(super) fn complain(judge: &mut Judge<'_>, key: u32, outcome: &Outcome) {
    let is_terminal = matches!(outcome, Outcome::NoTerminal(_));
    let complaint = outcome.error().map(|errno| (is_terminal, errno));
    let Some(entry) = judge.entry_mut(key) else { return };
    let before = std::mem::replace(&mut entry.complaint, complaint);
    if complaint.is_some() && complaint != before {
        judge.owed.words.push(Word::CantStart);
    }
}

/// One that left the table meanwhile is not tried again.
pub(super) fn drop_gone_unstarted(judge: &mut Judge<'_>, outcome: &Outcome) {
    if !matches!(outcome, Outcome::Started(_)) {
        judge.drop_gone();
    }
}

/// A process ended, somebody's or nobody's.
pub(super) fn child_ended(judge: &mut Judge<'_>, pid: u32, status: ExitStatus) {
    let (now_ms, is_leveled) = (judge.now_ms, judge.is_leveled());
    let Some(entry) = judge.entries.iter_mut().find(|entry| entry.pid() == Some(pid)) else {
        return;
    };
    let key = entry.key;
    if is_leveled && entry.mark.is_empty() {
        judge.records.add(Record::process(RecordKind::Ended, entry.id.as_bytes(), pid));
    }
    entry.state = match (entry.is_respawned(), is_leveled) {
        (true, true) => rest_within_limit(entry, now_ms),
        (true, false) => rest_after_end(entry, now_ms),
        (false, _) => State::Had,
    };
    let is_throttled = match (entry.is_respawned(), is_leveled) {
        (true, true) => matches!(entry.state, State::Resting { .. }),
        (true, false) => entry.ends == FIRST_DOUBLED,
        (false, _) => false,
    };
    let is_bad = status != ExitStatus::Exited(0) && entry.action != EntryAction::Once;
    let is_bad = is_bad && !entry.is_respawned();
    let words = [(is_throttled, Word::Throttled), (is_bad, Word::EndedBadly)];
    judge.owed.words.extend(words.into_iter().filter_map(|(is_so, word)| is_so.then_some(word)));
    end_turns(judge, key, pid);
    judge.drop_gone();
}

pub(super) fn end_turns(judge: &mut Judge<'_>, key: u32, pid: u32) {
    let turns = [&mut judge.boot, &mut judge.keys];
    for turns in turns.into_iter().flatten() {
        turns.end_turn(key);
    }
    if let Some(end) = &mut judge.end
        && end.scripts.end_turn(key)
    {
        end.last_pid = Some(pid);
        end.told_scripts += 1;
    }
}
