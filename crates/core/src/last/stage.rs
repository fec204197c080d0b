//! The last stage's phases, one after the other.

use super::final_call::{FinalCall, Next};
use super::processes::Processes;
use super::storage::Storage;
use crate::account::Phase as AccountPhase;
use crate::context::Context;
use crate::errno::Errno;
use crate::event::{Effect, Event, Severity};
use crate::handover::{Handover, Successor};
use crate::inittab::Dialect;
use crate::op::{ConsoleOp, Op, OpId, Outcome};
use crate::request::{Action, KeyPresses, Origin, Request, Urgency};
use crate::shutdown::Shutdown;
use crate::signal::{Meaning, meaning};
use crate::spared::Spared;
use crate::time::{Moment, earlier};
use alloc::vec::Vec;

#[derive(Clone, Debug)]
enum Phase {
    /// Until the first event.
    Entering(Spared),
    Processes(Processes),
    Storage(Storage),
    FinalCall(FinalCall),
}

/// The last stage. [`LastStage::new`] is its only door: after PID 1 was executed anew, in place, in a
/// container.
#[derive(Clone, Debug)]
pub struct LastStage {
    context: Context,
    phase: Phase,
    shutdown: Shutdown,
    dialect: Dialect,
    consoles: Vec<Vec<u8>>,
    tears_down_storage: bool,
    successor: Option<Successor>,
    key_presses: KeyPresses,
}

impl LastStage {
    /// A last stage that begins with [`Event::Start`].
    #[must_use]
    pub fn new(handover: Handover) -> Self {
        let Handover { request, requested, settings, dialect, host, consoles, .. } = handover;
        let mut context = Context::of_last_stage(settings, host, &handover.helpers);
        let account = handover.account;
        let shutdown = Shutdown::handed_over(request, requested, handover.urgent_since, account);
        context.budget = shutdown.budget(&settings);
        Self {
            context,
            phase: Phase::Entering(handover.spared),
            shutdown,
            dialect,
            consoles,
            tears_down_storage: handover.tears_down_storage,
            successor: handover.successor,
            key_presses: KeyPresses::default(),
        }
    }

    /// Takes one event and says what to do. `now` never runs backwards.
    pub fn step(&mut self, event: Event, now: Moment) -> Vec<Effect> {
        self.context.now = now;
        self.take(event);
        while let Some(id) = self.context.take_refused() {
            self.finished(id, &Outcome::NoHelper(Errno::EAGAIN));
        }
        self.context.ask_again();
        self.advance();
        self.context.take_effects()
    }

