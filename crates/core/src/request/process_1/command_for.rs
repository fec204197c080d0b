//! What to type where process 1 hears nothing that this program could send.

use super::Init;
use crate::request::action::Action;
use crate::request::refusal::Words;
use crate::text::word;

/// The command that asks `init` for `action`. `None` where it has none.
///
/// Sources: systemctl(1); runit-init(8), which knows 0 and 6 only; OpenRC's openrc-shutdown(8);
/// s6-linux-init-shutdown and dinit's shutdown(8), which take sysvinit's letters; `initctl` of finit;
/// init(8) of sysvinit, whose FIFO USR2 has closed where it does not listen.
#[must_use]
pub fn command_for(init: Init, action: Action) -> Option<Words> {
    use Action::{Halt, Kexec, PowerOff, Reboot, Restart, SoftReboot};
    let (before, word, after) = match (init, action) {
        (_, Restart) => return None,
        (Init::Systemd, _) => ("systemctl ", action.name(), ""),
        (Init::Runit, PowerOff) => ("init ", "0", ""),
        (Init::Runit, Reboot) => ("init ", "6", ""),
        (Init::OpenRc, Halt | PowerOff | Reboot | Kexec) => {
            ("openrc-shutdown --", action.name(), " now")
        }
        (Init::S6, Halt | PowerOff | Reboot) => {
            ("s6-linux-init-shutdown -", letter(action), " now")
        }
        (Init::Dinit, _) => ("shutdown -", letter(action), ""),
        (Init::Finit, Halt | PowerOff | Reboot) => ("initctl ", action.name(), ""),
        (Init::Sysvinit, Halt | PowerOff | Reboot) => ("kill -USR1 1; ", action.name(), ""),
        (
            Init::Runit | Init::OpenRc | Init::S6 | Init::Finit | Init::Sysvinit,
            Kexec | SoftReboot,
        )
        | (Init::Runit, Halt)
        | (Init::Rekindle | Init::BusyBox | Init::Procd | Init::Shell | Init::Unknown, _) => {
            return None;
        }
    };
    Some(Words::joined([before, word, after]))
}

/// The option of `shutdown` (shutdown(8) of sysvinit; `-k` and `-s` are dinit's).
const fn letter(action: Action) -> &'static str {
    match action {
        Action::Halt => "h",
        Action::PowerOff => "p",
        Action::Kexec => "k",
        Action::SoftReboot | Action::Restart => "s",
        Action::Reboot => "r",
    }
}

/// The command that does under `init` what `telinit` with `level`, in upper case, does under sysvinit.
/// systemd's targets in the place of runlevels are those of systemd.special(7).
#[must_use]
pub fn command_for_level(init: Init, level: u8) -> Option<Words> {
    let (command, takes_level) = match (init, level) {
        (Init::Systemd, b'1' | b'S') => ("systemctl rescue", false),
        (Init::Systemd, b'2'..=b'4') => ("systemctl isolate multi-user.target", false),
        (Init::Systemd, b'5') => ("systemctl isolate graphical.target", false),
        (Init::OpenRc, b'1' | b'S') => ("openrc-shutdown --single now", false),
        (Init::OpenRc, b'U') => ("openrc-shutdown --reexec", false),
        (Init::Finit, b'1'..=b'9') => ("initctl runlevel ", true),
        (Init::S6, b'1'..=b'5') => ("s6-linux-init-telinit ", true),
        _ => return None,
    };
    let digit = if takes_level { &[level][..] } else { &[] };
    Some(Words::joined([command, word(digit), ""]))
}
