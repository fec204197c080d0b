//! Lines for people: on the console, and in the kernel's log.

use crate::Result;
use crate::raw;
use alloc::format;
use rekindle_core::errno::Errno;
use rekindle_core::event::Severity;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Mode, OFlags};

/// The facility "daemon" of syslog, times eight (syslog(2)).
const DAEMON: u8 = 3 << 3;

/// Severity "debug": the kernel keeps the line but does not print it on the consoles, which have
/// it from us already.
const DEBUG: u8 = 7;

/// Where lines go. Nothing here ever waits: a line that the console can't take now is counted and lost.
#[derive(Debug, Default)]
pub(crate) struct Console {
    terminal: Option<OwnedFd>,
    kernel_log: Option<OwnedFd>,
    lost_lines: u32,
}

impl Console {
    pub(crate) fn say(&mut self, severity: Severity, text: &str) {
        self.log(severity, text);
        if self.lost_lines > 0
            && self.write(&format!(
                "init: {} lines lost: the console took no more\r\n",
                self.lost_lines
            ))
        {
            self.lost_lines = 0;
        }
        if !self.write(&format!("init: {text}\r\n")) {
            self.lost_lines = self.lost_lines.saturating_add(1);
        }
    }

    /// One record a line in /dev/kmsg (the kernel's Documentation/ABI/testing/dev-kmsg).
    fn log(&mut self, severity: Severity, text: &str) {
        if self.kernel_log.is_none() {
            self.kernel_log = open_to_write(b"/dev/kmsg").ok();
        }
        if let Some(log) = &self.kernel_log {
            let record = format!("<{}>init: {}{text}", DAEMON | DEBUG, word(severity));
            let _ = rustix::io::write(log, record.as_bytes());
        }
    }

    /// A getty hangs the console up under our feet (vhangup(2)), after which it has to be opened anew.
    fn write(&mut self, line: &str) -> bool {
        for _ in 0..2 {
            if self.terminal.is_none() {
                self.terminal = open_to_write(b"/dev/console").ok();
            }
            let Some(terminal) = &self.terminal else { return false };
            match rustix::io::write(terminal, line.as_bytes()) {
                Ok(_) => return true,
                Err(rustix::io::Errno::AGAIN) => return false,
                Err(_) => self.terminal = None,
            }
        }
        false
    }
}

/// The severity in words: as a number it would decide whether the kernel prints the line, too.
const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error: ",
        Severity::Warning => "warning: ",
        Severity::Info => "",
    }
}

fn open_to_write(path: &[u8]) -> Result<OwnedFd> {
    let flags = OFlags::WRONLY | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).map_err(crate::errno)
}

/// Standard streams that had to be filled before there was a console.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Placeholders([bool; 3]);

/// Opens something harmless on each closed standard stream, so that nothing else ever becomes one.
pub(crate) fn fill_standard_streams() -> Placeholders {
    let mut placeholders = Placeholders::default();
    for (number, is_placeholder) in (0u8..).zip(placeholders.0.iter_mut()) {
        if rustix::io::fcntl_getfd(raw::standard_stream(number)).is_ok() {
            continue;
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        // The lowest free number is this one. It stays open for good.
        if let Ok(directory) = rustix::fs::open("/", flags, Mode::empty()) {
            core::mem::forget(directory);
            *is_placeholder = true;
        }
    }
    placeholders
}

/// Puts the console, or else /dev/null, where placeholders are. Answers whether standard input is
/// a virtual terminal.
pub(crate) fn open_standard_streams(placeholders: &mut Placeholders) -> Result<bool> {
    let mut result = Ok(());
    if placeholders.0.contains(&true) {
        result = replace_placeholders(placeholders);
    }
    result.map(|()| raw::is_virtual_terminal(raw::standard_stream(0)))
}

fn replace_placeholders(placeholders: &mut Placeholders) -> Result<()> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let console = rustix::fs::open("/dev/console", flags, Mode::empty()).map_err(crate::errno);
    let (stream, result) = match console {
        Ok(console) => (console, Ok(())),
        Err(error) => (open_null()?, Err(error)),
    };
    // Children read from it with waiting.
    let _ = rustix::fs::fcntl_setfl(&stream, OFlags::RDWR);
    for (number, is_placeholder) in (0u8..).zip(placeholders.0.iter_mut()) {
        if core::mem::take(is_placeholder) {
            raw::duplicate_to(stream.as_fd(), number)?;
        }
    }
    result
}

fn open_null() -> Result<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::CLOEXEC;
    rustix::fs::open("/dev/null", flags, Mode::empty()).map_err(crate::errno)
}

/// Whether a terminal that an entry names is there at all.
pub(crate) fn find_terminal(path: &[u8]) -> core::result::Result<(), Errno> {
    rustix::fs::access(path, rustix::fs::Access::EXISTS).map_err(crate::errno)
}

/// sysvinit asks the current virtual terminal, /dev/tty0 (src/init.c, VT_MASTER).
pub(crate) fn accept_keyboard_request() -> Result<()> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let console = rustix::fs::open("/dev/tty0", flags, Mode::empty()).map_err(crate::errno)?;
    raw::accept_keyboard_request(console.as_fd())
}
