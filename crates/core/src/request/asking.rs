//! How a command asks process 1 for an end: by a signal that it hears, else by a runlevel.

use crate::errno::Errno;
use crate::initctl::{REQUEST_BYTES, render_environment_request, render_runlevel_request};
use crate::look::Look;
use crate::proc::pid::Status;
use crate::request::action::Action;
use crate::request::origin::Origin;
use crate::request::process_1::{Init, Signs, command_for, name_of, recognise, signals_for};
use crate::request::refusal::{Next, Refusal, What, Why};
use crate::signal::mask_bit;
use alloc::vec::Vec;

mod control;
mod telinit;

pub use control::{ANSWER_MS, judge_answer};
pub use telinit::{TelinitAsking, plan_telinit, plan_telinit_without_initctl};

/// How long a command stays that has asked by a signal: what the look of PID 1's helper at it takes on a busy
/// machine. Most are ended by the end itself before.
pub const LINGER_MS: u64 = 150;

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

/// Chooses how to ask for `action` the init that `signs` are of: by a signal that means this to it and
/// that it hears, else by a runlevel where it has them. A signal that it does not hear would be dropped,
/// one that means something else to it might do anything: TERM has systemd execute itself again, INT
/// reboots under dinit and does nothing under finit.
#[must_use]
pub fn plan_asking(action: Action, signs: &Signs) -> Asking {
    let init = recognise(signs);
    if let Some(signal) = find_heard(init, signals_for(init, action), signs) {
        return Asking::Signal(signal);
    }
    match init {
        Init::Rekindle | Init::Sysvinit | Init::Unknown => plan_asking_by_runlevel(action, signs),
        Init::Systemd
        | Init::BusyBox
        | Init::Runit
        | Init::OpenRc
        | Init::S6
        | Init::Dinit
        | Init::Finit
        | Init::Procd
        | Init::Shell => Asking::Refused(refuse_unheard(action, signs)),
    }
}

/// The first of the signals that `init` hears. A process 1 of which nothing can be read is believed to
/// hear: an end that is not asked for leaves a machine up that somebody wanted to go.
fn find_heard(init: Init, signals: [Option<u8>; 2], signs: &Signs) -> Option<u8> {
    // No init has a use for it: one that takes it takes all, to drop or to pass on.
    const NOBODYS: u8 = 64;
    let is_heard = |signal: u8| match &signs.status {
        // BusyBox's has its signals neither blocked nor handled while it waits for them.
        Ok(status) => init == Init::BusyBox || is_heard(status, signal),
        Err(_) => signal != NOBODYS,
    };
    if init == Init::Unknown && is_heard(NOBODYS) {
        return None;
    }
    let [first, second] = signals;
    first.filter(|signal| is_heard(*signal)).or_else(|| second.filter(|signal| is_heard(*signal)))
}

/// Whether a process handles or reads `signal`. What process 1 leaves at its default is dropped by the
/// kernel (kill(2), NOTES).
fn is_heard(init: &Status, signal: u8) -> bool {
    let bit = mask_bit(signal);
    init.ignored & bit == 0 && (init.caught | init.blocked) & bit != 0
}

/// sysvinit hears no signal that asks for an end; it has runlevels, and INIT_HALT to say what comes
/// behind runlevel 0.
fn plan_asking_by_runlevel(action: Action, signs: &Signs) -> Asking {
    let variable = match action {
        Action::Halt | Action::PowerOff | Action::Reboot => {
            action.init_halt().unwrap_or(b"INIT_HALT")
        }
        Action::Kexec | Action::SoftReboot | Action::Restart => {
            return Asking::Refused(refuse_unheard(action, signs));
        }
    };
    let set = render_environment_request(&[variable]);
    let change = render_runlevel_request(action.runlevel(), 0);
    let mut requests = Vec::from_iter(set);
    requests.push(change);
    Asking::Initctl(requests)
}

fn refuse_unheard(action: Action, signs: &Signs) -> Refusal {
    let command = command_for(recognise(signs), action);
    let can_force = !action.keeps_kernel();
    Refusal::not_heard(What::Asking(action), name_of(signs), command, can_force)
}

