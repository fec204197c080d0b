//! What every stage is lent for a step: the time, the limits, and the way to the world.

use crate::budget::Budget;
use crate::configuration::Configuration;
use crate::control::{Groups, render_refused, render_said};
use crate::event::{Effect, ExitStatus, Severity};
use crate::helpers::Helpers;
use crate::host::Host;
use crate::op::{How, Op, OpId};
use crate::request::Refusal;
use crate::settings::Settings;
use crate::time::Moment;
use crate::watches::Watches;
use alloc::boxed::Box;
use alloc::fmt::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// The ops under way, the effects of this step, the time and the limits. It is lent to one stage at a
/// time; what a stage knows besides is its own.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The time of this step.
    pub now: Moment,
    /// The time limits.
    pub settings: Settings,
    /// What is configured besides them, and where each value comes from.
    pub configuration: Box<Configuration>,
    /// What PID 1 runs on.
    pub host: Host,
    /// What is left of the total of an end that was accepted.
    pub budget: Budget,
    /// The client that is refused if something is; 0 if it is nobody's request.
    asker: u32,
    answers: Vec<(u32, Vec<u8>)>,
    helpers: Helpers,
    watches: Watches,
    effects: Vec<Effect>,
    next_id: u32,
}

/// What marks the ids of the last stage's ops: in place it may still be told of the ops of the stages
/// before, which must not be taken for its own.
const LAST_STAGE_ID: u32 = 1 << 31;

impl Context {
    /// The context of a last stage, with these limits, on this host; helpers of the stages before may
    /// still be there.
    #[must_use]
    pub fn of_last_stage(settings: Settings, host: Host, left_behind: &[u32]) -> Self {
        Self {
            now: Moment::default(),
            settings,
            configuration: Box::default(),
            host,
            helpers: Helpers::new(left_behind),
            next_id: LAST_STAGE_ID,
            ..Self::default()
        }
    }

    /// Asks for an op. Stages do it through [`crate::pending::Pending`], which remembers what for.
    pub(crate) fn issue(&mut self, op: Op, how: How) -> OpId {
        let id = OpId(self.next_id);
        self.next_id = self.next_id & LAST_STAGE_ID | self.next_id.wrapping_add(1) & !LAST_STAGE_ID;
        match how {
            How::Inline => self.effects.push(Effect::Run { id, op, how }),
            How::Helper { deadline_ms } => {
                self.helpers.issue(id, op, deadline_ms, &mut self.effects);
            }
        }
        id
    }

    /// The same, but as often as it takes to get a helper: there is no other way to do it.
    pub(crate) fn issue_without_other_way(&mut self, op: Op, deadline_ms: u64) -> OpId {
        let id = self.issue(op, How::Helper { deadline_ms });
        self.helpers.insist(id);
        id
    }

    /// Asks for an op by PID 1 itself whose outcome changes nothing.
    pub fn run_and_forget(&mut self, op: Op) {
        self.issue(op, How::Inline);
    }

    /// Asks for an op by a helper whose outcome changes nothing.
    pub fn help_and_forget(&mut self, op: Op, deadline_ms: u64) {
        self.issue(op, How::Helper { deadline_ms });
    }

    /// A helper was forked for `id`.
    pub fn helper_started(&mut self, id: OpId, pid: u32) {
        self.helpers.started(id, pid);
    }

    /// An op came to its end: there may be room for another helper.
    pub fn settle(&mut self, id: OpId) {
        self.helpers.settle(id);
        self.helpers.start_waiting(&mut self.effects);
    }

    /// No helper could be had for an op. Returns whether it will be asked for again; if not, its stage
    /// is to be told.
    #[must_use]
    pub fn had_no_helper(&mut self, id: OpId, op: Op) -> bool {
        let is_asked_for_again = self.helpers.had_none(id, op, self.now);
        if !is_asked_for_again {
            self.settle(id);
        }
        is_asked_for_again
    }

    /// An op that found no room in the pool of helpers: its stage is told that there was none.
    #[must_use]
    pub fn take_refused(&mut self) -> Option<OpId> {
        self.helpers.take_refused()
    }

    /// A child ended: it may have been a helper.
    pub fn child_ended(&mut self, pid: u32, _status: ExitStatus) {
        self.helpers.process_ended(pid);
    }

