//! The table: at boot, and when it is read again.

use super::entry::{Entry, State};
use super::leaving::begin_leaving;
use super::levels::{default_level, level_of_word};
use super::state::{Judge, Stage};
use super::turns::Turns;
use super::word::Word;
use crate::serving::table::{Command, Line};
use rekindle_core::inittab::{Dialect, EntryAction};
use rekindle_core::op::Outcome;

/// inittab(5), FILES: what stands in for a file that can't be read at boot.
const BUILT_IN: [(&str, EntryAction, &str); 7] = [
    ("", EntryAction::Sysinit, "/etc/init.d/rcS"),
    ("", EntryAction::AskFirst, "-/bin/sh"),
    ("tty2", EntryAction::AskFirst, "-/bin/sh"),
    ("tty3", EntryAction::AskFirst, "-/bin/sh"),
    ("tty4", EntryAction::AskFirst, "-/bin/sh"),
    ("", EntryAction::CtrlAltDel, "reboot"),
    ("", EntryAction::Restart, "init"),
];

pub(super) fn built_in(
    judge: &mut Judge<'_>,
    id: &'static str,
    action: EntryAction,
    command: &str,
) -> Entry {
    let (mark, command) = command.strip_prefix('-').map_or(("", command), |command| ("-", command));
    let line = Line { id, levels: "", action, mark, command: Command::Program(0) };
    Entry::of_command(judge.new_key(), 0, line, String::from(command))
}

pub(super) fn sulogin(judge: &mut Judge<'_>, action: EntryAction, levels: &'static str) -> Entry {
    Entry { levels, ..built_in(judge, "~~", action, "/sbin/sulogin") }
}

pub(super) fn entries_of(judge: &mut Judge<'_>, lines: Vec<(usize, Line)>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (line, told) in lines {
        let mut entry = Entry::new(judge.new_key(), line, told);
        if !judge.is_leveled() && told.mark == "+" {
            // BusyBox has no such mark.
            (entry.mark, entry.command) = ("", format!("+{}", entry.command));
        }
        entries.push(entry);
    }
    entries
}

/// The file was read.
pub(super) fn table_read(judge: &mut Judge<'_>, outcome: &Outcome) {
    match judge.stage {
        Stage::Booting => first_table(judge, outcome),
        Stage::Serving => read_again(judge, outcome),
        Stage::Ending => {}
    }
}

pub(super) fn order(judge: &Judge<'_>, outcome: &Outcome) -> Option<Vec<(usize, Line)>> {
    let bytes = outcome.whole().ok()?;
    // Which of the life's tables it was; several may look the same.
    let mut read = judge.life.tables.iter().zip(&judge.files);
    let (file, _) = read.find(|(file, all)| file.is_whole() && *all == bytes)?;
    file.order(judge.dialect)
}

pub(super) fn first_table(judge: &mut Judge<'_>, outcome: &Outcome) {
    judge.stage = Stage::Serving;
    judge.dialect = judge.life.dialect;
    let lines = order(judge, outcome);
    if lines.is_none() {
        judge.dialect = Dialect::BusyBox;
    }
    match judge.dialect {
        Dialect::BusyBox => begin_busybox(judge, lines),
        Dialect::Sysvinit => begin_levels(judge, lines.unwrap_or_default()),
    }
}

pub(super) fn begin_busybox(judge: &mut Judge<'_>, lines: Option<Vec<(usize, Line)>>) {
    let first = judge.life.arguments.first().copied().unwrap_or_default();
    judge.entries = if ["single", "-s", "1", "S"].contains(&first) {
        Vec::from([built_in(judge, "", EntryAction::Respawn, "-/bin/sh")])
    } else if let Some(lines) = lines {
        entries_of(judge, lines)
    } else {
        judge.owed.words.push(Word::Unreadable);
        BUILT_IN.map(|(id, action, command)| built_in(judge, id, action, command)).to_vec()
    };
    let keys_of = |action| {
        let all = judge.entries.iter().filter(move |entry| entry.action == action);
        all.map(|entry| entry.key)
    };
    let boot = keys_of(EntryAction::Sysinit).chain(keys_of(EntryAction::Wait));
    judge.boot = Some(Turns::new(boot));
}

