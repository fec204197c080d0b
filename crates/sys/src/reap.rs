//! Ended children.

use rekindle_core::event::ExitStatus;
use rustix::process::{WaitOptions, WaitStatus};

/// What there was to reap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaped {
    /// A child that has ended.
    Child {
        /// Its process id.
        pid: u32,
        /// How it ended.
        status: ExitStatus,
    },
    /// There is no child at all.
    NoChildren,
}

/// Reaps one ended child: waitpid(2) with WNOHANG. `None` if none has ended.
#[must_use]
pub fn reap_one() -> Option<Reaped> {
    wait(WaitOptions::NOHANG)
}

/// Waits for a child to end: waitpid(2).
pub(crate) fn wait_one() -> Option<Reaped> {
    wait(WaitOptions::empty())
}

fn wait(options: WaitOptions) -> Option<Reaped> {
    match rustix::process::wait(options) {
        Ok(Some((pid, status))) => {
            let pid = u32::try_from(pid.as_raw_nonzero().get()).unwrap_or(0);
            Some(Reaped::Child { pid, status: read_status(status) })
        }
        Err(rustix::io::Errno::CHILD) => Some(Reaped::NoChildren),
        Ok(None) | Err(_) => None,
    }
}

fn read_status(status: WaitStatus) -> ExitStatus {
    let byte = |number: Option<i32>| number.and_then(|number| u8::try_from(number).ok());
    match (byte(status.exit_status()), byte(status.terminating_signal())) {
        (Some(status), _) => ExitStatus::Exited(status),
        (None, signal) => ExitStatus::Killed(signal.unwrap_or(0)),
    }
}
