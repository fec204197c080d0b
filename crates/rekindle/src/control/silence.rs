//! What is said where nobody answers on the control socket.

use rekindle_core::errno::Errno;
use rekindle_core::request::Refusal;
use rekindle_core::request::process_1::{Init, Signs, name_of, recognise};
use rekindle_core::request::refusal::{What, Why, Words};
use rekindle_core::takeover::LAST_STAGE;
use rekindle_core::text::parts;

/// What to type under another init.
pub(super) type Commands = fn(Init) -> &'static [&'static str];

/// Nothing is like it there.
pub(super) const fn no_commands(_: Init) -> &'static [&'static str] {
    &[]
}

/// What tells how an init and its services are.
///
/// Sources: systemctl(1); sv(8), with the folder that Debian's runit has; rc-status(8); s6-svstat, with
/// the folder of s6-linux-init; dinitctl(8); finit's initctl(8); OpenWrt's `ubus`; runlevel(8) and Debian's
/// service(8).
pub(super) const fn commands_to_look(init: Init) -> &'static [&'static str] {
    match init {
        Init::Systemd => &["systemctl status", "systemctl list-units"],
        Init::Runit => &["sv status /etc/service/*"],
        Init::OpenRc => &["rc-status"],
        Init::Sysvinit => &["runlevel", "service --status-all"],
        Init::S6 => &["s6-svstat /run/service/*"],
        Init::Dinit => &["dinitctl list"],
        Init::Finit => &["initctl status"],
        Init::Procd => &["ubus call service list"],
        Init::BusyBox | Init::Shell | Init::Unknown => &["ps"],
        Init::Rekindle => &[],
    }
}

/// Says why process 1 can't be asked: it is another init, for which `commands` do the same, or it is in no
/// state to be asked, or `errno` is all there is to say.
pub(super) fn explain_silence(errno: Errno, signs: &Signs, commands: Commands) -> String {
    if !is_nobody_there(errno) {
        return Refusal::failed(What::ControlSocket, errno).to_string();
    }
    match (recognise(signs), what_it_runs(signs)) {
        (Init::Rekindle, Runs::LastStage) => {
            Refusal::because(What::ControlSocket, Why::Ending).to_string()
        }
        (Init::Rekindle, Runs::Command) => {
            format!("{}: it runs a command, and serves no inittab", What::ControlSocket)
        }
        (Init::Rekindle, Runs::Inittab) => format!(
            "{}: {errno}; if it is an older version, 'telinit u' puts the installed one in its place",
            What::ControlSocket
        ),
        (init, _) => {
            let unheard = Why::NotHeard(Words::new(name_of(signs)));
            let refusal = Refusal::because(What::ControlSocket, unheard);
            format!("{refusal}{}", render_commands(commands(init)))
        }
    }
}

/// No socket, one that nobody listens on, or somebody else's.
fn is_nobody_there(errno: Errno) -> bool {
    matches!(errno, Errno::ENOENT | Errno::ECONNREFUSED | Errno::EREMOTE)
}

fn render_commands(commands: &[&str]) -> String {
    if commands.is_empty() {
        String::new()
    } else {
        format!("; type '{}'", commands.join("' or '"))
    }
}

/// What this program does as process 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    Inittab,
    Command,
    LastStage,
}

/// Reads it from the arguments of process 1, of which the first is the program's name.
pub(super) fn what_it_runs(signs: &Signs) -> Runs {
    let line = signs.cmdline.as_deref().unwrap_or_default();
    match parts(line, 0).nth(1) {
        Some(argument) if argument == LAST_STAGE => Runs::LastStage,
        Some(b"--" | b"-g") => Runs::Command,
        Some(_) | None => Runs::Inittab,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rekindle_core::proc::pid::Status;

    fn signs(comm: &str, cmdline: &[u8], blocked: u64) -> Signs {
        let status = Status { comm: comm.into(), blocked, ..Status::default() };
        Signs { status: Ok(status), exe: Err(Errno::EACCES), cmdline: Ok(cmdline.to_vec()) }
    }

    fn ours(cmdline: &[u8]) -> Signs {
        signs("init", cmdline, u64::MAX)
    }

    fn look(errno: Errno, signs: &Signs) -> String {
        let told = explain_silence(errno, signs, commands_to_look);
        let start = "can't ask process 1 on /run/rekindle/control: ";
        told.strip_prefix(start).unwrap_or_else(|| panic!("{told}")).to_owned()
    }

    #[test]
    fn another_init_is_named_with_what_to_type() {
        for (comm, told) in [
            (
                "systemd",
                "process 1 is systemd, which does not listen for that; type 'systemctl status' or 'systemctl list-units'",
            ),
            (
                "runit",
                "process 1 is runit, which does not listen for that; type 'sv status /etc/service/*'",
            ),
            ("tini", "process 1 is tini, which does not listen for that; type 'ps'"),
        ] {
            for errno in [Errno::ENOENT, Errno::ECONNREFUSED, Errno::EREMOTE] {
                assert_eq!(look(errno, &signs(comm, b"", 0)), told);
            }
        }
        let told = explain_silence(Errno::ENOENT, &signs("systemd", b"", 0), no_commands);
        assert!(told.ends_with("process 1 is systemd, which does not listen for that"), "{told}");
    }

    #[test]
    fn this_init_is_told_apart_by_what_it_does() {
        let older = look(Errno::ENOENT, &ours(b"init\0"));
        assert_eq!(
            older,
            "no such file or directory (ENOENT); if it is an older version, 'telinit u' puts the installed one in its place"
        );
        let ending = look(Errno::ECONNREFUSED, &ours(b"init\0--last-stage\0handover=5\0"));
        assert_eq!(ending, "the machine is ending");
        let command = look(Errno::ENOENT, &ours(b"/init\0-g\0--\0/bin/server\0"));
        assert_eq!(command, "it runs a command, and serves no inittab");
    }

    #[test]
    fn an_error_that_says_nothing_of_process_1_is_told_as_it_is() {
        for errno in [Errno::ETIMEDOUT, Errno::EACCES, Errno::ECONNRESET] {
            assert_eq!(look(errno, &signs("systemd", b"", 0)), errno.to_string());
        }
    }
}
