//! A forked child on its way to becoming an inittab entry's process.

use crate::console::{Console, find_terminal};
use crate::console_guard;
use crate::raw::{self, NullTerminated};
use crate::{Result, errno};
use alloc::ffi::CString;
use alloc::format;
use alloc::vec::Vec;
use rekindle_core::brain::{CAN_RESUME, CAN_RESUME_STATUS};
use rekindle_core::child::{Child, CommandLine, Terminal};
use rekindle_core::errno::Errno;
use rekindle_core::event::{Ending, Event, Severity};
use rekindle_core::op::Outcome;
use rekindle_core::text::Shown;
use rustix::fd::{AsFd, AsRawFd};
use rustix::fs::{Mode, OFlags};
use rustix::process::Pid;
use rustix::termios::{
    ControlModes, InputModes, LocalModes, OptionalActions, OutputModes, SpecialCodeIndex,
};

/// What a shell answers for a command that can't be run (POSIX shell, section 2.8.2).
const EXIT_CANNOT_RUN: u8 = 127;

/// And for one that is there, but is no program (the same section).
const EXIT_NOT_A_PROGRAM: u8 = 126;

/// Starts `child`. What goes wrong after the fork is said by the child itself.
pub(crate) fn spawn(child: &Child, console: &mut Console) -> Outcome {
    if let Terminal::Device(path) = &child.terminal
        && let Err(errno) = find_terminal(path)
    {
        return Outcome::NoTerminal(errno);
    }
    match raw::fork() {
        Ok(Some(pid)) => Outcome::Started(pid),
        Ok(None) => become_child(child, console),
        Err(errno) => Outcome::Failed(errno),
    }
}

/// Starts the one command of a container, in a process group of its own.
pub(crate) fn spawn_command(command: &CommandLine, console: &mut Console) -> Outcome {
    match raw::fork() {
        Ok(Some(pid)) => {
            // The child does it too: whoever is first (setpgid(2)), before any signal is handed on.
            let child = i32::try_from(pid).ok().and_then(Pid::from_raw);
            let _ = rustix::process::setpgid(child, child);
            Outcome::Started(pid)
        }
        Ok(None) => become_command(command, console),
        Err(errno) => Outcome::Failed(errno),
    }
}

/// Signals are still blocked, so that a group that is not in the foreground may take it
/// (tcsetpgrp(3), SIGTTOU). Standard input that is no terminal refuses, which is all the same.
fn become_command(command: &CommandLine, console: &mut Console) -> ! {
    let _ = rustix::process::setpgid(None, None);
    let _ = rustix::termios::tcsetpgrp(raw::standard_stream(0), rustix::process::getpid());
    let _ = raw::unblock_all_signals();
    let environment = NullTerminated::new(&command.environment);
    let errno = try_programs(&command.programs, &command.arguments, &environment);
    let program = Shown(command.arguments.first().map_or(b"?", Vec::as_slice));
    console.say(Severity::Error, &format!("can't run '{program}': {errno}"));
    raw::exit(if errno == Errno::ENOENT { EXIT_CANNOT_RUN } else { EXIT_NOT_A_PROGRAM });
}

fn become_child(child: &Child, console: &mut Console) -> ! {
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
        ask();
    }
    let errno = execute(child);
    let program = Shown(child.arguments.first().map_or(b"?", Vec::as_slice));
    complain(child, console, &format!("can't run '{program}': {errno}"));
    raw::exit(EXIT_CANNOT_RUN);
}

fn complain(child: &Child, console: &mut Console, text: &str) {
    let place = if child.line == 0 {
        format!("built-in table: {text}")
    } else {
        format!("/etc/inittab:{}: {text}", child.line)
    };
    if child.complains {
        console.say(Severity::Error, &place);
    }
}

pub(crate) fn open_terminal(terminal: &Terminal) -> Result<()> {
    match terminal {
        Terminal::Inherited => make_terminal_sane(),
        Terminal::Device(path) => {
            // Without O_NOCTTY a session leader's first terminal becomes its controlling one.
            open_streams(path, OFlags::empty())?;
            make_terminal_sane();
        }
        Terminal::Console => {
            let opened = open_streams(CONSOLE, OFlags::NOCTTY);
            opened.or_else(|_| open_streams(b"/dev/null", OFlags::NOCTTY))?;
        }
        Terminal::TakenConsole => {
            let opened = open_streams(CONSOLE, OFlags::NOCTTY);
            opened.or_else(|_| open_streams(b"/dev/null", OFlags::NOCTTY))?;
            console_guard::take_console();
            make_terminal_sane();
        }
    }
    Ok(())
}

const CONSOLE: &[u8] = b"/dev/console";