/// Why process 1 could not be asked for `action`: the system call that was to do it failed. Without a FIFO
/// (ENOENT), or with one that nobody reads from (ENXIO), nothing was left that it hears.
#[must_use]
pub fn judge_asking(action: Action, signs: &Signs, errno: Errno) -> Refusal {
    let mut failed = Refusal::failed(What::Asking(action), errno);
    if matches!(errno, Errno::ENOENT | Errno::ENXIO) && signs.exe != Err(Errno::EACCES) {
        return refuse_unheard(action, signs);
    }
    if errno == Errno::EPERM && recognise(signs) == Init::Systemd {
        // Its own command asks through D-Bus, where others than root may be let.
        failed.next = command_for(Init::Systemd, action).map_or(Next::Nothing, Next::Type);
    }
    failed
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
    use crate::look::Look;
    use crate::signal::number;
    use alloc::string::{String, ToString};
    use alloc::vec;

    fn with(comm: &str, status: Status) -> Signs {
        Signs {
            status: Ok(Status { comm: comm.into(), ..status }),
            exe: Ok(comm.into()),
            cmdline: Ok(Vec::new()),
        }
    }

    fn hearing(comm: &str, signals: &[u8]) -> Signs {
        let caught = signals.iter().fold(0, |mask, signal| mask | mask_bit(*signal));
        with(comm, Status { caught, ..Status::default() })
    }

    fn refused(asking: Asking) -> String {
        match asking {
            Asking::Refused(refusal) => refusal.to_string(),
            asked => panic!("{asked:?}"),
        }
    }

    #[test]
    fn an_init_is_asked_by_a_signal_of_its_own_that_it_hears() {
        let ours = || with("init", Status { blocked: u64::MAX, ..Status::default() });
        for (signs, action, signal) in [
            (ours(), Action::Reboot, 39),
            (ours(), Action::Restart, number::QUIT),
            (hearing("systemd", &[number::TERM, 39]), Action::Reboot, 39),
            (hearing("init", &[number::TSTP]), Action::Halt, number::USR1),
            (hearing("finit", &[number::TERM, number::USR2]), Action::PowerOff, number::USR2),
            (hearing("dinit", &[number::INT, number::TERM, 39]), Action::Reboot, number::INT),
            (hearing("openrc-init", &[number::INT, number::TERM]), Action::Halt, number::TERM),
            (hearing("unheard-of", &[number::TERM, 39]), Action::Reboot, 39),
        ] {
            assert_eq!(plan_asking(action, &signs), Asking::Signal(signal), "{signs:?}");
        }
    }

    #[test]
    fn one_that_does_not_hear_is_named_with_what_to_type() {
        // runit holds TERM back for ever.
        let blocked = mask_bit(number::TERM) | mask_bit(39);
        let runit = with("runit", Status { blocked, ..Status::default() });
        let told = refused(plan_asking(Action::Reboot, &runit));
        assert_eq!(told, "process 1 is runit, which does not listen for reboot; type 'init 6'");
        // systemd before 254.
        let told = refused(plan_asking(Action::SoftReboot, &hearing("systemd", &[39])));
        let expected = "process 1 is systemd, which does not listen for soft-reboot; type 'systemctl soft-reboot'";
        assert_eq!(told, expected);
        let ignored = Status { caught: mask_bit(39), ignored: mask_bit(39), ..Status::default() };
        let told = refused(plan_asking(Action::Reboot, &with("systemd", ignored)));
        assert!(told.ends_with("reboot; type 'systemctl reboot'"), "{told}");
        let told = refused(plan_asking(Action::Kexec, &hearing("init", &[number::TSTP])));
        let expected = "process 1 is busybox, which does not listen for kexec; '-f' goes without it, ends no process and unmounts nothing";
        assert_eq!(told, expected);
        let told = refused(plan_asking(Action::Reboot, &hearing("bash", &[number::TERM, 39])));
        assert!(told.starts_with("process 1 is a shell, which does not listen for reboot; '-f'"));
    }

    #[test]
    fn a_process_1_that_is_not_known_is_believed_to_hear() {
        let status = Err(Errno::ENOENT);
        let (exe, cmdline) = (Err(Errno::ENOENT), Err(Errno::ENOENT));
        let signs = Signs { status, exe, cmdline };
        assert_eq!(plan_asking(Action::PowerOff, &signs), Asking::Signal(38));
    }

    /// tini hands what it takes on, Go's runtime catches all: that 39 is heard tells nothing.
    #[test]
    fn one_that_takes_every_signal_is_not_asked_by_any() {
        let caught = u64::MAX;
        let signs = with("tini", Status { caught, ..Status::default() });
        assert!(matches!(plan_asking(Action::Reboot, &signs), Asking::Initctl(_)));
        let refusal = judge_asking(Action::Reboot, &signs, Errno::ENOENT).to_string();
        assert!(refusal.starts_with("process 1 is tini, which does not listen for reboot"));
    }

    #[test]
    fn without_a_signal_the_runlevel_says_the_same() {
        let sysvinit = || hearing("init", &[number::ALRM, number::WINCH, 10, 12, number::PWR, 38]);
        for (action, variable, level) in [
            (Action::Halt, &b"INIT_HALT=HALT"[..], b'0'),
            (Action::PowerOff, b"INIT_HALT=POWEROFF", b'0'),
            (Action::Reboot, b"INIT_HALT", b'6'),
        ] {
            let set = render_environment_request(&[variable]).unwrap();
            let requests = vec![set, render_runlevel_request(level, 0)];
            assert_eq!(plan_asking(action, &sysvinit()), Asking::Initctl(requests));
        }
        for action in [Action::Kexec, Action::SoftReboot, Action::Restart] {
            let told = refused(plan_asking(action, &sysvinit()));
            assert!(told.starts_with("process 1 is sysvinit, which does not listen for"), "{told}");
        }
    }

    #[test]
    fn a_fifo_that_is_missing_or_closed_means_that_nobody_listens() {
        let sysvinit = hearing("init", &[number::ALRM, number::WINCH, 10, 12, number::PWR]);
        for errno in [Errno::ENOENT, Errno::ENXIO] {
            let told = judge_asking(Action::Halt, &sysvinit, errno).to_string();
            let expected =
                "process 1 is sysvinit, which does not listen for halt; type 'kill -USR1 1; halt'";
            assert_eq!(told, expected);
        }
        // Who may not even see which init it is can't be told that it does not listen.
        let hidden = Signs { exe: Err(Errno::EACCES), ..hearing("init", &[]) };
        let refusal = judge_asking(Action::Halt, &hidden, Errno::ENOENT);
        assert_eq!(refusal, Refusal::failed(What::Asking(Action::Halt), Errno::ENOENT));
        let refusal = judge_asking(Action::Halt, &sysvinit, Errno::EPERM);
        assert_eq!(refusal, Refusal::failed(What::Asking(Action::Halt), Errno::EPERM));
        let told = judge_asking(Action::Halt, &hearing("systemd", &[]), Errno::EPERM).to_string();
        let expected =
            "can't ask process 1 for halt: operation not permitted (EPERM); type 'systemctl halt'";
        assert_eq!(told, expected);
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
