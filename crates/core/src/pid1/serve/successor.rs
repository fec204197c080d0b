//! Whether the program in init's place can take over.

use crate::context::Context;
use crate::control::render_done;
use crate::event::Severity;
use crate::op::{Become, Op, OpId, Outcome, ProcessOp, Program};
use crate::pending::Pending;
use crate::request::Refusal;
use crate::takeover::TAKEOVER;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Who takes over.
const SUCCESSOR: &[u8] = b"/sbin/init";

/// What asking it may take, on a slow disk.
const ASKING_MS: u64 = 10_000;

/// How PID 1 becomes it, with this state.
pub(crate) fn plan_become(state: Vec<u8>, environment: &[Vec<u8>]) -> Become {
    Become {
        program: Program::Paths(Vec::from([SUCCESSOR.to_vec()])),
        arguments: Vec::from([b"init".to_vec(), TAKEOVER.to_vec()]),
        environment: environment.to_vec(),
        handed_over: Some(state),
        session: None,
        keeps_signals: true,
        keeps_control: true,
    }
}

/// What an outcome answers.
#[derive(Clone, Copy, Debug)]
enum Reply {
    Asked,
    Executed,
}

/// Asking the program at [`SUCCESSOR`], and becoming it.
#[derive(Clone, Debug, Default)]
pub(crate) struct SuccessorQuestion {
    pending: Pending<Reply>,
    /// The client that waits for the answer, 0 if none does.
    asker: u32,
}

impl SuccessorQuestion {
    /// Asks it first whether it can take over: another init would begin to boot a machine that is up.
    pub(crate) fn ask(&mut self, context: &mut Context) {
        let asker = context.take_asker();
        if self.pending.is_empty() {
            self.asker = asker;
            let op = Op::Process(ProcessOp::AskSuccessor { path: SUCCESSOR });
            self.pending.help(context, op, ASKING_MS, Reply::Asked);
        } else {
            context.answer(asker, render_done());
        }
    }

    /// Becomes it.
    pub(crate) fn execute(&mut self, to: Become, context: &mut Context) {
        let op = Op::Process(ProcessOp::Become(Box::new(to)));
        self.pending.run(context, op, Reply::Executed);
    }

    /// Takes an outcome in. `None` if it is not of these, else whether it can take over.
    pub(crate) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        context: &mut Context,
    ) -> Option<bool> {
        let reply = self.pending.complete(id)?;
        let asker = core::mem::take(&mut self.asker);
        if let Some(errno) = outcome.error() {
            context.heed_client(asker);
            context.refuse(Severity::Error, &Refusal::cant_take_over(errno));
            return Some(false);
        }
        context.answer(asker, render_done());
        Some(matches!(reply, Reply::Asked))
    }
}
