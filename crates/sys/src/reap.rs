//! Ended children.

use rekindle_core::event::{Ending, Event};
use rustix::process::{WaitOptions, WaitStatus};

/// Reaps one ended child: waitpid(2) with WNOHANG. [`Event::NoChildren`] if there is none at
/// all, `None` if none has ended.
#[must_use]
pub fn reap_one() -> Option<Event> {
    wait(WaitOptions::NOHANG)
}

/// Waits for a child to end: waitpid(2).
pub(crate) fn wait_one() -> Option<Event> {
    wait(WaitOptions::empty())
}

fn wait(options: WaitOptions) -> Option<Event> {
    match rustix::process::wait(options) {
        Ok(Some((pid, status))) => {
            let pid = u32::try_from(pid.as_raw_nonzero().get()).unwrap_or(0);
            Some(Event::ChildEnded { pid, ending: read_ending(status) })
        }
        Err(rustix::io::Errno::CHILD) => Some(Event::NoChildren),
        Ok(None) | Err(_) => None,
    }
}

fn read_ending(status: WaitStatus) -> Ending {
    let byte = |number: Option<i32>| number.and_then(|number| u8::try_from(number).ok());
    match (byte(status.exit_status()), byte(status.terminating_signal())) {
        (Some(status), _) => Ending::Exited(status),
        (None, signal) => Ending::Killed(signal.unwrap_or(0)),
    }
}
