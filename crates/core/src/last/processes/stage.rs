//! The phase: asks, waits, kills, and reports.
//!
//! ```text
//! Asking ─► Waiting ─► (asks who is new, three times) ─► Killing ─► over
//!    └────► Blind: asked without a look ────────────────────┘
//! ```

use super::asking::{Asked, Asking};
use super::fates::ProcessesReport;
use super::killing::Killing;
use crate::context::Context;
use crate::crowd::{Crowd, CrowdLook};
use crate::errno::Errno;
use crate::event::Severity;
use crate::op::{OpId, Outcome};
use crate::proc::census::Census;
use crate::proc::owners::Owner;
use crate::request::Urgency;
use crate::spared::Spared;
use crate::time::Moment;

/// What processes get between TERM and KILL when nothing can be known of them (BusyBox's 1 s).
const BLIND_MS: u64 = 1_000;

/// How long before a look is tried again that did not come about, or that found nobody's end, in
/// milliseconds.
const LOOK_AGAIN_MS: u64 = 100;

#[derive(Clone, Debug)]
enum State {
    Asking,
    Waiting,
    Blind { deadline: Moment },
    Killing(Killing),
    Over,
}

/// The processes' phase.
#[derive(Clone, Debug)]
pub(in crate::last) struct Processes {
    state: State,
    began: Moment,
    look: CrowdLook,
    /// A look that failed is not tried again before then.
    look_not_before: Moment,
    /// Nor does PID 1's having no child bring about another one before then.
    childless_not_before: Moment,
    /// PID 1 has no child any more, so a look is due.
    is_childless: bool,
    /// Until when looks that miss somebody are tried again before it is acted on them.
    misses_until: Option<Moment>,
    asking: Asking,
}

impl Processes {
    /// Begins with a look.
    pub(in crate::last) fn begin(learned: Spared, context: &mut Context) -> Self {
        let mut processes = Self {
            state: State::Asking,
            began: context.now,
            look: CrowdLook::default(),
            look_not_before: context.now,
            childless_not_before: context.now,
            is_childless: false,
            misses_until: None,
            asking: Asking::new(learned),
        };
        processes.look.begin(context);
        if context.budget.urgency() == Urgency::AtOnce {
            processes.kill_everyone(context);
        }
        processes
    }

    /// What became of them.
    pub(in crate::last) fn report(&mut self) -> ProcessesReport {
        ProcessesReport { fates: core::mem::take(self.asking.fates_mut()), began: self.began }
    }

    /// Takes the outcome of an op.
    pub(in crate::last) fn finished(&mut self, id: OpId, outcome: &Outcome, context: &mut Context) {
        let Some(crowd) = self.look.finished(id, outcome, context) else { return };
        self.childless_not_before = context.now.after_ms(LOOK_AGAIN_MS);
        self.look_not_before = match crowd {
            Crowd::Seen(_) => context.now,
            Crowd::Listed(_) | Crowd::Unseen(_) => self.childless_not_before,
        };
        if let Crowd::Seen(census) = &crowd {
            self.misses_until.take_if(|_| census.has_everyone);
            self.asking.learn(census, context);
        }
        match &mut self.state {
            State::Killing(killing) => {
                if killing.seen(&crowd, &mut self.asking, context) {
                    self.state = State::Over;
                }
            }
            State::Asking | State::Waiting | State::Blind { .. } => self.seen(&crowd, context),
            State::Over => {}
        }
    }

    fn seen(&mut self, crowd: &Crowd, context: &mut Context) {
        match crowd {
            Crowd::Seen(census) => match self.asking.judge_and_ask(census, context) {
                Asked::Waiting => self.state = State::Waiting,
                Asked::NobodyThere => self.state = State::Over,
                Asked::NobodyLeftToAsk if self.looks_again(census, context) => {}
                Asked::NobodyLeftToAsk => self.kill_everyone(context),
            },
            Crowd::Listed(owners) => self.listed(owners, context),
            Crowd::Unseen(errno) => self.unseen(*errno, context),
        }
    }

    /// A look that missed somebody has shown nobody who is still to be asked: whom it missed may have had no
    /// chance yet.
    fn looks_again(&mut self, census: &Census, context: &Context) -> bool {
        if census.has_everyone {
            return false;
        }
        let until = *self.misses_until.get_or_insert(context.now.after_ms(BLIND_MS));
        self.look_not_before = context.now.after_ms(LOOK_AGAIN_MS);
        context.now < until
    }

