//! Which init process 1 is, by what /proc/1 tells.

use crate::errno::Errno;
use crate::proc::pid::Status;
use crate::signal::{mask_bit, number};
use crate::text::{base_name, parts, word};
use alloc::vec::Vec;

mod command_for;
mod signal_for;

pub use command_for::{command_for, command_for_level};
pub use signal_for::{signal_for_level, signals_for};

/// The inits that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Init {
    /// This program, of whatever version.
    Rekindle,
    /// systemd.
    Systemd,
    /// BusyBox's.
    BusyBox,
    /// sysvinit's.
    Sysvinit,
    /// runit's first process.
    Runit,
    /// OpenRC's `openrc-init`; OpenRC under another init is that init.
    OpenRc,
    /// `s6-svscan`, as which s6-linux-init goes on.
    S6,
    /// dinit.
    Dinit,
    /// finit.
    Finit,
    /// OpenWrt's.
    Procd,
    /// A shell, with or without a script.
    Shell,
    /// None of these.
    Unknown,
}

/// What was looked at. What could not be read tells nothing.
#[derive(Clone, Debug)]
pub struct Signs {
    /// /proc/1/status.
    pub status: Result<Status, Errno>,
    /// Where /proc/1/exe points, which only root may read (proc_pid_exe(5)).
    pub exe: Result<Vec<u8>, Errno>,
    /// /proc/1/cmdline.
    pub cmdline: Result<Vec<u8>, Errno>,
}

/// Says which init it is. The program decides, then the name that it has given itself, then the
/// interpreter that its command line begins with; a program called `init` is known by its signals. What inits
/// leave under /run tells no more: it may be there from another one, and who sees nothing of process 1 in
/// /proc sees no /run of its either.
#[must_use]
pub fn recognise(signs: &Signs) -> Init {
    let status = signs.status.as_ref().ok();
    let named = look_up(signs.exe.as_ref().ok()).or_else(|| look_up(Some(&status?.comm)));
    let named = named.or_else(|| look_up(signs.cmdline.as_ref().ok()));
    named.or_else(|| recognise_by_signals(status?)).unwrap_or(Init::Unknown)
}

/// The init whose program has this path, name or command line. Of a program that an upgrade has replaced the
/// kernel says that it is deleted (proc_pid_exe(5)).
fn look_up(called: Option<&Vec<u8>>) -> Option<Init> {
    let path = parts(called?, 0).next()?;
    let name = base_name(path.strip_suffix(b" (deleted)").unwrap_or(path));
    Some(match word(name) {
        "systemd" => Init::Systemd,
        "runit" => Init::Runit,
        "openrc-init" => Init::OpenRc,
        "s6-svscan" => Init::S6,
        "dinit" => Init::Dinit,
        "finit" => Init::Finit,
        "procd" => Init::Procd,
        // `init` may be anybody's.
        name if name.ends_with("sh") => Init::Shell,
        _ => return None,
    })
}

/// What process 1 is called where a person is told that it does not hear: the name of its init, or its own.
#[must_use]
pub fn name_of(signs: &Signs) -> &str {
    match recognise(signs) {
        Init::Rekindle => "rekindle",
        Init::BusyBox => "busybox",
        Init::Sysvinit => "sysvinit",
        Init::Shell => "a shell",
        Init::Unknown => match &signs.status {
            Ok(status) => word(&status.comm),
            Err(_) => "an unknown program",
        },
        Init::Systemd => "systemd",
        Init::Runit => "runit",
        Init::OpenRc => "openrc-init",
        Init::S6 => "s6-svscan",
        Init::Dinit => "dinit",
        Init::Finit => "finit",
        Init::Procd => "procd",
    }
}

/// This program blocks all signals, to read them from a signalfd, and handles none. BusyBox's handles TSTP alone, and
/// waits for the others in sigtimedwait(2), during which they are not blocked either; its older ones
/// handle them all. sysvinit's handles USR2 and WINCH, but not TERM (src/init.c).
fn recognise_by_signals(status: &Status) -> Option<Init> {
    const UNBLOCKABLE: u64 = mask_bit(number::KILL) | mask_bit(number::STOP);
    const TERM_QUIT: u64 = mask_bit(number::TERM) | mask_bit(number::QUIT);
    const USR2_WINCH: u64 = mask_bit(number::USR2) | mask_bit(number::WINCH);
    const TOLD_APART: u64 = TERM_QUIT | USR2_WINCH;
    const OLD_BUSYBOX: u64 = TERM_QUIT | mask_bit(number::USR2);
    let blocks_all = status.blocked | UNBLOCKABLE == u64::MAX;
    match status.caught {
        0 if blocks_all && status.ignored == 0 => Some(Init::Rekindle),
        caught if caught == mask_bit(number::TSTP) && status.ignored == 0 => Some(Init::BusyBox),
        // So does many a server in a container, under a name of its own.
        caught if caught & TOLD_APART == OLD_BUSYBOX && status.comm == b"init" => {
            Some(Init::BusyBox)
        }
        caught if caught & TOLD_APART == USR2_WINCH => Some(Init::Sysvinit),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