    /// Asks again for the helpers that could not be had before and are due now.
    pub fn ask_again(&mut self) {
        self.helpers.ask_again(self.now, &mut self.effects);
    }

    /// A look at the processes begins.
    pub(crate) fn begin_look(&mut self) {
        self.helpers.forget_ended();
    }

    /// Whether a look that has found this process has found nobody: a helper of PID 1's, at work or left
    /// behind, or one that has ended since the look began.
    #[must_use]
    pub fn is_nobody(&self, pid: u32) -> bool {
        self.helpers.is_nobody(pid)
    }

    /// Whether this process, no helper, has ended since the last look began. Before that it may have started
    /// others, which the look has missed.
    #[must_use]
    pub fn has_ended(&self, pid: u32) -> bool {
        self.helpers.has_ended(pid)
    }

    /// Whether helpers were asked for of whom it is not known yet who they are.
    #[must_use]
    pub fn are_helpers_starting(&self) -> bool {
        self.helpers.are_starting()
    }

    /// The process ids of all helpers, for a handover.
    #[must_use]
    pub fn helper_pids(&self) -> Vec<u32> {
        self.helpers.pids()
    }

    /// When something of this is due.
    #[must_use]
    pub fn deadline(&self) -> Option<Moment> {
        self.helpers.deadline()
    }

    /// Watches for the end of a process, unless as many are watched as can be. Says whether it does.
    pub fn watch(&mut self, pid: u32) -> bool {
        if let Some(effect) = self.watches.watch(pid) {
            self.effects.push(effect);
            return true;
        }
        self.watches.contains(pid)
    }

    /// A watched process ended.
    pub fn gone(&mut self, pid: u32) {
        self.helpers.process_ended(pid);
        self.watches.forget(pid);
    }

    /// Watches it no longer.
    pub fn unwatch(&mut self, pid: u32) {
        self.effects.extend(self.watches.unwatch(pid));
    }

    /// Watches nobody any more.
    pub fn unwatch_all(&mut self) {
        self.watches.clear(&mut self.effects);
    }

    /// Says a line that is still to be put together.
    #[inline(never)]
    pub fn say_formatted(&mut self, severity: Severity, text: fmt::Arguments<'_>) {
        self.say(severity, format(text));
    }

    /// Says a line.
    pub fn say(&mut self, severity: Severity, text: String) {
        self.effects.push(Effect::Say { severity, text });
    }

    /// Says what is not done, and why; also to the client whose request is heeded just now.
    pub fn refuse(&mut self, severity: Severity, refusal: &Refusal) {
        let text = refusal.to_string();
        let asker = self.take_asker();
        self.answer(asker, render_refused(refusal.why.number(), text.as_bytes()));
        self.say(severity, text);
    }

    /// Who may ask on the control socket without being root.
    #[must_use]
    pub fn groups(&self) -> Groups {
        Groups { look_gid: self.configuration.look_gid(), end_gid: self.configuration.end_gid() }
    }

    /// From now on it is the request of this client that is heeded.
    pub(crate) fn heed_client(&mut self, client: u32) {
        self.asker = client;
    }

    /// The client whose request is heeded, 0 if it has its answer: whoever takes it owes it one.
    pub(crate) fn take_asker(&mut self) -> u32 {
        core::mem::take(&mut self.asker)
    }

    /// Answers a client, if there is one.
    pub(crate) fn answer(&mut self, client: u32, frame: Vec<u8>) {
        if client != 0 {
            self.answers.push((client, frame));
        }
    }

    /// Whether answers are to be sent, if only to those who have not waited for them.
    #[must_use]
    pub(crate) fn has_answers(&self) -> bool {
        !self.answers.is_empty()
    }

    /// The answers that are to be sent.
    #[must_use]
    pub(crate) fn take_answers(&mut self) -> Vec<(u32, Vec<u8>)> {
        core::mem::take(&mut self.answers)
    }

    /// The frames of what has been said in this step.
    pub(crate) fn said(&self) -> Vec<Vec<u8>> {
        let mut said = Vec::new();
        for effect in &self.effects {
            if let Effect::Say { severity, text } = effect {
                said.push(render_said(*severity as u8, text.as_bytes()));
            }
        }
        said
    }

    /// What is to be done after this step.
    #[must_use]
    pub fn take_effects(&mut self) -> Vec<Effect> {
        core::mem::take(&mut self.effects)
    }
}

#[cfg(test)]
mod tests;
