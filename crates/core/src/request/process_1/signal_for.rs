//! The signals by which each init is asked for an end, and for what `telinit` asks of it.

use super::Init;
use crate::request::action::Action;
use crate::signal::{asking_for, number};

/// The signals that ask `init` for `action`, the best first. What is not here means something else to it:
/// to s6-svscan each runs a script that its machine is free to change, to runit INT runs one, to
/// sysvinit USR2 closes its FIFO.
///
/// Sources: systemd(1), SIGNALS; BusyBox init/init.c; `signal_handler` of procd's signal.c; dinit(8), SIGNALS;
/// finit's src/sig.c, which since 4.1 takes USR1 for no halt; `dispatch_signal` of OpenRC's
/// src/openrc-init/openrc-init.c.
#[must_use]
pub const fn signals_for(init: Init, action: Action) -> [Option<u8>; 2] {
    let [systemds, busyboxs] = asking_for(action);
    match (init, action) {
        (Init::Rekindle, _) => [Some(systemds), Some(busyboxs)],
        (Init::Systemd | Init::Unknown, Action::Restart) => [None, None],
        (Init::Systemd | Init::Unknown, _) => [Some(systemds), None],
        (Init::BusyBox | Init::Procd, Action::Halt | Action::PowerOff | Action::Reboot)
        | (Init::Finit, Action::PowerOff | Action::Reboot) => [Some(busyboxs), None],
        (Init::Dinit | Init::OpenRc, Action::Reboot) => [Some(number::INT), None],
        (Init::Dinit | Init::OpenRc, Action::Halt) => [Some(number::TERM), None],
        (Init::Sysvinit | Init::Runit | Init::S6 | Init::Shell, _)
        | (Init::Dinit | Init::OpenRc, Action::PowerOff)
        | (Init::Finit, Action::Halt)
        | (
            Init::BusyBox | Init::Dinit | Init::OpenRc | Init::Finit | Init::Procd,
            Action::Kexec | Action::SoftReboot | Action::Restart,
        ) => [None, None],
    }
}

/// The signal that asks `init` for what `telinit` with `level`, in upper case, asks sysvinit for. HUP reads
/// the configuration again in the inits that are here, and nothing in the others.
#[must_use]
pub const fn signal_for_level(init: Init, level: u8) -> Option<u8> {
    match (init, level) {
        (Init::Rekindle | Init::Systemd | Init::BusyBox | Init::Sysvinit | Init::Finit, b'Q') => {
            Some(number::HUP)
        }
        (Init::Rekindle | Init::Systemd | Init::Unknown, b'U') => Some(number::TAKE_OVER),
        _ => None,
    }
}
