//! What is mounted, and what is on it. Only helpers come here, at an end: a function of its own, which is
//! not resident while PID 1 serves (`crates/init/discard.ld`).

use super::answer::done;
use crate::path::c_path;
use crate::{Result, files, mounts, raw};
use rekindle_core::op::{Outcome, StorageOp};

#[inline(never)]
pub(super) fn perform(op: &StorageOp) -> Outcome {
    match op {
        StorageOp::Sync => {
            rustix::fs::sync();
            Outcome::Done
        }
        StorageOp::Unmount { target } => done(mounts::unmount(target)),
        StorageOp::RemountReadOnly { target } => done(mounts::remount_read_only(target)),
        StorageOp::SwapOff { path } => done(swap_off(path)),
        StorageOp::WriteFile { path, bytes } => done(files::write_file(path.as_bytes(), bytes)),
    }
}

fn swap_off(path: &[u8]) -> Result<()> {
    raw::swap_off(&c_path(path)?)
}
