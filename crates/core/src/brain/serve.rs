//! Serving: inittab's entries are started in order, and again when they end.

use super::sequence::{START_TRIED_MS, Sequence, Turn};
use super::slot::{Complaint, RETRY_MS, Slot, SlotState};
use super::{Brain, Purpose, Stage};
use crate::child::{Child, Terminal, plan_command, plan_sysvinit_command};
use crate::errno::Errno;
use crate::event::{Ending, Severity};
use crate::inittab::sysvinit::Process;
use crate::inittab::{Dialect, Entry, EntryAction, Table};
use crate::op::{How, Op, Outcome};
use crate::request::{Origin, Request, Urgency};
use crate::text::Shown;
use crate::time::Moment;
use crate::utmp::{Record, RecordKind};
use alloc::boxed::Box;
use alloc::format;

/// Seven presses of Ctrl-Alt-Del in two seconds force a reboot (systemd(1), SIGINT).
const FORCING_PRESSES: usize = 7;
const FORCING_WITHIN_MS: u64 = 2_000;

impl Brain {
    /// Begins to run `table`.
    pub(super) fn serve(&mut self, table: Table) {
        if table.dialect == Dialect::Sysvinit {
            return self.serve_levels(table);
        }
        self.stage = Stage::Serving;
        self.add_entries(table);
        let order = [EntryAction::Sysinit, EntryAction::Wait];
        let slots =
            order.iter().flat_map(|action| self.slots_of(*action)).collect::<alloc::vec::Vec<_>>();
        self.boot_sequence = Some(Sequence::new(slots.into_iter()));
    }

    fn add_entries(&mut self, table: Table) {
        for entry in table.entries {
            self.add_slot(entry);
        }
    }

    /// Ids only grow, and slots stay in their order: that is what [`Brain::slot_at`] relies on.
    pub(super) fn add_slot(&mut self, entry: Entry) -> u32 {
        let id = self.next_slot;
        self.next_slot = id.saturating_add(1);
        self.slots.push(Slot::new(id, entry));
        id
    }

    fn slot_at(&self, id: u32) -> Option<usize> {
        self.slots.binary_search_by_key(&id, |slot| slot.id).ok()
    }

    pub(super) fn slot(&self, id: u32) -> Option<&Slot> {
        self.slots.get(self.slot_at(id)?)
    }

    /// The slots of one action, in the order of the file.
    pub(super) fn slots_of(&self, action: EntryAction) -> impl Iterator<Item = u32> {
        let is_wanted = move |slot: &&Slot| slot.entry.action == action && !slot.is_removed;
        self.slots.iter().filter(is_wanted).map(|slot| slot.id)
    }

    pub(super) fn slot_mut(&mut self, id: u32) -> Option<&mut Slot> {
        let at = self.slot_at(id)?;
        self.slots.get_mut(at)
    }

    pub(super) fn serving_deadline(&self) -> Option<Moment> {
        let is_still = self.is_held && self.levels.is_some() || self.is_walk_suspended();
        let rest = self.resting_until(|slot| {
            !is_still && (!self.is_held || !slot.entry.action.is_respawned())
        });
        rest.into_iter().chain(self.leaving.deadline()).min()
    }

    pub(super) fn resting_until(&self, counts: impl Fn(&Slot) -> bool) -> Option<Moment> {
        let is_counted = |slot: &&Slot| !slot.is_removed && counts(slot);
        self.slots.iter().filter(is_counted).filter_map(Slot::resting_until).min()
    }

    pub(super) fn advance_serving(&mut self) {
        self.drive_leaving();
        if self.levels.is_some() {
            return self.advance_levels();
        }
        if let Some(sequence) = self.keys_sequence.take() {
            self.keys_sequence = self.drive(sequence);
        }
        match self.boot_sequence.take() {
            Some(sequence) => {
                self.boot_sequence = self.drive(sequence);
                if self.boot_sequence.is_none() {
                    self.start_all(EntryAction::Once);
                    self.start_respawned();
                    self.prepare_image();
                }
            }
            None => {
                self.start_resting_once();
                self.start_respawned();
            }
        }
    }

