//! The standard streams of a process that PID 1 starts or becomes.

use super::console_guard;
use super::termios::make_terminal_sane;
use crate::path::open;
use crate::raw;
use crate::{Result, errno};
use rekindle_core::child::Terminal;
use rustix::fd::{AsFd, AsRawFd};
use rustix::fs::OFlags;

/// Opens what is to be the standard streams.
pub(crate) fn open_terminal(terminal: &Terminal) -> Result<()> {
    match terminal {
        Terminal::Inherited => make_terminal_sane(),
        Terminal::Device(path) => {
            // Without O_NOCTTY a session leader's first terminal becomes its controlling one.
            open_streams(path, OFlags::empty())?;
            make_terminal_sane();
        }
        Terminal::Console => open_console()?,
        Terminal::TakenConsole => {
            open_console()?;
            console_guard::take_console();
            make_terminal_sane();
        }
    }
    Ok(())
}

fn open_console() -> Result<()> {
    let opened = open_streams(CONSOLE, OFlags::NOCTTY);
    opened.or_else(|_| open_streams(b"/dev/null", OFlags::NOCTTY))
}

const CONSOLE: &[u8] = b"/dev/console";

/// O_NONBLOCK opens a serial line that has no carrier (termios(3), CLOCAL).
pub(crate) fn open_streams(path: &[u8], more: OFlags) -> Result<()> {
    let terminal = open(path, OFlags::RDWR | OFlags::NONBLOCK | more)?;
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
