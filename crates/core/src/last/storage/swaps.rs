//! Swap files off: each holds its file system open for writing.

use super::pool::StorageOps;
use super::record::storage_line;
use crate::account::{Account, StorageDone};
use crate::context::Context;
use crate::errno::Errno;
use crate::event::Severity;
use crate::look::Look;
use crate::op::{Op, OpId, Outcome, ReadOp, StorageOp};
use crate::pending::Pending;
use crate::proc::meminfo::{self, parse_meminfo};
use crate::proc::swaps::parse_swap_files;
use crate::text::Shown;
use crate::time::Moment;
use alloc::vec::Vec;

/// What reading /proc/swaps may take, in milliseconds.
const TABLE_MS: u64 = 2_000;

/// The most of it that is read: some thousand swap files.
const TABLE_MOST_BYTES: usize = 256 * 1024;

#[derive(Clone, Copy, Debug)]
enum Reply {
    SwapTotal,
    SwapFiles,
}

/// Swap files on their way off.
#[derive(Clone, Debug, Default)]
pub(super) struct SwapsOff {
    pending: Pending<Reply>,
    files: Vec<Vec<u8>>,
    /// The first of them that waits.
    next: usize,
    ops: StorageOps<(Vec<u8>, Moment)>,
}

impl SwapsOff {
    pub(super) fn begin(context: &mut Context) -> Self {
        let mut swaps = Self::default();
        swaps.pending.run(context, Op::Read(meminfo::READ), Reply::SwapTotal);
        swaps
    }

    /// Takes the outcome of an op, if it is one of these.
    pub(super) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        account: &mut Account,
        context: &mut Context,
    ) {
        if let Some((path, began)) = self.ops.complete(id) {
            return swapped_off(&path, began, outcome, account, context);
        }
        match self.pending.complete(id) {
            Some(Reply::SwapTotal) => self.total_known(outcome, context),
            Some(Reply::SwapFiles) => self.files_known(outcome, context),
            None => {}
        }
    }

    /// Most machines have no swap, and need no helper to find that out.
    fn total_known(&mut self, outcome: &Outcome, context: &mut Context) {
        let total_kib = outcome.look().known().and_then(|text| parse_meminfo(text).swap_total_kib);
        if total_kib != Some(0) {
            let path = "/proc/swaps";
            let op = Op::Read(ReadOp::File { path, most_bytes: TABLE_MOST_BYTES });
            let deadline_ms = context.budget.within_ms(context.now, TABLE_MS);
            self.pending.insist(context, op, deadline_ms, Reply::SwapFiles);
        }
    }

    fn files_known(&mut self, outcome: &Outcome, context: &mut Context) {
        match outcome.look() {
            Look::Known(text) | Look::Partial(text) => {
                self.files = parse_swap_files(text);
            }
            // A kernel without swap has no such file.
            Look::Unknown(Errno::ENOENT) => {}
            Look::Unknown(errno) => {
                context.say_formatted(
                    Severity::Warning,
                    format_args!("can't read /proc/swaps: {errno}; swap files stay in use"),
                );
            }
        }
    }

    /// Starts as many as there is room for. Returns whether all are off, or refused to go.
    pub(super) fn advance(&mut self, context: &mut Context) -> bool {
        while self.ops.has_room()
            && let Some(path) = self.files.get(self.next)
        {
            self.next = self.next.saturating_add(1);
            let op = StorageOp::SwapOff { path: path.clone() };
            let most_ms = context.settings.unmount_ms;
            self.ops.begin(context, op, most_ms, (path.clone(), context.now));
        }
        self.ops.is_idle() && self.pending.is_empty()
    }
}

fn swapped_off(
    path: &[u8],
    began: Moment,
    outcome: &Outcome,
    account: &mut Account,
    context: &mut Context,
) {
    if let Some(errno) = outcome.error() {
        context.say_formatted(
            Severity::Warning,
            format_args!("can't stop swapping to {}: {errno}", Shown(path)),
        );
    }
    let done = outcome.error().map_or(Ok(StorageDone::SwappedOff), Err);
    account.note(storage_line(path, done, began, context.now));
}