    /// Gives the sequence's next slot its turn. Returns the sequence while it is not over.
    pub(super) fn drive(&mut self, mut sequence: Sequence) -> Option<Sequence> {
        loop {
            match sequence.next_turn(self.now) {
                Turn::Start(slot) => self.start_slot(slot),
                Turn::Wait => {
                    self.retry_start(&mut sequence);
                    if sequence.current().is_some() {
                        return Some(sequence);
                    }
                }
                Turn::Over => return None,
            }
        }
    }

    /// Starts the current slot again if an earlier try failed, or passes over it.
    fn retry_start(&mut self, sequence: &mut Sequence) {
        let now = self.now;
        let Some(id) = sequence.current() else { return };
        let tried_ms = now.since_ms(sequence.turn_began);
        match self.slot_mut(id).map(|slot| (slot.state, slot.is_due(now))) {
            Some((SlotState::Resting { .. }, true)) if tried_ms < START_TRIED_MS => {
                self.start_slot(id)
            }
            Some((SlotState::Resting { .. }, true)) => {
                self.set_state(id, SlotState::Done);
                sequence.end_turn(id);
            }
            Some((SlotState::Done, _)) | None => drop(sequence.end_turn(id)),
            Some(_) => {}
        }
    }

    fn start_all(&mut self, action: EntryAction) {
        let due: alloc::vec::Vec<u32> = self.slots_of(action).collect();
        for slot in due {
            self.start_slot(slot);
        }
    }

    /// `once` entries whose start failed for want of a process slot get another try.
    fn start_resting_once(&mut self) {
        self.start_due(|slot| {
            slot.entry.action == EntryAction::Once
                && matches!(slot.state, SlotState::Resting { .. })
        });
    }

    fn start_respawned(&mut self) {
        if !self.is_held {
            self.start_due(|slot| slot.entry.action.is_respawned());
        }
    }

    fn start_due(&mut self, is_wanted: impl Fn(&Slot) -> bool) {
        let now = self.now;
        let is_due = |slot: &&Slot| slot.is_due(now) && !slot.is_removed && is_wanted(slot);
        let due: alloc::vec::Vec<u32> =
            self.slots.iter().filter(is_due).map(|slot| slot.id).collect();
        for slot in due {
            self.start_slot(slot);
        }
    }

    pub(super) fn set_state(&mut self, id: u32, state: SlotState) {
        if let Some(slot) = self.slot_mut(id) {
            slot.state = state;
        }
    }

    pub(super) fn start_slot(&mut self, id: u32) {
        match self.plan_child(id) {
            Some(child) => {
                self.set_state(id, SlotState::Starting);
                self.run(Op::Spawn(Box::new(child)), How::Inline, Purpose::Spawned(id));
            }
            None => self.set_state(id, SlotState::Done),
        }
    }

    fn plan_child(&self, id: u32) -> Option<Child> {
        let slot = self.slot(id)?;
        let entry = &slot.entry;
        let is_leveled = self.levels.is_some();
        let plan = if is_leveled {
            plan_sysvinit_command(&entry.command)?
        } else {
            plan_command(&entry.command)?
        };
        let mut environment = self.environment.clone();
        self.add_level_variables(&mut environment);
        if let Some(end) = &self.end {
            crate::child::set(
                &mut environment,
                crate::cli::ACTION_VARIABLE,
                end.request.action.name().as_bytes(),
            );
        }
        Some(Child {
            programs: plan.programs,
            arguments: plan.arguments,
            environment,
            terminal: self.plan_terminal(entry),
            takes_terminal: plan.is_login && !is_leveled,
            asks_first: entry.action == EntryAction::AskFirst,
            ends_no_kernel: self.end.is_some(),
            complains: !slot.ended_at_once(),
            line: entry.line,
        })
    }

