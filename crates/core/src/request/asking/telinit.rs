//! How `telinit` asks process 1: through the FIFO, or without one in the way that its init has.

use super::find_heard;
use crate::errno::Errno;
use crate::initctl::{REQUEST_BYTES, render_environment_request, render_runlevel_request};
use crate::request::action::Action;
use crate::request::options::Telinit;
use crate::request::process_1::{
    Init, Signs, command_for_level, name_of, recognise, signal_for_level,
};
use crate::request::refusal::{Refusal, What, Why};

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

/// Chooses how `telinit` asks where process 1 has no FIFO.
#[must_use]
#[inline(never)]
pub fn plan_telinit_without_initctl(request: &Telinit<'_>, signs: &Signs) -> TelinitAsking {
    let level = match request {
        Telinit::Runlevel { level, .. } => *level,
        Telinit::Environment(_) => {
            return TelinitAsking::Refused(Refusal::failed(What::Initctl, Errno::ENOENT));
        }
    };
    let init = recognise(signs);
    let what = match level {
        b'0' => return TelinitAsking::End(Action::PowerOff),
        b'6' => return TelinitAsking::End(Action::Reboot),
        b'Q' => What::AskingToReload,
        b'U' => What::AskingToBeReplaced,
        _ if init == Init::Rekindle => {
            let refusal = Refusal::because(What::Runlevel, Why::NoRunlevels);
            return TelinitAsking::Refused(refusal);
        }
        _ => What::Runlevel,
    };
    if let Some(signal) = find_heard(init, [signal_for_level(init, level), None], signs) {
        return TelinitAsking::Signal(signal, what);
    }
    let command = command_for_level(init, level);
    TelinitAsking::Refused(Refusal::not_heard(what, name_of(signs), command, false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proc::pid::Status;
    use crate::signal::{mask_bit, number};
    use alloc::string::{String, ToString};
    use alloc::vec;

    fn signs(comm: &str, blocked: u64) -> Signs {
        Signs {
            status: Ok(Status { comm: comm.into(), blocked, ..Status::default() }),
            exe: Ok(comm.into()),
            cmdline: Ok(vec![]),
        }
    }

    fn plan(level: u8, comm: &str, blocked: u64) -> TelinitAsking {
        let request = Telinit::Runlevel { level, sleep_seconds: 5 };
        plan_telinit_without_initctl(&request, &signs(comm, blocked))
    }

    fn refused(level: u8, comm: &str, blocked: u64) -> String {
        match plan(level, comm, blocked) {
            TelinitAsking::Refused(refusal) => refusal.to_string(),
            asked => panic!("{asked:?}"),
        }
    }

    #[test]
    fn what_means_the_same_to_the_init_is_asked_for_by_a_signal() {
        let all = u64::MAX;
        let (reload, replace) = (What::AskingToReload, What::AskingToBeReplaced);
        assert_eq!(plan(b'0', "init", all), TelinitAsking::End(Action::PowerOff));
        assert_eq!(plan(b'6', "init", all), TelinitAsking::End(Action::Reboot));
        for comm in ["init", "systemd"] {
            let signal = |number, what| TelinitAsking::Signal(number, what);
            assert_eq!(plan(b'Q', comm, all), signal(number::HUP, reload.clone()));
            assert_eq!(plan(b'U', comm, all), signal(number::TAKE_OVER, replace.clone()));
        }
        let refusal = Refusal::because(What::Runlevel, Why::NoRunlevels);
        assert_eq!(plan(b'3', "init", all), TelinitAsking::Refused(refusal));
        let pairs = Telinit::Environment(vec![b"INIT_X"]);
        let refusal = Refusal::failed(What::Initctl, Errno::ENOENT);
        let asking = plan_telinit_without_initctl(&pairs, &signs("init", all));
        assert_eq!(asking, TelinitAsking::Refused(refusal));
    }

    #[test]
    fn another_init_is_named_with_what_to_type() {
        let told = refused(b'3', "systemd", 0);
        let expected = "process 1 is systemd, which does not listen for that; type 'systemctl isolate multi-user.target'";
        assert_eq!(told, expected);
        // runit holds HUP back for ever.
        let told = refused(b'Q', "runit", mask_bit(number::HUP));
        let expected =
            "can't ask process 1 to reload: process 1 is runit, which does not listen for that";
        assert_eq!(told, expected);
        let told = refused(b'3', "finit", 0);
        assert!(told.ends_with("type 'initctl runlevel 3'"), "{told}");
        let told = refused(b'Q', "unheard-of", mask_bit(number::HUP));
        assert!(told.contains("process 1 is unheard-of, which"), "{told}");
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
