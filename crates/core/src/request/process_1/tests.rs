//! Real inits as they show themselves: Debian 12 on Linux 6.1, unless it says otherwise.

use super::*;
use crate::proc::pid::parse_status;
use crate::request::action::Action;
use crate::signal::mask_bit;
use alloc::format;
use alloc::string::String;

/// What `/proc/1/comm`, `exe` and `cmdline` hold, and `SigBlk`, `SigIgn`, `SigCgt` of its status.
struct Shown {
    init: Init,
    comm: &'static str,
    exe: &'static str,
    cmdline: &'static str,
    masks: [u64; 3],
}

const fn shown(
    init: Init,
    comm: &'static str,
    exe: &'static str,
    cmdline: &'static str,
    masks: [u64; 3],
) -> Shown {
    Shown { init, comm, exe, cmdline, masks }
}

/// All but KILL and STOP, which can't be blocked.
const ALL: u64 = 0xffff_ffff_fffb_feff;

/// The first five were read on machines of `crates/vm`; the others are put together from their sources: `sigprocmask` of
/// openrc-init, the signalfd of s6-svscan, dinit and finit, and what finit calls itself (PR_SET_NAME).
const REAL: [Shown; 12] = [
    shown(Init::Rekindle, "init", "/usr/sbin/init", "/sbin/init\0", [ALL, 0, 0]),
    shown(
        Init::Systemd,
        "systemd",
        "/usr/lib/systemd/systemd",
        "/sbin/init\0",
        [0x7fe3_c0fe_2801_4a03, 0x1000, 0x4ec],
    ),
    shown(Init::Runit, "runit", "/usr/sbin/runit", "runit\0", [0x5001, 0, 0x2003_2002]),
    shown(
        Init::Sysvinit,
        "init",
        "/usr/sbin/init",
        "init [2]\0\0\0",
        [0, 0xffff_fffe_57f0_d0fc, 0x280b_2e03],
    ),
    shown(Init::BusyBox, "init", "/bin/busybox", "init\0", [0, 0, 0x8_0000]),
    shown(
        Init::OpenRc,
        "init",
        "/usr/bin/openrc-init",
        "/sbin/init\0",
        [0xffff_ffff_dffa_bebd, 0, 0x2001_4002],
    ),
    shown(
        Init::S6,
        "s6-svscan",
        "/usr/bin/s6-svscan",
        "/bin/s6-svscan\0-d4\0--\0/run/service\0",
        [0x2801_6a27, 0x1000, 0],
    ),
    shown(Init::Dinit, "dinit", "/usr/bin/dinit (deleted)", "/sbin/dinit\0", [ALL, 0x38_1000, 0]),
    shown(Init::Finit, "init", "/usr/sbin/finit", "/sbin/init\0", [0x2001_4a03, 0x2000, 0]),
    shown(Init::Procd, "procd", "/sbin/procd", "/sbin/procd\0", [0, 0, 0x2001_4e42]),
    shown(Init::Shell, "init", "/usr/bin/dash", "/bin/sh\0/init\0", [0, 0, 0x2]),
    shown(Init::Unknown, "tini", "/usr/bin/tini", "/sbin/tini\0--\0app\0", [ALL, 0x38_0000, 0]),
];

fn masks(comm: &str, [blocked, ignored, caught]: [u64; 3]) -> Status {
    let text = format!(
        "Name:\t{comm}\nSigBlk:\t{blocked:016x}\nSigIgn:\t{ignored:016x}\nSigCgt:\t{caught:016x}\n"
    );
    parse_status(text.as_bytes())
}

impl Shown {
    fn to_root(&self) -> Signs {
        Signs { exe: Ok(self.exe.into()), ..self.to_others() }
    }

    fn to_others(&self) -> Signs {
        Signs {
            status: Ok(masks(self.comm, self.masks)),
            exe: Err(Errno::EACCES),
            cmdline: Ok(self.cmdline.into()),
        }
    }
}

#[test]
fn each_init_is_recognised_as_it_shows_itself_to_root() {
    for shown in &REAL {
        assert_eq!(recognise(&shown.to_root()), shown.init, "{}", shown.exe);
    }
}

/// Without /proc/1/exe, `init` may be anybody's, and nothing is guessed.
#[test]
fn others_than_root_see_who_has_a_name_or_signals_of_its_own() {
    for shown in &REAL {
        let expected = match shown.init {
            Init::OpenRc | Init::Finit => Init::Unknown,
            known => known,
        };
        assert_eq!(recognise(&shown.to_others()), expected, "{}", shown.exe);
    }
}

