//! sysvinit's dialect: runlevels decide what runs.
//!
//! ```text
//! # sysinit ─► * boot, bootwait ─► 2 … 5 ─► 0, 6 (an end, see end.rs)
//!     └──────► S single user ─────► ▲
//! ```
//!
//! Entries are walked in the order of the file; one that is waited for stops the walk until it has
//! ended. Source of the rules: sysvinit src/init.c, `start_if_needed` and `boot_transitions`.

use super::sequence::Sequence;
use super::slot::{RETRY_MS, Slot, SlotState};
use super::{Brain, Stage};
use crate::action::Action;
use crate::event::Severity;
use crate::inittab::sysvinit::{LEVEL_BOOT, LEVEL_SINGLE, LEVEL_SYSINIT, first_level, is_urgent};
use crate::inittab::{Dialect, Entry, EntryAction, Table};
use crate::op::{How, Op};
use crate::text::{cut, parts};
use crate::utmp::Record;
use alloc::format;
use alloc::vec::Vec;

/// The runlevel where nothing names one. sysvinit asks on the console, which a machine without
/// anybody in front of it would wait for in vain; 2 is the first of several users everywhere.
const DEFAULT_LEVEL: u8 = b'2';

/// PREVLEVEL while there was none (sysvinit src/init.c).
const NO_LEVEL: u8 = b'N';

/// What runs alone on the console when the table has nothing for single user, and before all else
/// in an emergency (sysvinit src/paths.h, SULOGIN).
const SULOGIN: &[u8] = b"/sbin/sulogin";

/// Where the machine is among its runlevels.
#[derive(Clone, Debug, Default)]
pub(super) struct Levels {
    /// The level in effect, or one of the fake levels of the boot.
    pub(super) now: u8,
    /// RUNLEVEL and PREVLEVEL of children.
    shown: u8,
    previous: u8,
    /// Where the boot leads.
    first: u8,
    /// What the table says of it.
    default: u8,
    has_booted: bool,
    /// The slots in the order of the walk.
    pub(super) order: Vec<u32>,
    /// For a change of level inittab is read first; then who leaves has this long.
    reading_for_ms: Option<u64>,
    /// `INIT_…` variables that telinit and shutdown have set.
    pub(super) variables: Vec<Vec<u8>>,
}

impl Levels {
    pub(super) fn is_booting(&self) -> bool {
        matches!(self.now, LEVEL_SYSINIT | LEVEL_BOOT) || self.reading_for_ms.is_some()
    }

    /// For a PID 1 that takes over.
    pub(super) fn render(&self) -> Vec<Vec<u8>> {
        let Self { now, shown, previous, default, .. } = self;
        let mut pairs =
            Vec::from([[b"levels=", [*now, *shown, *previous, *default].as_slice()].concat()]);
        pairs.extend(self.variables.iter().map(|pair| [b"variable=", pair.as_slice()].concat()));
        pairs
    }

    /// Reads back what [`Levels::render`] made. What is not known is passed over.
    pub(super) fn set(&mut self, key: &[u8], value: &[u8]) {
        match (key, value) {
            (b"levels", [now, shown, previous, default, ..]) => {
                (self.now, self.shown, self.previous, self.default) =
                    (*now, *shown, *previous, *default);
                self.has_booted = true;
            }
            (b"variable", pair) => self.variables.push(pair.to_vec()),
            _ => {}
        }
    }

    /// Whether the console belongs to one user: at boot and in single user.
    pub(super) fn is_single(&self) -> bool {
        matches!(self.now, LEVEL_SYSINIT | LEVEL_BOOT | LEVEL_SINGLE)
    }
}

