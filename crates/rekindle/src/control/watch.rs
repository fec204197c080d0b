//! `rekindle watch`: each line that process 1 says, as it says it.

use super::pid_1::{Failure, Pid1};
use super::silence::{Runs, what_it_runs};
use crate::output;
use rekindle_core::control::{Answer, ControlRequest};
use rekindle_core::errno::Errno;
use rekindle_core::request::process_1::{Init, Signs, name_of, recognise};
use rekindle_core::text::Shown;
use rekindle_sys::pid1::read_signs;
use std::io::{self, Write};
use std::process::ExitCode;

/// Prints them until process 1 has nothing more to say here. A new version that takes over is listened to in
/// its turn.
pub(super) fn run() -> Result<ExitCode, String> {
    let mut pid_1 = begin().map_err(Failure::explain)?;
    loop {
        print_lines(&pid_1)?;
        pid_1 = match begin() {
            Ok(again) => again,
            Err(Failure::Silent(errno)) if is_over(errno) => {
                say(explain_end(&read_signs()));
                return Ok(ExitCode::SUCCESS);
            }
            Err(failure) => return Err(failure.explain()),
        };
        say("process 1 has dropped the connection, and lines since then are missing; going on");
    }
}

fn begin() -> Result<Pid1, Failure> {
    let mut pid_1 = Pid1::open()?;
    pid_1.order(ControlRequest::Watch)?;
    Ok(pid_1)
}

/// Comes back when the connection is dropped.
fn print_lines(pid_1: &Pid1) -> Result<(), String> {
    while let Some(answer) = pid_1.wait().map_err(Failure::explain)? {
        match answer {
            Answer::Said { text, .. } => output::print(&format!("{}\n", Shown(&text)))?,
            Answer::Done
            | Answer::Accepted { .. }
            | Answer::Refused { .. }
            | Answer::Machine(_)
            | Answer::Entries { .. } => return Err(Failure::Unfit.explain()),
        }
    }
    Ok(())
}

/// Nobody listens on the socket any more.
fn is_over(errno: Errno) -> bool {
    matches!(errno, Errno::ENOENT | Errno::ECONNREFUSED)
}

fn say(text: impl std::fmt::Display) {
    // Where it can't be written, the exit status says the rest.
    let _ = writeln!(io::stderr(), "rekindle: {text}");
}

/// Why there is nothing more to listen to.
fn explain_end(signs: &Signs) -> String {
    match (recognise(signs), what_it_runs(signs)) {
        (Init::Rekindle, Runs::LastStage) => {
            String::from("process 1 has become its last stage; the rest is on the console")
        }
        (Init::Rekindle, Runs::Inittab | Runs::Command) => {
            String::from("process 1 listens no more; the rest is on the console")
        }
        _ => format!("process 1 has become {}; it is not watched", name_of(signs)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rekindle_core::proc::pid::Status;

    #[test]
    fn the_end_of_the_lines_has_a_reason() {
        let signs = |comm: &str, blocked, cmdline: &[u8]| Signs {
            status: Ok(Status { comm: comm.into(), blocked, ..Status::default() }),
            exe: Err(Errno::EACCES),
            cmdline: Ok(cmdline.to_vec()),
        };
        for (signs, told) in [
            (
                signs("init", u64::MAX, b"init\0--last-stage\0handover=5\0"),
                "process 1 has become its last stage; the rest is on the console",
            ),
            (
                signs("init", u64::MAX, b"init\0"),
                "process 1 listens no more; the rest is on the console",
            ),
            (signs("systemd", 0, b""), "process 1 has become systemd; it is not watched"),
        ] {
            assert_eq!(explain_end(&signs), told);
        }
    }
}
