//! From an accepted request to the door of the last stage: `shutdown` entries, or in sysvinit's
//! dialect the entries of runlevel 0 or 6, one after the other.

use super::door::{plan_become, plan_handover};
use super::next::{Accepted, Next};
use super::preflight::Preflight;
use super::provisions::Provisions;
use super::script_plan::{plan_level_of_end, plan_shutdown_entries, write_back_early};
use super::script_run::ScriptRun;
use super::self_copy::Way;
use super::serve::{Asked, Supervision};
use crate::account;
use crate::context::Context;
use crate::control::render_accepted;
use crate::event::{ExitStatus, Severity};
use crate::inittab::Dialect;
use crate::op::{Op, OpId, Outcome};
use crate::pending::Pending;
use crate::proc::meminfo;
use crate::request::{Refusal, Request, Urgency};
use crate::shutdown::Shutdown;
use crate::time::Moment;
use alloc::boxed::Box;

/// The scripts' stage.
#[derive(Clone, Debug)]
pub(crate) struct Scripts {
    shutdown: Shutdown,
    supervision: Supervision,
    provisions: Provisions,
    preflight: Preflight,
    run: ScriptRun,
    /// Nothing but the copy of PID 1's program stands before the last stage.
    is_over: bool,
    began: Moment,
    /// Asked how much waits to be written.
    dirty_pages: Pending<()>,
}

impl Scripts {
    /// Announces an accepted request and begins to carry it out.
    #[inline(never)]
    pub(crate) fn new(accepted: Accepted, context: &mut Context) -> Self {
        let Accepted { request, supervision, provisions, preflight } = accepted;
        let shutdown = Shutdown::new(request, context.now);
        let (run, is_over) = (ScriptRun::default(), false);
        let (began, dirty_pages) = (context.now, Pending::default());
        let mut scripts =
            Self { shutdown, supervision, provisions, preflight, run, is_over, began, dirty_pages };
        scripts.begin(context);
        scripts
    }

    fn begin(&mut self, context: &mut Context) {
        let (action, urgency) = (self.shutdown.action(), self.shutdown.urgency());
        context.say(Severity::Info, self.shutdown.announce());
        self.accept(self.shutdown.request().origin.client, context);
        context.budget = self.shutdown.budget(&context.settings);
        let is_for_machine = !action.keeps_kernel() && !context.host.is_container();
        if is_for_machine && urgency < Urgency::AtOnce {
            self.dirty_pages.run(context, Op::Read(meminfo::READ), ());
        }
        self.supervision.children_mut().end_for(action);
        if urgency > Urgency::Orderly {
            return;
        }
        let entries = match self.dialect() {
            Dialect::Sysvinit => plan_level_of_end(&self.shutdown, &mut self.supervision, context),
            Dialect::BusyBox => {
                plan_shutdown_entries(self.supervision.children().entries(), context)
            }
        };
        if !entries.is_empty() {
            self.provisions.look_again(context);
        }
        self.run = ScriptRun::new(entries);
    }

    /// Tells a client that what it has asked for goes on.
    fn accept(&self, client: u32, context: &mut Context) {
        let _ = context.take_asker();
        context.answer(client, render_accepted(self.shutdown.requested().0));
    }

    /// The end under way.
    pub(crate) fn shutdown(&self) -> &Shutdown {
        &self.shutdown
    }

    pub(crate) fn supervision(&self) -> &Supervision {
        &self.supervision
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.supervision.children().dialect()
    }

    /// Whether a request is being judged.
    pub(crate) fn is_judging(&self) -> bool {
        self.preflight.is_judging()
    }

    /// When something of this is due.
    pub(crate) fn deadline(&self, context: &Context) -> Option<Moment> {
        (!self.is_over).then(|| self.run.deadline(&self.supervision, context))
    }

    /// Takes an outcome in.
    pub(crate) fn finished(&mut self, id: OpId, outcome: &Outcome, context: &mut Context) -> Next {
        if let Some(way) = self.provisions.finished(id, outcome, context) {
            return way.map_or(Next::Stay, Next::Door);
        }
        if self.dirty_pages.complete(id).is_some() {
            write_back_early(outcome, context);
        } else if let Some(request) = self.preflight.complete(id) {
            return self.asked_again(&request, context);
        } else {
            // What is left over from serving has nobody to be told.
            let _ = self.supervision.finished(id, outcome, context);
        }
        Next::Stay
    }