impl Brain {
    /// Begins to run sysvinit's `table`.
    pub(super) fn serve_levels(&mut self, mut table: Table) {
        self.stage = Stage::Serving;
        let words = core::mem::take(&mut self.birth.arguments);
        let default = first_level(&table).unwrap_or(DEFAULT_LEVEL);
        let first = words.iter().find_map(|word| level_of_argument(word)).unwrap_or(default);
        self.environment = crate::child::plan_sysvinit_environment(&self.birth.environment);
        let asks = |names: &[&[u8]]| words.iter().any(|word| names.contains(&word.as_slice()));
        if asks(&[b"auto", b"-a"]) {
            crate::child::set(&mut self.environment, "AUTOBOOT", b"YES");
        }
        if asks(&[b"emergency", b"-b"]) {
            table.entries.insert(0, built_in(EntryAction::Sysinit, b""));
        }
        self.birth.arguments = words;
        self.levels = Some(Levels {
            now: LEVEL_SYSINIT,
            shown: LEVEL_SINGLE,
            previous: NO_LEVEL,
            first,
            default,
            ..Levels::default()
        });
        let takes_keys = |entry: &Entry| entry.action == EntryAction::KbRequest;
        // A container's keyboard is its host's.
        if !self.is_contained() && table.entries.iter().any(takes_keys) {
            self.run_and_forget(Op::AcceptKeyboardRequest, How::Inline);
        }
        self.take_levels_table(table);
    }

    fn levels_mut(&mut self, change: impl FnOnce(&mut Levels)) {
        if let Some(levels) = &mut self.levels {
            change(levels);
        }
    }

    /// The dialect in effect.
    pub(super) fn dialect(&self) -> Dialect {
        if self.levels.is_some() { Dialect::Sysvinit } else { Dialect::BusyBox }
    }

    /// Takes a table's entries over: those that were there keep their process, their id being what
    /// tells them apart, and a new command counts from their next start.
    pub(super) fn take_levels_table(&mut self, mut table: Table) {
        if !table
            .entries
            .iter()
            .any(|entry| entry.runs_in(LEVEL_SINGLE) && !is_urgent(entry.action))
        {
            table.entries.push(built_in(EntryAction::Wait, b"S"));
        }
        let default = first_level(&table).unwrap_or(DEFAULT_LEVEL);
        let (urgent, others): (Vec<Entry>, Vec<Entry>) =
            table.entries.into_iter().partition(|entry| is_urgent(entry.action));
        self.slots.iter_mut().for_each(|slot| slot.is_removed = true);
        let mut hint = 0;
        let order: Vec<u32> = urgent
            .into_iter()
            .chain(others)
            .map(|entry| self.keep_or_add(entry, &mut hint))
            .collect();
        self.levels_mut(|levels| {
            levels.default = default;
            levels.order = order;
        });
    }

    /// Looks for the slot of `entry` from `hint` on, where it is if the file has not been reordered.
    fn keep_or_add(&mut self, entry: Entry, hint: &mut usize) -> u32 {
        let is_same = |slot: &Slot| {
            slot.is_removed
                && (&slot.entry.id, slot.entry.action) == (&entry.id, entry.action)
                && (slot.entry.id != b"~~" || slot.entry.command == entry.command)
        };
        match super::serve::find_from(&self.slots, *hint, is_same) {
            Some((at, slot)) => {
                *hint = at.saturating_add(1);
                let id = slot.id;
                if let Some(slot) = self.slot_mut(id) {
                    slot.is_removed = false;
                    slot.entry = entry;
                    slot.forgive();
                }
                id
            }
            None => {
                // What waits for an event has had its turn until the event comes.
                let state =
                    if entry.action.is_on_event() { SlotState::Done } else { SlotState::Idle };
                let id = self.add_slot(entry);
                self.set_state(id, state);
                id
            }
        }
    }

    /// Moves on what the level in effect makes run, and from one level of the boot to the next.
    pub(super) fn advance_levels(&mut self) {
        if self.is_walk_suspended() || self.is_held {
            return;
        }
        loop {
            self.walk_entries();
            if !self.leave_boot_level() {
                return;
            }
        }
    }

    /// Whether nothing is started because somebody has to leave first.
    pub(super) fn is_walk_suspended(&self) -> bool {
        self.levels
            .as_ref()
            .is_some_and(|levels| levels.reading_for_ms.is_some() || self.leaving.is_under_way())
    }

    fn walk_entries(&mut self) {
        let mut at = 0usize;
        while let Some(levels) = &self.levels
            && let Some(id) = levels.order.get(at).copied()
            && self.pass_entry(id, levels.now)
        {
            at = at.saturating_add(1);
        }
    }

