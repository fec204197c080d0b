//! How a command asks process 1 for an end: by a signal that it hears, else by a runlevel.

use crate::errno::Errno;
use crate::initctl::{REQUEST_BYTES, render_environment_request, render_runlevel_request};
use crate::look::Look;
use crate::proc::pid::Status;
use crate::request::action::Action;
use crate::request::origin::Origin;
use crate::request::refusal::{Refusal, What, Why};
use crate::signal::{asking_for, mask_bit};
use alloc::vec::Vec;

mod telinit;

pub use telinit::{TelinitAsking, plan_telinit, plan_telinit_without_initctl};

/// How process 1 is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asking {
    /// By this signal.
    Signal(u8),
    /// By these requests on the FIFO, one after the other.
    Initctl(Vec<[u8; REQUEST_BYTES]>),
    /// Not at all.
    Refused(Refusal),
}

/// Chooses how to ask for `action`. `init` is what /proc/1/status tells: without it, process 1 is believed
/// to hear what every init of this program hears. A signal too many is dropped; an end that is not
/// asked for leaves a machine up that somebody wanted to go.
#[must_use]
pub fn plan_asking(action: Action, init: Look<Status>) -> Asking {
    let init = init.known();
    let is_heard = |signal: &u8| init.as_ref().is_none_or(|init| is_heard(init, *signal));
    match asking_for(action).into_iter().find(is_heard) {
        Some(signal) => Asking::Signal(signal),
        None => plan_asking_by_runlevel(action),
    }
}

/// Whether a process handles or reads `signal`. What process 1 leaves at its default is dropped by the
/// kernel (kill(2), NOTES).
fn is_heard(init: &Status, signal: u8) -> bool {
    let bit = mask_bit(signal);
    init.ignored & bit == 0 && (init.caught | init.blocked) & bit != 0
}

/// sysvinit hears no signal that asks for an end; it has runlevels, and INIT_HALT to say what comes
/// behind runlevel 0.
fn plan_asking_by_runlevel(action: Action) -> Asking {
    let variable = match action {
        Action::Halt | Action::PowerOff | Action::Reboot => {
            action.init_halt().unwrap_or(b"INIT_HALT")
        }
        Action::Kexec | Action::SoftReboot | Action::Restart => {
            return Asking::Refused(Refusal::not_heard(action));
        }
    };
    let set = render_environment_request(&[variable]);
    let change = render_runlevel_request(action.runlevel(), 0);
    let mut requests = Vec::from_iter(set);
    requests.push(change);
    Asking::Initctl(requests)
}

/// Why process 1 could not be asked for `action`: the system call that was to do it failed. Without a FIFO
/// (ENOENT), nothing was left that it hears.
#[must_use]
pub fn judge_asking(action: Action, errno: Errno) -> Refusal {
    match errno {
        Errno::ENOENT => Refusal::not_heard(action),
        errno => Refusal::failed(What::Asking(action), errno),
    }
}

/// How long nobody may read from the FIFO before a request fails: a process 1 that executes its program
/// again has it closed meanwhile. sysvinit's clients give it as long (src/init.c, `telinit`).
const READER_RETRIES: u32 = 60;
const READER_RETRY_MS: u64 = 50;

/// After how many milliseconds a FIFO that can't be opened is tried again; `None` if it is given up. ENXIO means
/// that nobody reads from it (fifo(7)).
#[must_use]
pub fn plan_initctl_retry(errno: Errno, retries: u32) -> Option<u64> {
    (errno == Errno::ENXIO && retries < READER_RETRIES).then_some(READER_RETRY_MS)
}