    /// sysvinit's children run on the console, and until a runlevel for several users is reached
    /// those that are waited for get it as their controlling terminal, so that somebody can stop
    /// them with Ctrl-C (src/init.c, `spawn`).
    fn plan_terminal(&self, entry: &Entry) -> Terminal {
        match &self.levels {
            Some(levels) if levels.is_single() && entry.action.is_waited_for() => {
                Terminal::TakenConsole
            }
            Some(_) => Terminal::Console,
            None => Terminal::of_id(&entry.id),
        }
    }

    pub(super) fn spawned(&mut self, id: u32, outcome: &Outcome) {
        let now = self.now;
        let Some(slot) = self.slot_mut(id) else { return };
        if let Some(pid) = outcome.pid() {
            slot.state = SlotState::Running { pid, since: now };
            slot.complaint = None;
            return self.record_process(id, RecordKind::Started, pid);
        }
        slot.state = SlotState::Resting { until: now.after_ms(RETRY_MS) };
        let complaint = match outcome {
            Outcome::NoTerminal(errno) => Complaint::NoTerminal(*errno),
            Outcome::Done
            | Outcome::Answer(_)
            | Outcome::Bytes(_)
            | Outcome::Started(_)
            | Outcome::NoHelper(_)
            | Outcome::Failed(_)
            | Outcome::TimedOut => Complaint::NoProcess(outcome.error().unwrap_or(Errno::EAGAIN)),
        };
        self.complain_about_start(id, complaint);
    }

    /// Says once why an entry can't be started, not at each try.
    fn complain_about_start(&mut self, id: u32, complaint: Complaint) {
        let Some(slot) = self.slot_mut(id) else { return };
        if slot.complaint.replace(complaint) == Some(complaint) {
            return;
        }
        let command = Shown(&slot.entry.command);
        let text = match complaint {
            Complaint::NoTerminal(errno) => {
                let terminal = Shown(&slot.entry.id);
                format!(
                    "can't start '{command}': /dev/{terminal}: {errno}; waiting for it to appear"
                )
            }
            Complaint::NoProcess(errno) => {
                format!("can't start '{command}': {errno}; trying again every second")
            }
        };
        self.say(Severity::Warning, text);
    }

    pub(super) fn child_ended(&mut self, pid: u32, ending: Ending) {
        if let Stage::Last(_) = self.stage {
            return self.process_gone(pid);
        }
        let Some(slot) = self.slots.iter().find(|slot| slot.pid() == Some(pid)) else { return };
        let (id, is_respawned) = (slot.id, slot.entry.action.is_respawned());
        self.record_process(id, RecordKind::Ended, pid);
        if is_respawned {
            self.rest_respawned(id, ending);
        } else {
            self.end_turn_of(id, ending);
        }
        self.drop_removed();
    }

    /// Only sysvinit keeps records of processes, and not of those marked with `+`.
    fn record_process(&mut self, id: u32, kind: RecordKind, pid: u32) {
        let Some(slot) = self.slot(id).filter(|_| self.levels.is_some()) else { return };
        if Process::parse(&slot.entry.command).is_recorded {
            self.record(Record::process(kind, &slot.entry.id.clone(), pid));
        }
    }

    fn rest_respawned(&mut self, id: u32, ending: Ending) {
        let now = self.now;
        let is_leveled = self.levels.is_some();
        let Some(slot) = self.slot_mut(id) else { return };
        let rest = if is_leveled { slot.rest_within_limit(now) } else { slot.rest_after_end(now) };
        if let Some(rest_ms) = rest {
            let text = format!(
                "'{}' (line {}) {ending}, at once and again; next try in {}",
                Shown(&slot.entry.command),
                slot.entry.line,
                crate::time::Seconds(rest_ms),
            );
            self.say(Severity::Warning, text);
        }
    }

