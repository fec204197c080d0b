//! Records of starts, ends and runlevels on their way to utmp and wtmp.

use crate::context::Context;
use crate::op::{Op, OpId};
use crate::pending::Pending;
use crate::utmp::Record;
use alloc::vec::Vec;

/// The most records that wait to be written; those beyond are left out.
const MOST_RECORDS: usize = 64;

/// What writing records may take: their files may be locked, or on a slow disk.
const RECORD_MS: u64 = 5_000;

/// The records that wait, and the helper that writes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Records {
    waiting: Vec<Record>,
    pending: Pending<()>,
}

impl Records {
    /// Has a record written.
    pub(crate) fn add(&mut self, record: Record, context: &mut Context) {
        if self.waiting.len() < MOST_RECORDS {
            self.waiting.push(record);
        }
        self.write(context);
    }

    /// Whether one waits that no helper has been given.
    pub(crate) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// One helper at a time, so that records stay in order.
    fn write(&mut self, context: &mut Context) {
        if self.waiting.is_empty() || !self.pending.is_empty() {
            return;
        }
        let records = core::mem::take(&mut self.waiting);
        self.pending.help(context, Op::Record(records), RECORD_MS, ());
    }

    /// Takes an outcome in. `None` if it is not of a record.
    pub(crate) fn finished(&mut self, id: OpId, context: &mut Context) -> Option<()> {
        self.pending.complete(id)?;
        self.write(context);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Effect;

    fn written(context: &mut Context) -> Vec<usize> {
        let ops = context.take_effects().into_iter().filter_map(|effect| match effect {
            Effect::Run { op: Op::Record(records), .. } => Some(records.len()),
            _ => None,
        });
        ops.collect()
    }

    #[test]
    fn records_wait_for_one_helper_and_those_beyond_the_bound_are_left_out() {
        let (mut records, mut context) = (Records::default(), Context::default());
        for _ in 0..100 {
            records.add(Record::boot(), &mut context);
        }
        assert_eq!(written(&mut context), [1]);
        assert!(records.has_waiting());
        assert_eq!(records.finished(OpId(7), &mut context), None);
        assert_eq!(records.finished(OpId(0), &mut context), Some(()));
        assert_eq!(written(&mut context), [MOST_RECORDS]);
        assert!(!records.has_waiting());
        assert_eq!(records.finished(OpId(1), &mut context), Some(()));
        assert_eq!(written(&mut context), [0; 0]);
    }
}