/// Whether a kexec may be asked for: only if a kernel is known to be loaded. `by` is who asks process 1; a
/// command that looks before it asks has nobody to name.
///
/// # Errors
/// None is loaded, or that is not known.
pub fn judge_loaded_kernel(is_loaded: Look<bool>, by: Option<&Origin>) -> Result<(), Refusal> {
    let why = match is_loaded.whole() {
        Ok(true) => return Ok(()),
        Ok(false) => Why::NoKernelLoaded,
        Err(errno) => Why::KexecUnknown(errno),
    };
    Err(Refusal::kexec(by, why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::number;
    use alloc::vec;

    fn hearing(signals: &[u8]) -> Look<Status> {
        let caught = signals.iter().fold(0, |mask, signal| mask | mask_bit(*signal));
        Look::Known(Status { caught, ..Status::default() })
    }

    #[test]
    fn the_first_signal_that_is_heard_is_sent() {
        let asked = |signals: &[u8]| plan_asking(Action::Reboot, hearing(signals));
        assert_eq!(asked(&[number::TERM, 39]), Asking::Signal(39));
        assert_eq!(asked(&[number::TERM]), Asking::Signal(number::TERM));
        // signalfd(2) is read from while the signal is blocked.
        let blocked = Status { blocked: mask_bit(39), ..Status::default() };
        assert_eq!(plan_asking(Action::Reboot, Look::Known(blocked)), Asking::Signal(39));
        let ignored = Status { caught: mask_bit(39), ignored: mask_bit(39), ..Status::default() };
        let asking = plan_asking(Action::Kexec, Look::Known(ignored));
        assert_eq!(asking, Asking::Refused(Refusal::not_heard(Action::Kexec)));
    }

    #[test]
    fn a_process_1_that_is_not_known_is_believed_to_hear() {
        for init in [Look::Unknown(Errno::ENOENT), Look::Partial(Status::default())] {
            assert_eq!(plan_asking(Action::PowerOff, init), Asking::Signal(38));
        }
    }

    #[test]
    fn without_a_signal_the_runlevel_says_the_same() {
        let nobody = || hearing(&[number::HUP]);
        for (action, variable, level) in [
            (Action::Halt, &b"INIT_HALT=HALT"[..], b'0'),
            (Action::PowerOff, b"INIT_HALT=POWEROFF", b'0'),
            (Action::Reboot, b"INIT_HALT", b'6'),
        ] {
            let set = render_environment_request(&[variable]).unwrap();
            let requests = vec![set, render_runlevel_request(level, 0)];
            assert_eq!(plan_asking(action, nobody()), Asking::Initctl(requests));
        }
        for action in [Action::Kexec, Action::SoftReboot, Action::Restart] {
            let refusal = Refusal::not_heard(action);
            assert_eq!(plan_asking(action, nobody()), Asking::Refused(refusal));
        }
    }

    #[test]
    fn a_fifo_that_is_missing_means_that_nobody_listens() {
        let refusal = judge_asking(Action::Halt, Errno::ENOENT);
        assert_eq!(refusal, Refusal::not_heard(Action::Halt));
        let refusal = judge_asking(Action::Halt, Errno::EPERM);
        assert_eq!(refusal, Refusal::failed(What::Asking(Action::Halt), Errno::EPERM));
    }

    #[test]
    fn a_kexec_needs_a_kernel_that_is_known_to_be_loaded() {
        assert_eq!(judge_loaded_kernel(Look::Known(true), None), Ok(()));
        for (look, why) in [
            (Look::Known(false), Why::NoKernelLoaded),
            (Look::Unknown(Errno::ENOENT), Why::KexecUnknown(Errno::ENOENT)),
            (Look::Partial(true), Why::KexecUnknown(Errno::EFBIG)),
        ] {
            assert_eq!(judge_loaded_kernel(look, None), Err(Refusal::kexec(None, why)));
        }
    }

    #[test]
    fn a_fifo_without_a_reader_is_given_three_seconds() {
        let waits = (0..).map_while(|retries| plan_initctl_retry(Errno::ENXIO, retries));
        assert_eq!(waits.sum::<u64>(), 3_000);
        assert_eq!(plan_initctl_retry(Errno::ENOENT, 0), None);
    }
}