#[test]
fn a_shell_of_busybox_is_a_shell_and_its_init_is_not() {
    let of_busybox = |cmdline: &'static str, masks| {
        recognise(&shown(Init::Shell, "init", "/bin/busybox", cmdline, masks).to_root())
    };
    assert_eq!(of_busybox("/bin/sh\0/init\0", [0, 0, 0x2]), Init::Shell);
    assert_eq!(of_busybox("/bin/ash\0", [0, 0x4004, 0x2]), Init::Shell);
    // One that handles HUP INT QUIT USR1 USR2 TERM PWR, as it did before it waited for them.
    assert_eq!(of_busybox("init\0", [0, 0, 0x2008_4a07]), Init::BusyBox);
    // php-fpm handles the same, and `sleep` in a container nothing.
    let php = shown(Init::Unknown, "php-fpm", "/usr/sbin/php-fpm", "php-fpm\0", [0, 0, 0x1_4a06]);
    assert_eq!(recognise(&php.to_root()), Init::Unknown);
    assert_eq!(of_busybox("sleep\0inf\0", [0, 0, 0]), Init::Unknown);
}

#[test]
fn what_can_not_be_read_is_not_guessed() {
    let hidden = || Err(Errno::ENOENT);
    let blind = Signs { status: Err(Errno::ENOENT), exe: hidden(), cmdline: hidden() };
    assert_eq!((recognise(&blind), name_of(&blind)), (Init::Unknown, "an unknown program"));
}

#[test]
fn each_is_called_by_its_name() {
    let names: Vec<String> = REAL.iter().map(|shown| name_of(&shown.to_root()).into()).collect();
    let expected = [
        "rekindle",
        "systemd",
        "runit",
        "sysvinit",
        "busybox",
        "openrc-init",
        "s6-svscan",
        "dinit",
        "finit",
        "procd",
        "a shell",
        "tini",
    ];
    assert_eq!(names, expected);
}

/// What must never happen: that a signal is sent which means something else to who gets it.
#[test]
fn no_signal_is_for_an_init_that_takes_it_for_something_else() {
    let all = |init| Action::ALL.into_iter().flat_map(move |action| signals_for(init, action));
    let is_sent = |init, signal| all(init).any(|sent| sent == Some(signal));
    // systemd executes itself again on TERM and ends in a crash on QUIT, which it shows as caught.
    assert!(!is_sent(Init::Systemd, number::TERM) && !is_sent(Init::Systemd, number::QUIT));
    assert!(REAL[1].masks[2] & mask_bit(number::QUIT) != 0);
    // USR1 makes finit and dinit open a socket again, and powers off under s6-linux-init.
    assert!(!is_sent(Init::Finit, number::USR1) && !is_sent(Init::Dinit, number::USR1));
    for init in [Init::Sysvinit, Init::Runit, Init::S6, Init::Shell] {
        assert_eq!(all(init).flatten().count(), 0, "{init:?}");
    }
}

#[test]
fn the_command_is_that_of_the_init() {
    use Action::{Halt, Kexec, PowerOff, Reboot, Restart, SoftReboot};
    for (init, action, command) in [
        (Init::Systemd, Kexec, Some("systemctl kexec")),
        (Init::Systemd, SoftReboot, Some("systemctl soft-reboot")),
        (Init::Systemd, Restart, None),
        (Init::Runit, Reboot, Some("init 6")),
        (Init::Runit, PowerOff, Some("init 0")),
        (Init::Runit, Halt, None),
        (Init::OpenRc, Kexec, Some("openrc-shutdown --kexec now")),
        (Init::OpenRc, PowerOff, Some("openrc-shutdown --poweroff now")),
        (Init::S6, Halt, Some("s6-linux-init-shutdown -h now")),
        (Init::S6, Kexec, None),
        (Init::Dinit, PowerOff, Some("shutdown -p")),
        (Init::Dinit, SoftReboot, Some("shutdown -s")),
        (Init::Dinit, Kexec, Some("shutdown -k")),
        (Init::Finit, Halt, Some("initctl halt")),
        (Init::Sysvinit, Reboot, Some("kill -USR1 1; reboot")),
        (Init::Sysvinit, Kexec, None),
        (Init::Shell, Reboot, None),
        (Init::Unknown, Reboot, None),
    ] {
        let told = command_for(init, action);
        assert_eq!(told.as_ref().map(|words| words.as_str()), command, "{init:?} {action}");
    }
}

#[test]
fn the_command_for_a_level_is_that_of_the_init() {
    for (init, level, command) in [
        (Init::Systemd, b'S', Some("systemctl rescue")),
        (Init::Systemd, b'3', Some("systemctl isolate multi-user.target")),
        (Init::Systemd, b'5', Some("systemctl isolate graphical.target")),
        (Init::Systemd, b'A', None),
        (Init::OpenRc, b'1', Some("openrc-shutdown --single now")),
        (Init::OpenRc, b'U', Some("openrc-shutdown --reexec")),
        (Init::Finit, b'3', Some("initctl runlevel 3")),
        (Init::S6, b'3', Some("s6-linux-init-telinit 3")),
        (Init::Runit, b'3', None),
    ] {
        let told = command_for_level(init, level);
        assert_eq!(told.as_ref().map(|words| words.as_str()), command, "{init:?} {level}");
    }
    assert_eq!(signal_for_level(Init::Systemd, b'U'), Some(number::TAKE_OVER));
    assert_eq!(signal_for_level(Init::Finit, b'Q'), Some(number::HUP));
    assert_eq!(signal_for_level(Init::Runit, b'Q'), None);
    assert_eq!(signal_for_level(Init::Unknown, b'Q'), None);
}