/// O_NONBLOCK opens a serial line that has no carrier (termios(3), CLOCAL).
pub(crate) fn open_streams(path: &[u8], more: OFlags) -> Result<()> {
    let terminal = rustix::fs::open(path, OFlags::RDWR | OFlags::NONBLOCK | more, Mode::empty())
        .map_err(errno)?;
    rustix::fs::fcntl_setfl(&terminal, OFlags::RDWR).map_err(errno)?;
    for number in 0..3 {
        raw::duplicate_to(terminal.as_fd(), number)?;
    }
    // A child that had lost its streams gets this very descriptor as one of them.
    if terminal.as_raw_fd() < 3 {
        core::mem::forget(terminal);
    }
    Ok(())
}

/// Ordinary line settings, keeping speed, size and parity (BusyBox init/init.c, `set_sane_term`).
fn make_terminal_sane() {
    let terminal = raw::standard_stream(0);
    let Ok(mut settings) = rustix::termios::tcgetattr(terminal) else { return };
    let kept = ControlModes::from_bits_retain(0o10017)
        | ControlModes::CSIZE
        | ControlModes::CSTOPB
        | ControlModes::PARENB
        | ControlModes::PARODD
        | ControlModes::CRTSCTS;
    settings.control_modes = settings.control_modes & kept
        | ControlModes::CREAD
        | ControlModes::HUPCL
        | ControlModes::CLOCAL;
    settings.input_modes = InputModes::ICRNL | InputModes::IXON | InputModes::IXOFF;
    settings.output_modes = OutputModes::OPOST | OutputModes::ONLCR;
    settings.local_modes = LocalModes::ISIG
        | LocalModes::ICANON
        | LocalModes::ECHO
        | LocalModes::ECHOE
        | LocalModes::ECHOK
        | LocalModes::ECHOCTL
        | LocalModes::ECHOKE
        | LocalModes::IEXTEN;
    settings.line_discipline = 0;
    for (code, value) in SANE_CODES {
        settings.special_codes[code] = value;
    }
    let _ = rustix::termios::tcsetattr(terminal, OptionalActions::Now, &settings);
}

/// The special characters that BusyBox sets (init/init.c, `set_sane_term`), which are those that the
/// kernel begins with (asm/termios.h, `INIT_C_CC`).
const SANE_CODES: [(SpecialCodeIndex, u8); 8] = [
    (SpecialCodeIndex::VINTR, 3),
    (SpecialCodeIndex::VQUIT, 28),
    (SpecialCodeIndex::VERASE, 127),
    (SpecialCodeIndex::VKILL, 21),
    (SpecialCodeIndex::VEOF, 4),
    (SpecialCodeIndex::VSTART, 17),
    (SpecialCodeIndex::VSTOP, 19),
    (SpecialCodeIndex::VSUSP, 26),
];

/// Asks for Enter. Where nobody can press it, as on /dev/null, that is as good as pressed (BusyBox
/// init/init.c, `run`).
fn ask() {
    let prompt = b"\nPlease press Enter to activate this console. ";
    let _ = crate::files::write_all(raw::standard_stream(1), prompt);
    let mut byte = [0; 1];
    loop {
        match rustix::io::read(raw::standard_stream(0), &mut byte) {
            Ok(1) if byte != *b"\n" => {}
            Err(rustix::io::Errno::INTR) => {}
            Ok(_) | Err(_) => return,
        }
    }
}

/// execvp(3): each path in turn, a script without `#!` through the shell. Returns the error that
/// says most.
fn execute(child: &Child) -> Errno {
    let environment = NullTerminated::new(&child.environment);
    try_programs(&child.programs, &child.arguments, &environment)
}

pub(crate) fn try_programs(
    programs: &[Vec<u8>],
    arguments: &[Vec<u8>],
    environment: &NullTerminated,
) -> Errno {
    let mut worst = Errno::ENOENT;
    for program in programs {
        let Ok(path) = CString::new(program.as_slice()) else { continue };
        let mut error = raw::execute(&path, &NullTerminated::new(arguments), environment);
        if error == Errno::ENOEXEC {
            let mut script: Vec<Vec<u8>> = Vec::from([b"/bin/sh".to_vec(), program.clone()]);
            script.extend(arguments.iter().skip(1).cloned());
            error = raw::execute(c"/bin/sh", &NullTerminated::new(&script), environment);
        }
        if error != Errno::ENOENT {
            worst = error;
        }
    }
    worst
}

/// Runs `path` beside PID 1 with the question whether it can take over. Its output goes nowhere.
pub(crate) fn ask_successor(path: &[u8]) -> Result<()> {
    if raw::fork()?.is_some() {
        return match crate::reap::wait_one() {
            Some(Event::ChildEnded { ending: Ending::Exited(CAN_RESUME_STATUS), .. }) => Ok(()),
            _ => Err(Errno::ENOEXEC),
        };
    }
    let _ = open_streams(b"/dev/null", OFlags::NOCTTY);
    let question = Vec::from([b"init".to_vec(), CAN_RESUME.to_vec()]);
    let _ = try_programs(&[path.to_vec()], &question, &NullTerminated::new(&[]));
    raw::exit(EXIT_CANNOT_RUN);
}