    fn end_turn_of(&mut self, id: u32, ending: Ending) {
        let Some(slot) = self.slot_mut(id) else { return };
        slot.state = SlotState::Done;
        let text = format!("'{}' (line {}) {ending}", Shown(&slot.entry.command), slot.entry.line);
        if ending != Ending::Exited(0) && slot.entry.action != EntryAction::Once {
            self.say(Severity::Warning, text);
        }
        for sequence in [&mut self.boot_sequence, &mut self.keys_sequence].into_iter().flatten() {
            sequence.end_turn(id);
        }
        self.script_ended(id, Some(ending));
    }

    /// SIGINT: the keys, or somebody who stands in for them.
    pub(super) fn keys_pressed(&mut self, origin: Origin) {
        let now = self.now;
        self.key_presses.retain(|press| now.since_ms(*press) <= FORCING_WITHIN_MS);
        self.key_presses.push(now);
        if self.key_presses.len() >= FORCING_PRESSES {
            self.key_presses.clear();
            let action = crate::action::Action::Reboot;
            return self.asked_to_end(Request { action, urgency: Urgency::AtOnce, origin });
        }
        if self.keys_sequence.is_some() || self.end.is_some() {
            return;
        }
        if self.levels.is_some() {
            self.trigger(&[EntryAction::CtrlAltDel]);
            return;
        }
        let slots: alloc::vec::Vec<u32> = self.slots_of(EntryAction::CtrlAltDel).collect();
        if slots.is_empty() {
            let reason = if self.is_contained() {
                "refused: this is a container; ask its host"
            } else {
                "no ctrlaltdel entry; ignored"
            };
            self.say(Severity::Info, format!("ctrl-alt-del from {origin}: {reason}"));
        }
        self.keys_sequence = Some(Sequence::new(slots.into_iter()));
    }

    /// SIGHUP.
    pub(super) fn reload(&mut self) {
        if let Stage::Serving = self.stage {
            self.read_inittab();
        }
    }

    /// Takes a new table: entries that stay keep their processes, entries that left are ended.
    pub(super) fn replace_table(&mut self, table: Table) {
        if self.levels.is_some() {
            self.take_levels_table(table);
            return self.level_table_read();
        }
        for slot in &mut self.slots {
            slot.is_removed = true;
        }
        let mut hint = 0;
        for entry in table.entries {
            let is_same = |slot: &Slot| {
                slot.is_removed
                    && (&slot.entry.command, &slot.entry.id, slot.entry.action)
                        == (&entry.command, &entry.id, entry.action)
            };
            match find_from(&self.slots, hint, is_same).map(|(at, _)| at) {
                Some(at) => {
                    hint = at.saturating_add(1);
                    if let Some(slot) = self.slots.get_mut(at) {
                        slot.is_removed = false;
                        slot.entry.line = entry.line;
                        slot.forgive();
                    }
                }
                None => self.add_new_entry(entry),
            }
        }
        self.begin_leaving(0);
    }

    /// What runs only at boot does not run because of a reload.
    fn add_new_entry(&mut self, entry: Entry) {
        let runs_at_boot =
            matches!(entry.action, EntryAction::Sysinit | EntryAction::Wait | EntryAction::Once);
        let id = self.add_slot(entry);
        if runs_at_boot {
            self.set_state(id, SlotState::Done);
        }
    }
}

/// The first slot for which `is_wanted`, from `start` on and then from the beginning: in a table that
/// was read again nearly every entry is where it was.
pub(super) fn find_from(
    slots: &[Slot],
    start: usize,
    is_wanted: impl Fn(&Slot) -> bool,
) -> Option<(usize, &Slot)> {
    let (before, after) = slots.split_at_checked(start).unwrap_or((slots, &[]));
    let behind = after.iter().position(&is_wanted).map(|at| at.saturating_add(start));
    let at = behind.or_else(|| before.iter().position(is_wanted))?;
    Some((at, slots.get(at)?))
}
