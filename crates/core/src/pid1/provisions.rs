//! What an end will need, got ready while the machine serves.

use super::self_copy::{PreparedCopy, Way};
use super::spared_look::SparedLook;
use super::start::StartArguments;
use crate::context::Context;
use crate::op::{ConsoleOp, Op, OpId, Outcome};
use alloc::vec::Vec;

/// What PID 1 was started with, the consoles, the copy of its program, and who is spared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Provisions {
    start: StartArguments,
    consoles: Vec<Vec<u8>>,
    copy: PreparedCopy,
    spared: SparedLook,
}

impl Provisions {
    pub(crate) fn new(start: StartArguments, consoles: Vec<Vec<u8>>) -> Self {
        Self { start, consoles, ..Self::default() }
    }

    pub(crate) fn start(&self) -> &StartArguments {
        &self.start
    }

    /// The consoles besides /dev/console.
    pub(crate) fn consoles(&self) -> &[Vec<u8>] {
        &self.consoles
    }

    pub(crate) fn copy_mut(&mut self) -> &mut PreparedCopy {
        &mut self.copy
    }

    pub(crate) fn spared(&self) -> &SparedLook {
        &self.spared
    }

    /// Says every later line on the consoles, too.
    pub(crate) fn speak_on_consoles(&self, context: &mut Context) {
        let consoles = self.consoles.clone();
        context.run_and_forget(Op::Console(ConsoleOp::SpeakOn { consoles }));
    }

    /// The machine is up: gets everything ready.
    pub(crate) fn prepare(&mut self, context: &mut Context) {
        self.copy.prepare(context);
        self.spared.begin(context);
    }

    /// Looks again who is spared: somebody may have come since the boot.
    pub(crate) fn look_again(&mut self, context: &mut Context) {
        self.spared.begin(context);
    }

    /// Takes an outcome in. `None` if it is not of these, else the way to the last stage, if it is open
    /// now.
    pub(crate) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        context: &mut Context,
    ) -> Option<Option<Way>> {
        if self.spared.finished(id, outcome, context).is_some() {
            return Some(None);
        }
        self.copy.finished(id, outcome, context)
    }
}
