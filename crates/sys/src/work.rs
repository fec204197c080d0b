//! What a helper does in its own process.

use crate::child::keep_only;
use crate::executor::Executor;
use crate::raw;
use crate::teller::Teller;
use alloc::vec::Vec;
use rekindle_core::op::Op;
use rustix::fd::{AsFd, OwnedFd};

/// Carries `op` out and tells through `writer` what came of it. Unlike PID 1 a helper can be killed.
pub(crate) fn work(executor: &mut Executor, op: &Op, writer: &OwnedFd) -> ! {
    let mut kept = Vec::from([writer.as_fd()]);
    kept.extend(executor.descriptor_for(op));
    keep_only(&kept);
    let _ = raw::unblock_all_signals();
    let _ = raw::set_name(c"init-helper");
    let mut teller = Teller::to_pipe(writer);
    let outcome = executor.perform_telling(op, &mut teller);
    raw::exit(u8::from(teller.tell_outcome(&outcome).is_err()));
}
