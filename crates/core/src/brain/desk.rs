//! The ops that are under way: what each is for, and those that still wait for a helper.

use super::Purpose;
use crate::event::Effect;
use crate::op::{How, Op, OpId, Outcome};
use crate::time::Moment;
use alloc::vec::Vec;

/// How long before a helper that could not be had is asked for again. A process that has just been
/// killed keeps its place in the process table until it is reaped, so the first answer after a
/// full table may still be EAGAIN (fork(2)).
const HELPER_RETRY_MS: u64 = 25;

/// How often a helper is asked for: for a second in all.
const MOST_TRIES: u32 = 40;

#[derive(Clone, Debug)]
struct Pending {
    id: OpId,
    purpose: Purpose,
    helper: Option<Helper>,
}

/// What is needed to ask for a helper again.
#[derive(Clone, Debug)]
struct Helper {
    op: Op,
    how: How,
    tries: u32,
    again_at: Option<Moment>,
}

/// The ops under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Desk {
    pending: Vec<Pending>,
    next_id: u32,
}

impl Desk {
    /// Takes an op on. Returns the effect that has it carried out.
    pub(super) fn take(&mut self, op: Op, how: How, purpose: Purpose) -> Effect {
        let id = OpId(self.next_id);
        self.next_id = self.next_id.wrapping_add(1);
        let needs_helper = how != How::Inline && purpose.has_no_other_way();
        let helper = needs_helper.then(|| Helper { op: op.clone(), how, tries: 1, again_at: None });
        self.pending.push(Pending { id, purpose, helper });
        Effect::Run { id, op, how }
    }

    /// Takes an outcome in. Returns what it was for, unless its helper will be asked for again.
    pub(super) fn settle(&mut self, id: OpId, outcome: &Outcome, now: Moment) -> Option<Purpose> {
        let at = self.pending.iter().position(|pending| pending.id == id)?;
        let pending = self.pending.get_mut(at)?;
        if let (Outcome::NoHelper(_), Some(helper)) = (outcome, &mut pending.helper)
            && helper.tries < MOST_TRIES
        {
            helper.tries = helper.tries.saturating_add(1);
            helper.again_at = Some(now.after_ms(HELPER_RETRY_MS));
            return None;
        }
        Some(self.pending.swap_remove(at).purpose)
    }

    /// The ops whose helper is to be asked for again now.
    pub(super) fn take_due(&mut self, now: Moment) -> Vec<Effect> {
        let mut due = Vec::new();
        for pending in &mut self.pending {
            let Some(helper) = &mut pending.helper else { continue };
            if helper.again_at.is_some_and(|at| at <= now) {
                helper.again_at = None;
                due.push(Effect::Run { id: pending.id, op: helper.op.clone(), how: helper.how });
            }
        }
        due
    }

    /// When the next helper is to be asked for again.
    pub(super) fn deadline(&self) -> Option<Moment> {
        self.pending.iter().filter_map(|pending| pending.helper.as_ref()?.again_at).min()
    }

    /// How many ops are under way for what `wanted` says.
    pub(super) fn count(&self, wanted: impl Fn(&Purpose) -> bool) -> usize {
        self.pending.iter().filter(|pending| wanted(&pending.purpose)).count()
    }
}
