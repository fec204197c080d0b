//! How `telinit` asks process 1: through the FIFO, or without one by the signals that BusyBox's init knows.

use crate::errno::Errno;
use crate::initctl::{REQUEST_BYTES, render_environment_request, render_runlevel_request};
use crate::request::action::Action;
use crate::request::options::Telinit;
use crate::request::refusal::{Refusal, What, Why};
use crate::signal::number;

/// What `telinit` does without a FIFO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TelinitAsking {
    /// It asks for this end, as the command of that name does.
    End(Action),
    /// It sends this signal; what is refused if that fails.
    Signal(u8, What),
    /// Nothing.
    Refused(Refusal),
}

/// The request that `telinit` writes into the FIFO.
///
/// # Errors
/// The variables take more than a request holds.
pub fn plan_telinit(request: &Telinit<'_>) -> Result<[u8; REQUEST_BYTES], Refusal> {
    match request {
        Telinit::Runlevel { level, sleep_seconds } => {
            Ok(render_runlevel_request(*level, *sleep_seconds))
        }
        Telinit::Environment(pairs) => render_environment_request(pairs)
            .ok_or_else(|| Refusal::because(What::Variables, Why::VariablesTooLong)),
    }
}

/// Chooses how `telinit` asks where process 1 has no FIFO: by the signals that BusyBox's init knows.
#[must_use]
pub fn plan_telinit_without_initctl(request: &Telinit<'_>) -> TelinitAsking {
    let level = match request {
        Telinit::Runlevel { level, .. } => *level,
        Telinit::Environment(_) => {
            return TelinitAsking::Refused(Refusal::failed(What::Initctl, Errno::ENOENT));
        }
    };
    match level {
        b'0' => TelinitAsking::End(Action::PowerOff),
        b'6' => TelinitAsking::End(Action::Reboot),
        b'Q' => TelinitAsking::Signal(number::HUP, What::AskingToReload),
        b'U' => TelinitAsking::Signal(number::TAKE_OVER, What::AskingToBeReplaced),
        _ => TelinitAsking::Refused(Refusal::because(What::Runlevel, Why::NoRunlevels)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn telinit_has_signals_for_what_busybox_knows() {
        let plan =
            |level| plan_telinit_without_initctl(&Telinit::Runlevel { level, sleep_seconds: 5 });
        assert_eq!(plan(b'0'), TelinitAsking::End(Action::PowerOff));
        assert_eq!(plan(b'6'), TelinitAsking::End(Action::Reboot));
        assert_eq!(plan(b'Q'), TelinitAsking::Signal(number::HUP, What::AskingToReload));
        assert_eq!(plan(b'U'), TelinitAsking::Signal(number::TAKE_OVER, What::AskingToBeReplaced));
        let refusal = Refusal::because(What::Runlevel, Why::NoRunlevels);
        assert_eq!(plan(b'3'), TelinitAsking::Refused(refusal));
        let pairs = Telinit::Environment(vec![b"INIT_X"]);
        let refusal = Refusal::failed(What::Initctl, Errno::ENOENT);
        assert_eq!(plan_telinit_without_initctl(&pairs), TelinitAsking::Refused(refusal));
    }

    #[test]
    fn variables_fit_into_a_request_or_are_refused() {
        let long = [b'x'; 400];
        let refusal = Refusal::because(What::Variables, Why::VariablesTooLong);
        assert_eq!(plan_telinit(&Telinit::Environment(vec![&long])), Err(refusal));
        let request = Telinit::Runlevel { level: b'3', sleep_seconds: 7 };
        assert_eq!(plan_telinit(&request), Ok(render_runlevel_request(b'3', 7)));
    }
}
