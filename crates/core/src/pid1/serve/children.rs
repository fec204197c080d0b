//! The processes of entries: started, recorded, and taken note of when they end.

use super::entries::Entries;
use super::levels::Levels;
use super::plan_child::{Surroundings, plan_child};
use super::records::Records;
use super::supervised::{Complaint, State, Supervised};
use crate::context::Context;
use crate::errno::Errno;
use crate::event::{ExitStatus, Severity};
use crate::inittab::{Dialect, Entry, EntryAction, ProcessField, Runlevel};
use crate::op::{Op, OpId, Outcome, ProcessOp};
use crate::pending::Pending;
use crate::request::Action;
use crate::text::Shown;
use crate::time::Seconds;
use crate::utmp::{Record, RecordKind};
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

/// The entries with their processes, and what every child is given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Children {
    entries: Entries,
    /// `None` in BusyBox's dialect.
    levels: Option<Levels>,
    environment: Vec<Vec<u8>>,
    ends_for: Option<Action>,
    starts: Pending<u32>,
    records: Records,
}

impl Children {
    /// No entry yet. Children get this environment.
    pub(crate) fn new(environment: Vec<Vec<u8>>, levels: Option<Levels>) -> Self {
        Self { environment, levels, ..Self::default() }
    }

    pub(crate) fn entries(&self) -> &Entries {
        &self.entries
    }

    pub(crate) fn entries_mut(&mut self) -> &mut Entries {
        &mut self.entries
    }

    pub(crate) fn levels(&self) -> Option<&Levels> {
        self.levels.as_ref()
    }

    pub(crate) fn levels_mut(&mut self) -> Option<&mut Levels> {
        self.levels.as_mut()
    }

    pub(crate) fn set_levels(&mut self, levels: Option<Levels>) {
        self.levels = levels;
    }

    pub(crate) fn environment(&self) -> &[Vec<u8>] {
        &self.environment
    }

    /// The dialect in effect.
    pub(crate) fn dialect(&self) -> Dialect {
        if self.levels.is_some() { Dialect::Sysvinit } else { Dialect::BusyBox }
    }

    /// From here on children are part of the machine's end.
    pub(crate) fn end_for(&mut self, action: Action) {
        self.ends_for = Some(action);
    }

    /// Whether a child is being started, or something waits to be recorded.
    pub(crate) fn is_busy(&self) -> bool {
        !self.starts.is_empty() || self.records.has_waiting()
    }

    pub(crate) fn start(&mut self, id: u32, context: &mut Context) {
        let surroundings = Surroundings {
            environment: &self.environment,
            levels: self.levels.as_ref(),
            ends_for: self.ends_for,
        };
        let plan = self.entries.get(id).and_then(|one| plan_child(one, surroundings));
        let state = if plan.is_some() { State::Starting } else { State::Done };
        self.entries.set_state(id, state);
        if let Some(child) = plan {
            let op = Op::Process(ProcessOp::Spawn(Box::new(child)));
            self.starts.run(context, op, id);
        }
    }

