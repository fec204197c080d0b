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