    /// Starts what is due. Returns whether the walk goes on to the next entry.
    fn pass_entry(&mut self, id: u32, level: u8) -> bool {
        let now = self.now;
        let Some(slot) = self.slot_mut(id) else { return true };
        let action = slot.entry.action;
        let is_single = matches!(level, LEVEL_SYSINIT | LEVEL_BOOT | LEVEL_SINGLE);
        let runs = slot.entry.runs_in(level) || slot.is_on_demand && !is_single;
        match slot.state {
            SlotState::Running { .. } | SlotState::Starting => return !action.is_waited_for(),
            _ if !runs => {
                if !action.is_on_event() {
                    slot.state = SlotState::Idle;
                }
                return true;
            }
            SlotState::Done => return true,
            SlotState::Resting { until } if until > now => return !action.is_waited_for(),
            SlotState::Idle | SlotState::Resting { .. } => {}
        }
        self.start_slot(id);
        !action.is_waited_for()
    }

    /// Whether a process of an entry is alive or about to be; `boot` entries hold nothing up.
    fn is_level_alive(&self) -> bool {
        self.slots.iter().any(|slot| slot.is_alive() && slot.entry.action != EntryAction::Boot)
            || self.levels.as_ref().is_some_and(|levels| self.has_waited_rest(levels.now))
    }

    /// An entry that is waited for and whose start is being tried again.
    fn has_waited_rest(&self, level: u8) -> bool {
        self.slots.iter().any(|slot| {
            slot.entry.action.is_waited_for()
                && slot.entry.runs_in(level)
                && slot.resting_until().is_some()
        })
    }

    /// Goes on to the next level of the boot, or from single user to the table's level. Returns
    /// whether there was one to go to.
    fn leave_boot_level(&mut self) -> bool {
        if self.is_level_alive() {
            return false;
        }
        let Some(levels) = &mut self.levels else { return false };
        match levels.now {
            LEVEL_SYSINIT => {
                levels.now = if levels.first == LEVEL_SINGLE { LEVEL_SINGLE } else { LEVEL_BOOT };
                self.open_control_fifo();
                self.record(Record::boot());
            }
            LEVEL_BOOT => {
                levels.has_booted = true;
                let first = levels.first;
                self.enter_level(first, NO_LEVEL);
                self.prepare_image();
            }
            LEVEL_SINGLE if !levels.has_booted && levels.default != LEVEL_SINGLE => {
                (levels.now, levels.first) = (LEVEL_BOOT, levels.default);
            }
            LEVEL_SINGLE => {
                let default = levels.default;
                self.rest_single_user();
                if default == LEVEL_SINGLE {
                    return false;
                }
                self.enter_level(default, LEVEL_SINGLE);
            }
            _ => return false,
        }
        true
    }

    /// Single user again: its entries run anew, but never in a tight circle.
    fn rest_single_user(&mut self) {
        let until = self.now.after_ms(RETRY_MS);
        for slot in self.slots.iter_mut().filter(|slot| slot.entry.runs_in(LEVEL_SINGLE)) {
            // One that rests already goes on resting: nothing has run since.
            if !slot.entry.action.is_on_event() && slot.resting_until().is_none() {
                slot.state = SlotState::Resting { until };
            }
        }
    }

    /// Makes `level` the one in effect, and says so everywhere.
    pub(super) fn enter_level(&mut self, level: u8, previous: u8) {
        self.levels_mut(|levels| {
            (levels.now, levels.shown, levels.previous) = (level, level, previous);
        });
        self.open_control_fifo();
        self.record(Record::runlevel(level, previous));
        self.say(Severity::Info, format!("entering runlevel {}", char::from(level)));
    }

    /// A change to `level`, from outside. What does not belong there is ended first.
    pub(super) fn change_level(&mut self, level: u8, grace_ms: u64) {
        let Some(levels) = &mut self.levels else { return };
        if levels.now == level {
            return;
        }
        let previous = levels.now;
        levels.reading_for_ms = Some(grace_ms);
        self.enter_level(level, previous);
        self.read_inittab();
    }

