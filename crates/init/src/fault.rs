//! An internal error on purpose, for a test of what comes after one in the last stage.

use rekindle_core::op::{Op, StorageOp};

/// Panics when a last stage begins with the disks.
#[allow(clippy::panic)]
pub(crate) fn panic_in_last_stage(op: &Op) {
    let is_of_disks = matches!(
        op,
        Op::Storage(
            StorageOp::Unmount { .. }
                | StorageOp::RemountReadOnly { .. }
                | StorageOp::SwapOff { .. }
        )
    );
    if is_of_disks && crate::stage::is_last() {
        panic!("on purpose");
    }
}
