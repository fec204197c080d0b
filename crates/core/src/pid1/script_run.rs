//! The run of the scripts of an end: each with its deadline, all of them with theirs.

use super::serve::{Sequence, Supervision};
use crate::context::Context;
use crate::event::{ExitStatus, Severity};
use crate::inittab::Dialect;
use crate::op::{Op, ProcessOp, Whom};
use crate::request::Origin;
use crate::shutdown::Shutdown;
use crate::signal::number;
use crate::text::Shown;
use crate::time::{Moment, Seconds};
use alloc::vec::Vec;

/// The scripts that are left, and the one that runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScriptRun {
    sequence: Sequence,
    /// The process of the script that ended last.
    last_pid: Option<u32>,
}

impl ScriptRun {
    pub(crate) fn new(entries: Vec<u32>) -> Self {
        Self { sequence: Sequence::new(entries), last_pid: None }
    }

    /// When something of this is due.
    pub(crate) fn deadline(&self, supervision: &Supervision, context: &Context) -> Moment {
        let dialect = supervision.children().dialect();
        if let (Dialect::Sysvinit, Some(leaving)) = (dialect, supervision.leaving().deadline()) {
            return leaving.min(context.budget.scripts_deadline());
        }
        let entries = supervision.children().entries();
        let rest = entries.resting_until(&|one| Some(one.id()) == self.sequence.current());
        let deadline = self.script_deadline(dialect, context);
        rest.map_or(deadline, |rest| rest.min(deadline))
    }

    /// When the script that runs is given up.
    fn script_deadline(&self, dialect: Dialect, context: &Context) -> Moment {
        let most_ms = match dialect {
            Dialect::Sysvinit => context.settings.level_ms,
            Dialect::BusyBox => context.settings.script_ms,
        };
        self.sequence.turn_began().after_ms(most_ms).min(context.budget.scripts_deadline())
    }

    /// Whether a script asks: the one that runs, or the one that ended while it was being found out
    /// who asks. Scripts lead sessions of their own.
    pub(crate) fn is_asking(&self, origin: &Origin, supervision: &Supervision) -> bool {
        let scripts = [self.current_pid(supervision), self.last_pid];
        let asks = |pid: u32| pid == origin.session || pid == origin.pid;
        scripts.into_iter().flatten().any(asks)
    }

    fn current_pid(&self, supervision: &Supervision) -> Option<u32> {
        supervision.children().entries().get(self.sequence.current()?)?.pid()
    }

    /// A child ended: if it was the script that runs, the next has its turn.
    pub(crate) fn child_ended(
        &mut self,
        pid: u32,
        status: ExitStatus,
        supervision: &Supervision,
        shutdown: &mut Shutdown,
        context: &mut Context,
    ) {
        let turn_began = self.sequence.turn_began();
        let Some(one) = supervision.children().entries().of_pid(pid) else { return };
        if self.sequence.end_turn(one.id()) {
            self.last_pid = Some(pid);
            let command = &one.entry().command;
            shutdown.note_script(command, Some(status), context.now.since_ms(turn_began));
        }
    }

    /// The script that runs, if one does, has done what it was for.
    pub(crate) fn note_current_done(
        &self,
        supervision: &Supervision,
        shutdown: &mut Shutdown,
        context: &Context,
    ) {
        let entries = supervision.children().entries();
        let Some(one) = self.sequence.current().and_then(|id| entries.get(id)) else { return };
        let took_ms = context.now.since_ms(self.sequence.turn_began());
        shutdown.note_script(&one.entry().command, Some(ExitStatus::Exited(0)), took_ms);
    }

    /// Ends the script whose time is over, and gives the next its turn. Says whether all are over.
    pub(crate) fn advance(
        &mut self,
        supervision: &mut Supervision,
        shutdown: &mut Shutdown,
        context: &mut Context,
    ) -> bool {
        if self.script_deadline(supervision.children().dialect(), context) <= context.now {
            self.give_up_current(supervision, shutdown, context);
        }
        context.budget.scripts_deadline() <= context.now
            || self.sequence.drive(supervision.children_mut(), context)
    }

    /// Ends the script that runs, with everything it started.
    fn give_up_current(
        &mut self,
        supervision: &Supervision,
        shutdown: &mut Shutdown,
        context: &mut Context,
    ) {
        let entries = supervision.children().entries();
        let Some(one) = self.sequence.current().and_then(|id| entries.get(id)) else { return };
        if let Some(pid) = one.pid() {
            let op = ProcessOp::Signal { whom: Whom::Group(pid), signal: number::KILL };
            context.run_and_forget(Op::Process(op));
        }
        let took_ms = context.now.since_ms(self.sequence.turn_began());
        self.sequence.end_turn(one.id());
        let (command, line) = (&one.entry().command, one.entry().line);
        let (shown, took) = (Shown(command), Seconds(took_ms));
        context.say_formatted(
            Severity::Error,
            format_args!("'{shown}' (line {line}) did not end in {took}; killed"),
        );
        shutdown.note_script(command, None, took_ms);
    }
}