    /// When [`Event::Tick`] is due, if nothing else happens before.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Moment> {
        let phase = match &self.phase {
            Phase::Entering(_) => None,
            Phase::Processes(processes) => Some(processes.deadline(&self.context)),
            Phase::Storage(storage) => Some(storage.deadline(&self.context)),
            Phase::FinalCall(call) => call.deadline(&self.context),
        };
        earlier(phase, self.context.deadline())
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Start => self.begin(),
            Event::HelperStarted { id, pid } => self.context.helper_started(id, pid),
            Event::NoHelper { id, op, errno } => {
                if !self.context.had_no_helper(id, op) {
                    self.finished(id, &Outcome::NoHelper(errno));
                }
            }
            Event::Finished { id, outcome } => {
                self.context.settle(id);
                self.finished(id, &outcome);
            }
            Event::Signal(origin) => self.signal(origin),
            Event::ChildEnded { pid, status } => {
                self.context.child_ended(pid, status);
                self.gone(pid);
            }
            Event::Gone { pid } => {
                self.context.gone(pid);
                self.gone(pid);
            }
            Event::NoChildren => {
                if let Phase::Processes(processes) = &mut self.phase {
                    processes.no_children();
                }
            }
            Event::Initctl(_) | Event::Control(_) | Event::Tick => {}
        }
    }

    /// Begins with the processes.
    fn begin(&mut self) {
        let Phase::Entering(spared) = &mut self.phase else { return };
        let op = if self.context.host.is_container() {
            ConsoleOp::SpeakOnStandardError
        } else {
            ConsoleOp::SpeakOn { consoles: core::mem::take(&mut self.consoles) }
        };
        self.context.run_and_forget(Op::Console(op));
        let learned = core::mem::take(spared);
        self.phase = Phase::Processes(Processes::begin(learned, &mut self.context));
    }

    fn finished(&mut self, id: OpId, outcome: &Outcome) {
        let context = &mut self.context;
        match &mut self.phase {
            Phase::Entering(_) => {}
            Phase::Processes(processes) => processes.finished(id, outcome, context),
            Phase::Storage(storage) => {
                storage.finished(id, outcome, self.shutdown.account_mut(), context)
            }
            Phase::FinalCall(call) => match call.finished(id, outcome, context) {
                Next::Here => {}
                Next::StorageAgain => self.reboot_instead(),
            },
        }
    }

    fn gone(&mut self, pid: u32) {
        if let Phase::Processes(processes) = &mut self.phase {
            processes.gone(pid, &mut self.context);
        }
    }

    /// Moves on from phase to phase.
    fn advance(&mut self) {
        if let Phase::Processes(processes) = &mut self.phase
            && processes.advance(&mut self.context)
        {
            self.leave_processes();
        }
        if let Phase::Storage(storage) = &mut self.phase
            && storage.advance(self.shutdown.account_mut(), &mut self.context)
        {
            self.leave_storage();
        }
        if let Phase::FinalCall(call) = &mut self.phase {
            call.advance(&mut self.context);
        }
    }

    /// The processes are over: settle their account and turn to the disks.
    fn leave_processes(&mut self) {
        let Phase::Processes(processes) = &mut self.phase else { return };
        let report = processes.report();
        self.context.unwatch_all();
        self.shutdown.note_phase(AccountPhase::Processes, report.began(), &self.context);
        report.say(&mut self.context);
        report.note(self.shutdown.account_mut());
        if self.tears_down_storage {
            self.begin_storage();
        } else {
            self.begin_final_call();
        }
    }

    fn begin_storage(&mut self) {
        self.phase = Phase::Storage(Storage::begin(self.shutdown.account(), &mut self.context));
    }

    fn leave_storage(&mut self) {
        let Phase::Storage(storage) = &self.phase else { return };
        let began = storage.began();
        storage.say(&mut self.context);
        self.shutdown.note_phase(AccountPhase::Storage, began, &self.context);
        self.begin_final_call();
    }

    fn begin_final_call(&mut self) {
        let successor = self.successor.take();
        let (action, requested) = (self.shutdown.action(), self.shutdown.requested());
        let call = FinalCall::begin(action, requested, successor, &mut self.context);
        self.phase = Phase::FinalCall(call);
    }

    fn reboot_instead(&mut self) {
        self.shutdown.lead_to(Action::Reboot);
        self.begin_storage();
    }

    fn signal(&mut self, origin: Origin) {
        match meaning(origin.signal, self.dialect) {
            Meaning::End(action, urgency) => self.asked_again(&Request { action, urgency, origin }),
            Meaning::CtrlAltDel => {
                if self.key_presses.press(self.context.now) {
                    let (action, urgency) = (Action::Reboot, Urgency::AtOnce);
                    self.asked_again(&Request { action, urgency, origin });
                }
            }
            Meaning::Reload
            | Meaning::Pause
            | Meaning::Unpause
            | Meaning::TakeOver
            | Meaning::OpenFifo
            | Meaning::CloseFifo
            | Meaning::Power
            | Meaning::KeyboardRequest
            | Meaning::Child
            | Meaning::Nothing => {}
        }
    }

    /// Any request but the same within a second makes the end more urgent.
    fn asked_again(&mut self, request: &Request) {
        let context = &mut self.context;
        let Some(text) = self.shutdown.asked_again(request, context.now) else { return };
        context.budget = self.shutdown.budget(&context.settings);
        context.say(Severity::Warning, text);
    }
}
