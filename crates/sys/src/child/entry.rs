//! A forked child on its way to its program.

use super::descriptors::close_what_is_not_inherited;
use super::program::execute_first;
use super::streams::open_terminal;
use crate::console::Console;
use crate::files::write_all;
use crate::raw::{self, NullTerminated};
use alloc::format;
use alloc::vec::Vec;
use rekindle_core::child::{Child, Exec};
use rekindle_core::errno::Errno;
use rekindle_core::event::Severity;
use rekindle_core::text::Shown;

/// What a shell answers for a command that can't be run (POSIX shell, section 2.8.2).
pub(crate) const EXIT_CANNOT_RUN: u8 = 127;

/// And for one that is there, but is no program (the same section).
const EXIT_NOT_A_PROGRAM: u8 = 126;

/// Becomes the one command of a container.
///
/// Signals are still blocked, so that a group that is not in the foreground may take it
/// (tcsetpgrp(3), SIGTTOU). Standard input that is no terminal refuses, which is all the same.
pub(crate) fn become_command(command: &Exec, console: &mut Console) -> ! {
    let _ = rustix::process::setpgid(None, None);
    let _ = rustix::termios::tcsetpgrp(raw::standard_stream(0), rustix::process::getpid());
    let _ = raw::unblock_all_signals();
    let environment = NullTerminated::new(&command.environment);
    let errno = execute_first(&command.programs, &command.arguments, &environment);
    let program = Shown(command.arguments.first().map_or(b"?", Vec::as_slice));
    console.say(Severity::Error, &format!("can't run '{program}': {errno}"));
    raw::exit(if errno == Errno::ENOENT { EXIT_CANNOT_RUN } else { EXIT_NOT_A_PROGRAM });
}

/// Becomes the process of an entry of inittab.
pub(crate) fn become_entry(child: &Child, console: &mut Console) -> ! {
    // A session of its own, so that it can have a controlling terminal (setsid(2)).
    let _ = rustix::process::setsid();
    let _ = raw::unblock_all_signals();
    if let Err(errno) = open_terminal(&child.terminal) {
        complain(child, console, &format!("can't open its terminal: {errno}"));
        raw::exit(1);
    }
    if child.ends_no_kernel {
        // Without filters in the kernel such a call ends the machine as it always did.
        let _ = raw::refuse_machine_ends();
    }
    if child.takes_terminal {
        let _ = rustix::process::ioctl_tiocsctty(raw::standard_stream(0));
    }
    if child.asks_first {
        console.close();
        close_what_is_not_inherited();
        ask();
    }
    let environment = NullTerminated::new(&child.environment);
    let errno = execute_first(&child.programs, &child.arguments, &environment);
    let program = Shown(child.arguments.first().map_or(b"?", Vec::as_slice));
    complain(child, console, &format!("can't run '{program}': {errno}"));
    raw::exit(EXIT_CANNOT_RUN);
}

fn complain(child: &Child, console: &mut Console, text: &str) {
    if !child.complains {
        return;
    }
    let place = if child.line == 0 {
        format!("built-in table: {text}")
    } else {
        format!("/etc/inittab:{}: {text}", child.line)
    };
    console.say(Severity::Error, &place);
}

/// Asks for Enter. Where nobody can press it, as on /dev/null, that is as good as pressed (BusyBox
/// init/init.c, `run`).
fn ask() {
    let prompt = b"\nPlease press Enter to activate this console. ";
    let _ = write_all(raw::standard_stream(1), prompt);
    let mut byte = [0; 1];
    loop {
        match rustix::io::read(raw::standard_stream(0), &mut byte) {
            Ok(1) if byte != *b"\n" => {}
            Err(rustix::io::Errno::INTR) => {}
            Ok(_) | Err(_) => return,
        }
    }
}