    /// A child ended.
    pub(crate) fn child_ended(&mut self, pid: u32, status: ExitStatus, context: &mut Context) {
        self.run.child_ended(pid, status, &self.supervision, &mut self.shutdown, context);
        self.supervision.child_ended(pid, status, context);
    }

    /// What signals and requests are heeded with.
    pub(crate) fn supervision_mut(&mut self) -> &mut Supervision {
        &mut self.supervision
    }

    /// Does what was asked.
    pub(crate) fn heed(&mut self, asked: Asked, context: &mut Context) -> Next {
        let refusal = match asked {
            Asked::End(request) => return self.asked_again(&request, context),
            Asked::TakeOver => Refusal::takeover_not_now(),
            Asked::Level(..) | Asked::OnDemand(_) => Refusal::runlevel_while_ending(),
            Asked::Keys(_) | Asked::Reload | Asked::PauseRespawn(_) | Asked::Nothing => {
                return Next::Stay;
            }
        };
        context.refuse(Severity::Warning, &refusal);
        Next::Stay
    }

    fn asked_again(&mut self, request: &Request, context: &mut Context) -> Next {
        self.accept(request.origin.client, context);
        if self.run.is_asking(&request.origin, &self.supervision) {
            return self.join_script(request, context);
        }
        let text = self.shutdown.asked_again(request, context.now);
        context.budget = self.shutdown.budget(&context.settings);
        text.into_iter().for_each(|text| context.say(Severity::Warning, text));
        Next::Stay
    }

    /// A request from within the script that is running: it knows where it leads, and it is its last
    /// word. The last stage begins without waiting for it.
    fn join_script(&mut self, request: &Request, context: &mut Context) -> Next {
        let Request { action, origin, .. } = request;
        context.say_formatted(
            Severity::Info,
            format_args!("{action} asked for by {origin}: scripts are over"),
        );
        self.shutdown.lead_to(*action);
        if self.is_over {
            return Next::Stay;
        }
        self.run.note_current_done(&self.supervision, &mut self.shutdown, context);
        self.leave(context)
    }

    /// Moves on what time or an event has made possible.
    #[inline(never)]
    pub(crate) fn advance(&mut self, context: &mut Context) -> Next {
        self.supervision.drive_leaving(context);
        let is_hurried = self.shutdown.urgency() > Urgency::Orderly;
        let is_late = is_hurried || context.budget.scripts_deadline() <= context.now;
        if self.is_over || self.supervision.is_walk_suspended() && !is_late {
            return Next::Stay;
        }
        if is_hurried || self.run.advance(&mut self.supervision, &mut self.shutdown, context) {
            return self.leave(context);
        }
        Next::Stay
    }

    /// The scripts are over, once.
    fn leave(&mut self, context: &mut Context) -> Next {
        self.is_over = true;
        self.shutdown.note_phase(account::Phase::Scripts, self.began, context);
        // A container's file systems are its host's to unmount, and a kernel that goes on keeps its own:
        // PID 1's file may stay in use.
        if context.host.is_container() || self.shutdown.action().keeps_kernel() {
            return Next::Door(Way::InPlace);
        }
        let way = self.provisions.copy_mut().want(context);
        way.map_or(Next::Stay, Next::Door)
    }

    /// Goes through the door, with all that counts by now.
    #[inline(never)]
    pub(crate) fn pass_door(&mut self, way: Way, context: &mut Context) -> Next {
        if self.dialect() == Dialect::Sysvinit {
            self.supervision.close_fifo(context);
        }
        let handover = plan_handover(&self.shutdown, &self.supervision, &self.provisions, context);
        match way {
            Way::Copy(copy) => {
                let to = plan_become(copy, &handover, &self.provisions);
                self.provisions.copy_mut().execute(copy, to, context);
                Next::Stay
            }
            Way::InPlace => {
                self.provisions.copy_mut().give_up(context);
                Next::Last(Box::new(handover))
            }
        }
    }
}
