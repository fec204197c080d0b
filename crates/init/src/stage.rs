//! Whether PID 1 was executed as its last stage: what comes after an internal error depends on it.

use core::sync::atomic::{AtomicBool, Ordering};
use rekindle_core::takeover::LAST_STAGE;

static IS_LAST: AtomicBool = AtomicBool::new(false);

/// Finds it out, once.
pub(crate) fn find_out(arguments: &[&[u8]]) {
    IS_LAST.store(arguments.get(1).is_some_and(|word| *word == LAST_STAGE), Ordering::Relaxed);
}

/// Whether it was.
pub(crate) fn is_last() -> bool {
    IS_LAST.load(Ordering::Relaxed)
}
