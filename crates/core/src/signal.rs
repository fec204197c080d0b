//! What each signal means to PID 1: BusyBox's table, with systemd's real-time numbers in the
//! places that it leaves free.
//!
//! Sources: BusyBox init/init.c (names in its usage text), systemd(1) SIGNALS, and the 2013
//! proposal for BusyBox, which gave SIGALRM to kexec. Numbers: signal(7), x86-64.

use crate::inittab::Dialect;
use crate::request::Action;
use crate::request::Urgency;

/// Signal numbers on x86-64 (signal(7)).
pub mod number {
    #![allow(missing_docs)]
    pub const HUP: u8 = 1;
    pub const INT: u8 = 2;
    pub const QUIT: u8 = 3;
    pub const KILL: u8 = 9;
    pub const USR1: u8 = 10;
    pub const USR2: u8 = 12;
    pub const ALRM: u8 = 14;
    pub const TERM: u8 = 15;
    pub const CHLD: u8 = 17;
    pub const CONT: u8 = 18;
    pub const STOP: u8 = 19;
    pub const TSTP: u8 = 20;
    pub const WINCH: u8 = 28;
    pub const PWR: u8 = 30;
    /// SIGRTMIN+25, systemd's for the same.
    pub const TAKE_OVER: u8 = 59;
    /// SIGRTMIN as libc counts it; the kernel's own first real-time signal is 32, of which
    /// glibc and musl keep two or three for themselves (signal(7)).
    pub const RTMIN: u8 = 34;
}

/// What PID 1 does on a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// End the machine's run.
    End(Action, Urgency),
    /// Run the `ctrlaltdel` entries; seven of these in two seconds force a reboot.
    CtrlAltDel,
    /// Read inittab again.
    Reload,
    /// Start nothing new until [`Meaning::Unpause`].
    Pause,
    /// Start entries again.
    Unpause,
    /// Give the place of PID 1 to the program at /sbin/init, with all that runs.
    TakeOver,
    /// Make the FIFO anew, or find it as it was.
    OpenFifo,
    /// Close the FIFO.
    CloseFifo,
    /// The power changed; a file says how.
    Power,
    /// Run the `kbrequest` entries.
    KeyboardRequest,
    /// A child ended.
    Child,
    /// Nothing: the signal is taken and dropped.
    Nothing,
}

/// Looks `signal` up in the table of `dialect`. sysvinit's has its own meaning for four signals
/// (init(8) of sysvinit, SIGNALS), and none for those that end a machine here.
#[must_use]
pub const fn meaning(signal: u8, dialect: Dialect) -> Meaning {
    match (dialect, signal) {
        (Dialect::Sysvinit, number::USR1) => Meaning::OpenFifo,
        (Dialect::Sysvinit, number::USR2) => Meaning::CloseFifo,
        (Dialect::Sysvinit, number::PWR) => Meaning::Power,
        (Dialect::Sysvinit, number::WINCH) => Meaning::KeyboardRequest,
        _ => common_meaning(signal),
    }
}

const fn common_meaning(signal: u8) -> Meaning {
    use Urgency::{AtOnce, Orderly};
    match signal {
        number::USR1 => Meaning::End(Action::Halt, Orderly),
        number::USR2 | number::PWR => Meaning::End(Action::PowerOff, Orderly),
        number::TERM => Meaning::End(Action::Reboot, Orderly),
        number::ALRM => Meaning::End(Action::Kexec, Orderly),
        number::QUIT => Meaning::End(Action::Restart, Orderly),
        number::HUP => Meaning::Reload,
        number::INT => Meaning::CtrlAltDel,
        number::TSTP => Meaning::Pause,
        number::CONT => Meaning::Unpause,
        number::CHLD => Meaning::Child,
        37 => Meaning::End(Action::Halt, Orderly),
        38 => Meaning::End(Action::PowerOff, Orderly),
        39 => Meaning::End(Action::Reboot, Orderly),
        40 => Meaning::End(Action::Kexec, Orderly),
        41 => Meaning::End(Action::SoftReboot, Orderly),
        47 => Meaning::End(Action::Halt, AtOnce),
        48 => Meaning::End(Action::PowerOff, AtOnce),
        49 => Meaning::End(Action::Reboot, AtOnce),
        50 => Meaning::End(Action::Kexec, AtOnce),
        number::TAKE_OVER => Meaning::TakeOver,
        51 => Meaning::End(Action::SoftReboot, AtOnce),
        _ => Meaning::Nothing,
    }
}

/// The signals that ask PID 1 for `action` in an orderly way, the best first: systemd's number means
/// the same to every init that knows it, BusyBox's means something else to sysvinit and systemd.
#[must_use]
pub const fn asking_for(action: Action) -> [u8; 2] {
    match action {
        Action::Halt => [37, number::USR1],
        Action::PowerOff => [38, number::USR2],
        Action::Reboot => [39, number::TERM],
        Action::Kexec => [40, number::ALRM],
        Action::SoftReboot => [41, 41],
        Action::Restart => [number::QUIT, number::QUIT],
    }
}

/// The bit of `signal` in a kernel signal mask (`SigIgn:` and friends in proc_pid_status(5)).
#[must_use]
pub const fn mask_bit(signal: u8) -> u64 {
    match signal {
        0 => 0,
        signal => 1u64.wrapping_shl((signal as u32).wrapping_sub(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busybox(signal: u8) -> Meaning {
        meaning(signal, Dialect::BusyBox)
    }

    #[test]
    fn every_action_is_asked_for_by_a_signal_that_means_it() {
        for action in Action::ALL {
            for signal in asking_for(action) {
                assert_eq!(busybox(signal), Meaning::End(action, Urgency::Orderly));
            }
        }
    }

    #[test]
    fn the_real_time_signals_are_those_of_systemd() {
        for (offset, action) in [
            (3, Action::Halt),
            (4, Action::PowerOff),
            (5, Action::Reboot),
            (6, Action::Kexec),
            (7, Action::SoftReboot),
        ] {
            assert_eq!(busybox(number::RTMIN + offset), Meaning::End(action, Urgency::Orderly));
            assert_eq!(busybox(number::RTMIN + 10 + offset), Meaning::End(action, Urgency::AtOnce));
            let first = asking_for(action)[0];
            assert_eq!(meaning(first, Dialect::Sysvinit), Meaning::End(action, Urgency::Orderly));
        }
    }

    #[test]
    fn masks_count_from_signal_one() {
        assert_eq!(mask_bit(number::TERM), 0x4000);
        assert_eq!(mask_bit(64), 1 << 63);
        assert_eq!(mask_bit(0), 0);
    }
}