    /// Takes an outcome in. `None` if it is not of these.
    pub(crate) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        context: &mut Context,
    ) -> Option<()> {
        if self.records.finished(id, context).is_none() {
            let entry = self.starts.complete(id)?;
            self.start_answered(entry, outcome, context);
        }
        Some(())
    }

    fn start_answered(&mut self, id: u32, outcome: &Outcome, context: &mut Context) {
        let Some(one) = self.entries.get_mut(id) else { return };
        if let Some(pid) = outcome.pid() {
            one.started(pid, context.now);
            return self.record_process(id, RecordKind::Started, pid, context);
        }
        let complaint = match outcome {
            Outcome::NoTerminal(errno) => Complaint::NoTerminal(*errno),
            Outcome::Done
            | Outcome::Answer(_)
            | Outcome::Read(_)
            | Outcome::Started(_)
            | Outcome::NoHelper(_)
            | Outcome::Failed(_)
            | Outcome::TimedOut => Complaint::NoProcess(outcome.error().unwrap_or(Errno::EAGAIN)),
        };
        // Once, not at each try.
        if one.not_started(complaint, context.now) {
            complain(one, complaint, context);
        }
        // One that has left inittab meanwhile is not tried again, and new if it comes back.
        self.entries.drop_removed();
    }

    /// A child ended: it may have been an entry's.
    pub(crate) fn ended(&mut self, pid: u32, status: ExitStatus, context: &mut Context) {
        let Some(id) = self.entries.of_pid(pid).map(Supervised::id) else { return };
        self.record_process(id, RecordKind::Ended, pid, context);
        let is_leveled = self.levels.is_some();
        let Some(one) = self.entries.get_mut(id) else { return };
        if one.has_left() {
            return;
        }
        if one.entry().action.is_respawned() {
            rest_respawned(one, status, is_leveled, context);
        } else {
            end_turn(one, status, context);
        }
    }

    /// Has a record written.
    pub(crate) fn record(&mut self, record: Record, context: &mut Context) {
        self.records.add(record, context);
    }

    /// Only sysvinit keeps records of processes, and not of those marked with `+`.
    fn record_process(&mut self, id: u32, kind: RecordKind, pid: u32, context: &mut Context) {
        let Some(one) = self.entries.get(id).filter(|_| self.levels.is_some()) else { return };
        if ProcessField::parse(&one.entry().command).is_recorded {
            let record = Record::process(kind, &one.entry().id, pid);
            self.records.add(record, context);
        }
    }

    /// `telinit a`, `b` or `c`: entries of that name run, whatever the level.
    pub(crate) fn start_on_demand(&mut self, name: Runlevel) {
        let is_asked = |entry: &Entry| entry.can_run() && name.is_in(&entry.runlevels);
        for one in self.entries.iter_mut().filter(|one| is_asked(one.entry())) {
            one.ask_on_demand();
        }
    }

    /// Inittab was read again, or should have been: no earlier start counts any more.
    pub(crate) fn forgive_all(&mut self) {
        self.entries.iter_mut().for_each(Supervised::forgive);
    }

    /// Something happened that entries of these actions wait for. Returns whether there are any.
    pub(crate) fn trigger(&mut self, actions: &[EntryAction]) -> bool {
        let mut has_any = false;
        let all = self.entries.iter_mut();
        for one in all.filter(|one| actions.contains(&one.entry().action)) {
            has_any |= !one.is_removed();
            one.allow_again();
        }
        has_any
    }
}

fn complain(one: &Supervised, complaint: Complaint, context: &mut Context) {
    let command = Shown(&one.entry().command);
    let text = match complaint {
        Complaint::NoTerminal(errno) => {
            let terminal = Shown(&one.entry().id);
            let is_passed = one.holds_others_up();
            let next = if is_passed { "passed over" } else { "waiting for it to appear" };
            format!("can't start '{command}': /dev/{terminal}: {errno}; {next}")
        }
        Complaint::NoProcess(errno) => {
            let is_gone = one.is_removed();
            let next = if is_gone { "it has left inittab" } else { "trying again every second" };
            format!("can't start '{command}': {errno}; {next}")
        }
    };
    context.say(Severity::Warning, text);
}

fn rest_respawned(
    one: &mut Supervised,
    status: ExitStatus,
    is_leveled: bool,
    context: &mut Context,
) {
    let now = context.now;
    let rest = if is_leveled { one.rest_within_limit(now) } else { one.rest_after_end(now) };
    if let Some(rest_ms) = rest {
        context.say_formatted(
            Severity::Warning,
            format_args!(
                "'{}' (line {}) {status}, at once and again; next try in {}",
                Shown(&one.entry().command),
                one.entry().line,
                Seconds(rest_ms),
            ),
        );
    }
}

fn end_turn(one: &mut Supervised, status: ExitStatus, context: &mut Context) {
    one.set_state(State::Done);
    let entry = one.entry();
    if status != ExitStatus::Exited(0) && entry.action != EntryAction::Once {
        context.say_formatted(
            Severity::Warning,
            format_args!("'{}' (line {}) {status}", Shown(&entry.command), entry.line),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Effect;
    use crate::inittab::parse_inittab;

    #[test]
    fn an_entry_that_leaves_while_it_can_not_be_started_is_gone() {
        let mut children = Children::new(Vec::new(), None);
        for entry in parse_inittab(b"::respawn:/a\n").entries {
            children.entries_mut().add(entry, State::Idle);
        }
        let mut context = Context::default();
        children.start(0, &mut context);
        let effects = context.take_effects();
        let [Effect::Run { id, .. }] = effects.as_slice() else { panic!("{effects:?}") };
        children.entries_mut().remove_all();
        let outcome = Outcome::Failed(Errno::EAGAIN);
        assert_eq!(children.finished(*id, &outcome, &mut context), Some(()));
        assert_eq!(children.entries().iter().count(), 0, "back in inittab it is a new one");
        let said = context.take_effects();
        let is_told = |text: &str| text.ends_with("(EAGAIN); it has left inittab");
        assert!(matches!(said.as_slice(), [Effect::Say { text, .. }] if is_told(text)), "{said:?}");
    }
}