    /// The end of sysvinit's machine: who has no place in `level` is ended, and then its entries run
    /// one after the other. INIT_HALT tells scripts what comes behind runlevel 0 (shutdown(8) of sysvinit).
    pub(super) fn plan_level_of_end(&mut self, level: u8) -> Sequence {
        let is_halt = self.end.as_ref().is_some_and(|end| end.request.action == Action::Halt);
        let word: &[u8] = if is_halt { b"INIT_HALT=HALT" } else { b"INIT_HALT=POWEROFF" };
        if level == b'0' {
            self.set_level_variables(Vec::from([word.to_vec()]));
        }
        let previous = self.levels.as_ref().map_or(NO_LEVEL, |levels| levels.now);
        self.enter_level(level, previous);
        self.write_account_early();
        self.begin_leaving(0);
        let runs = |slot: &&Slot| {
            matches!(slot.entry.action, EntryAction::Wait | EntryAction::Once)
                && slot.entry.runs_in(level)
                && !slot.is_alive()
        };
        let order = self.levels.as_ref().map(|levels| levels.order.as_slice()).unwrap_or_default();
        let slots = order.iter().filter_map(|id| self.slot(*id)).filter(runs).map(|slot| slot.id);
        Sequence::new(slots.collect::<Vec<u32>>().into_iter())
    }

    /// inittab has been read again, or could not be: what does not belong is ended.
    pub(super) fn level_table_read(&mut self) {
        let grace_ms = self.levels.as_mut().and_then(|levels| levels.reading_for_ms.take());
        self.slots.iter_mut().for_each(Slot::forgive);
        self.begin_leaving(grace_ms.unwrap_or(0));
    }

    /// `telinit a`, `b` or `c`: entries of that name run, whatever the level.
    pub(super) fn start_on_demand(&mut self, name: u8) {
        let is_named = |slot: &&mut Slot| {
            slot.entry.runlevels.iter().any(|one| one.eq_ignore_ascii_case(&name))
        };
        for slot in self.slots.iter_mut().filter(is_named) {
            slot.is_on_demand = true;
            if slot.state == SlotState::Done {
                slot.state = SlotState::Idle;
            }
        }
    }

    /// Something happened that entries of these actions wait for. Returns whether there are any.
    pub(super) fn trigger(&mut self, actions: &[EntryAction]) -> bool {
        let mut has_any = false;
        for slot in self.slots.iter_mut().filter(|slot| actions.contains(&slot.entry.action)) {
            has_any |= !slot.is_removed;
            if slot.state == SlotState::Done {
                slot.state = SlotState::Idle;
            }
        }
        has_any
    }

    /// What sysvinit's children find in their environment besides PID 1's own.
    pub(super) fn add_level_variables(&self, environment: &mut Vec<Vec<u8>>) {
        let Some(levels) = &self.levels else { return };
        for pair in &levels.variables {
            let Some((name, value)) = cut(pair, b'=') else { continue };
            if let Ok(name) = core::str::from_utf8(name) {
                crate::child::set(environment, name, value);
            }
        }
        crate::child::set(environment, "RUNLEVEL", &[levels.shown]);
        crate::child::set(environment, "PREVLEVEL", &[levels.previous]);
    }

    /// Takes `NAME=value` and bare names, which unset, from the FIFO.
    pub(super) fn set_level_variables(&mut self, pairs: Vec<Vec<u8>>) {
        let Some(levels) = &mut self.levels else { return };
        for pair in pairs {
            let name = parts(&pair, b'=').next();
            levels.variables.retain(|old| parts(old, b'=').next() != name);
            if pair.contains(&b'=') && levels.variables.len() < MOST_VARIABLES {
                levels.variables.push(pair);
            }
        }
    }
}

/// sysvinit keeps 16 (src/init.c, NR_EXTRA_ENV).
const MOST_VARIABLES: usize = 16;

fn built_in(action: EntryAction, runlevels: &[u8]) -> Entry {
    Entry {
        line: 0,
        id: b"~~".to_vec(),
        runlevels: runlevels.to_vec(),
        action,
        command: SULOGIN.to_vec(),
    }
}

/// The runlevel that a word of the kernel's line asks for (sysvinit src/init.c, `main`).
fn level_of_argument(word: &[u8]) -> Option<u8> {
    match word {
        b"single" | b"-s" | b"S" | b"s" => Some(LEVEL_SINGLE),
        [level @ b'1'..=b'5'] | [level @ b'7'..=b'9'] => Some(*level),
        _ => None,
    }
}