pub(super) fn begin_levels(judge: &mut Judge<'_>, lines: Vec<(usize, Line)>) {
    let arguments = &judge.life.arguments;
    let is_emergency = arguments.iter().any(|word| ["emergency", "-b"].contains(word));
    take_levels_table(judge, lines, is_emergency);
    let asked = judge.life.arguments.iter().find_map(|word| level_of_word(word));
    judge.levels.first = asked.unwrap_or(judge.levels.default);
}

/// "After HUP, where the file can't be read, everything stays as it is."
pub(super) fn read_again(judge: &mut Judge<'_>, outcome: &Outcome) {
    judge.reads = judge.reads.saturating_sub(1);
    if let Some(lines) = order(judge, outcome) {
        match judge.dialect {
            Dialect::BusyBox => take_busybox_table(judge, lines),
            Dialect::Sysvinit => take_levels_table(judge, lines, false),
        }
    } else {
        judge.owed.words.push(Word::Unreadable);
    }
    judge.levels.awaits_table = false;
    let grace_ms = judge.levels.grace_ms.take();
    judge.entries.iter_mut().for_each(Entry::forgive);
    begin_leaving(judge, grace_ms);
}

/// "new sysinit, wait and once entries are not" started.
pub(super) fn take_busybox_table(judge: &mut Judge<'_>, lines: Vec<(usize, Line)>) {
    let new = entries_of(judge, lines);
    replace(judge, new, Entry::is_same_in_busybox, |entry| {
        use EntryAction::{Once, Sysinit, Wait};
        matches!(entry.action, Sysinit | Wait | Once)
    });
}

/// "Where no entry runs in S, `~~:S:wait:/sbin/sulogin` is added."
pub(super) fn take_levels_table(
    judge: &mut Judge<'_>,
    lines: Vec<(usize, Line)>,
    is_emergency: bool,
) {
    let mut new = Vec::new();
    if is_emergency {
        new.push(sulogin(judge, EntryAction::Sysinit, ""));
    }
    new.extend(entries_of(judge, lines));
    if !new.iter().any(|entry| entry.has_field_for(b'S') && !entry.is_urgent()) {
        new.push(sulogin(judge, EntryAction::Wait, "S"));
    }
    let default = new.iter().find(|entry| entry.action == EntryAction::InitDefault);
    judge.levels.default = default_level(default.map(|entry| entry.levels));
    new.sort_by_key(|entry| !entry.is_urgent());
    replace(judge, new, Entry::is_same_in_sysvinit, Entry::is_on_event);
}

/// What stays keeps its process. Of several that are the same, those next to the one before count
/// first.
pub(super) fn replace(
    judge: &mut Judge<'_>,
    new: Vec<Entry>,
    is_same: fn(&Entry, &Entry) -> bool,
    has_had_turn: fn(&Entry) -> bool,
) {
    let mut old = std::mem::take(&mut judge.entries);
    old.sort_by_key(|entry| entry.key);
    let mut old: Vec<Option<Entry>> = old.into_iter().map(Some).collect();
    let mut hint = 0;
    for mut entry in new {
        let is_it = |at: &usize| old[*at].as_ref().is_some_and(|old| is_same(old, &entry));
        let found = (hint..old.len()).chain(0..hint).find(is_it);
        if let Some((at, kept)) = found.and_then(|at| Some((at, old[at].take()?))) {
            hint = at + 1;
            (entry.key, entry.state) = (kept.key, kept.state);
            (entry.is_on_demand, entry.complaint) = (kept.is_on_demand, kept.complaint);
            entry.counted_from_ms = kept.counted_from_ms;
        } else if has_had_turn(&entry) {
            entry.state = State::Had;
        }
        judge.entries.push(entry);
    }
    for mut entry in old.into_iter().flatten() {
        entry.is_in_table = false;
        judge.entries.push(entry);
    }
}
