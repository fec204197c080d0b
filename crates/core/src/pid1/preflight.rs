//! Whether a request can be accepted. Nothing has been stopped yet, and nothing is if it can't.

use super::restart_entry::{has_restart_entry, restart_is_kexec};
use super::serve::Entries;
use crate::context::Context;
use crate::event::Severity;
use crate::op::{Op, OpId, Outcome, ReadOp};
use crate::pending::Pending;
use crate::proc::kexec_loaded::{MOST_BYTES, PATH, parse_kexec_loaded};
use crate::request::asking::judge_loaded_kernel;
use crate::request::refusal::Why;
use crate::request::{Action, Refusal, Request};

/// The requests that wait for an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Preflight {
    pending: Pending<Request>,
}

impl Preflight {
    /// Judges a request by what is known. It comes back if it is accepted; otherwise it is refused, or
    /// judged when the kernel has told whether there is another one to enter.
    pub(crate) fn judge(
        &mut self,
        request: Request,
        entries: &Entries,
        context: &mut Context,
    ) -> Option<Request> {
        context.heed_client(request.origin.client);
        match request.action {
            Action::Kexec if context.host.is_container() => {
                let refusal = Refusal::kexec(Some(&request.origin), Why::Container);
                context.refuse(Severity::Error, &refusal);
                None
            }
            Action::Kexec => self.ask_for_loaded_kernel(request, context),
            Action::Restart if restart_is_kexec(entries) => {
                self.ask_for_loaded_kernel(request, context)
            }
            Action::Restart if !has_restart_entry(entries) => {
                let refusal = Refusal::no_restart_entry(&request.origin);
                context.refuse(Severity::Warning, &refusal);
                None
            }
            Action::Halt
            | Action::PowerOff
            | Action::Reboot
            | Action::SoftReboot
            | Action::Restart => Some(request),
        }
    }

    fn ask_for_loaded_kernel(
        &mut self,
        request: Request,
        context: &mut Context,
    ) -> Option<Request> {
        let op = ReadOp::File { path: PATH, most_bytes: MOST_BYTES };
        self.pending.run(context, Op::Read(op), request);
        None
    }

    /// Whether a request waits.
    pub(crate) fn is_judging(&self) -> bool {
        !self.pending.is_empty()
    }

    /// The request that this outcome answers, unjudged. Most outcomes answer none: this runs while PID 1
    /// serves, and the rest of this file does not.
    #[inline(always)]
    pub(crate) fn complete(&mut self, id: OpId) -> Option<Request> {
        self.pending.complete(id)
    }

    /// Takes an outcome in. `None` if it is not of these, else the request if it is accepted.
    pub(crate) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        context: &mut Context,
    ) -> Option<Option<Request>> {
        let request = self.complete(id)?;
        match judge_loaded_kernel(outcome.look().map(parse_kexec_loaded), Some(&request.origin)) {
            Ok(()) => Some(Some(request)),
            Err(refusal) => {
                context.heed_client(request.origin.client);
                context.refuse(Severity::Error, &refusal);
                Some(None)
            }
        }
    }
}
