//! Learning who serves the root's storage while all is well: at an end there may be no helper to be
//! had, and /proc may hang.

use crate::context::Context;
use crate::crowd::{Crowd, CrowdLook};
use crate::op::{Op, OpId, Outcome};
use crate::spared::Spared;
use alloc::vec::Vec;

/// Who is spared, as the looks so far have told.
#[derive(Clone, Debug, Default)]
pub(crate) struct SparedLook {
    learned: Spared,
    look: CrowdLook,
}

impl SparedLook {
    /// Looks, unless somebody looks already. The root of a container stands on its host's storage.
    pub(crate) fn begin(&mut self, context: &mut Context) {
        if !context.host.is_container() {
            self.look.begin(context);
        }
    }

    /// Takes an outcome in. `None` if it is not of this look.
    pub(crate) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        context: &mut Context,
    ) -> Option<()> {
        if !self.look.has(id) {
            return None;
        }
        if let Some(Crowd::Seen(census)) = self.look.finished(id, outcome, context) {
            let seen = census.spared(&|pid| context.is_nobody(pid));
            self.learned = core::mem::take(&mut self.learned).after(seen);
            context.run_and_forget(Op::ForgetCode);
        }
        Some(())
    }

    /// Who is spared, as far as is known; also by a look that is under way.
    pub(crate) fn spared(&self, context: &Context) -> Spared {
        if context.host.is_container() {
            return Spared::Known(Vec::new());
        }
        let learned = self.learned.clone();
        if !self.look.is_under_way() {
            return learned;
        }
        learned.after(self.look.census().spared(&|pid| context.is_nobody(pid)))
    }
}