    /// A process ended, seen through its pidfd or reaped as a child.
    pub(in crate::last) fn gone(&mut self, pid: u32, context: &mut Context) {
        if let State::Killing(killing) = &mut self.state {
            killing.gone(pid, context.now);
        }
        self.asking.gone(pid, context);
    }

    /// PID 1 has no child. That is not nobody: who entered its namespace from outside is no child of
    /// its, nor is a program that the kernel has started. It is worth a look.
    pub(in crate::last) fn no_children(&mut self) {
        self.is_childless = true;
    }

    /// Moves on what time has made possible. Returns whether the phase is over.
    pub(in crate::last) fn advance(&mut self, context: &mut Context) -> bool {
        let now = context.now;
        let is_hurried = context.budget.is_over(now) || context.budget.urgency() > Urgency::Orderly;
        match &self.state {
            State::Asking | State::Waiting | State::Blind { .. } if is_hurried => {
                self.kill_everyone(context)
            }
            State::Blind { deadline } if *deadline <= now => self.kill_everyone(context),
            State::Killing(killing) if killing.deadline().is_some_and(|at| at <= now) => {
                killing.name_the_stuck(self.asking.fates_mut(), context);
                self.state = State::Over;
            }
            State::Asking | State::Waiting | State::Blind { .. } | State::Killing(_) => {}
            State::Over => return true,
        }
        if self.look_at().is_some_and(|at| at <= now) {
            self.is_childless = false;
            self.look.begin(context);
        }
        matches!(self.state, State::Over)
    }

    /// When the next look is to begin, if none is under way.
    fn look_at(&self) -> Option<Moment> {
        if self.look.is_under_way() {
            return None;
        }
        match &self.state {
            State::Asking | State::Blind { .. } => Some(self.look_not_before),
            State::Waiting if self.asking.is_empty() => Some(self.look_not_before),
            State::Waiting if self.is_childless => Some(self.childless_not_before),
            State::Waiting => self.asking.deadline(),
            State::Killing(killing) if self.is_childless => {
                Some(killing.look_at().min(self.childless_not_before))
            }
            State::Killing(killing) => Some(killing.look_at()),
            State::Over => None,
        }
    }

    pub(in crate::last) fn deadline(&self, context: &Context) -> Moment {
        let state = match &self.state {
            State::Blind { deadline } => *deadline,
            State::Killing(killing) => killing.deadline().unwrap_or(Moment(u64::MAX)),
            State::Asking | State::Waiting | State::Over => context.budget.deadline(),
        };
        self.look_at().map_or(state, |at| at.min(state))
    }

    /// No helper could be had, so it is known who there is and nothing else.
    fn listed(&mut self, owners: &[Owner], context: &mut Context) {
        match self.state {
            State::Asking => {
                self.asking.ask_unseen(owners, context);
                self.go_blind(context);
            }
            State::Waiting => self.asking.judge_unseen(Some(owners), context),
            State::Blind { .. } | State::Killing(_) | State::Over => {}
        }
    }

    fn go_blind(&mut self, context: &Context) {
        let blind_ms = context.budget.within_ms(context.now, BLIND_MS);
        self.state = State::Blind { deadline: context.now.after_ms(blind_ms) };
    }

    /// Without /proc nobody can be told apart: everybody is asked, and killed a little later; but not
    /// where somebody may serve the root's storage.
    fn unseen(&mut self, errno: Errno, context: &mut Context) {
        match (&self.state, self.asking.learned().nobody()) {
            (State::Asking, Some(proof)) => {
                context.say_formatted(
                    Severity::Error,
                    format_args!(
                        "can't list the processes in /proc: {errno}; ending all of them unseen"
                    ),
                );
                self.asking.ask_everyone_unseen(proof, context);
                self.go_blind(context);
            }
            (State::Asking, None) => {
                context.say_formatted(Severity::Error, format_args!(
                    "can't list the processes in /proc: {errno}; ending none of them, because one may serve the root's storage"
                ));
                self.state = State::Over;
            }
            (State::Waiting, _) => self.asking.judge_unseen(None, context),
            (State::Blind { .. } | State::Killing(_) | State::Over, _) => {}
        }
    }

    /// Never without a look: one that serves the root's storage must not be hit.
    fn kill_everyone(&mut self, context: &mut Context) {
        self.asking.give_up(context);
        self.state = State::Killing(Killing::new(context));
    }
}

#[cfg(test)]
mod tests;
