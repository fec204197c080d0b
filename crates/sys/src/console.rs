//! Lines for people: on the console, and in the kernel's log.

use crate::Result;
use crate::path::{c_path, open};
use crate::raw;
use alloc::format;
use alloc::vec::Vec;
use core::ffi::CStr;
use core::sync::atomic::{AtomicBool, Ordering};
use rekindle_core::errno::Errno;
use rekindle_core::event::Severity;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::OFlags;

/// The facility "daemon" of syslog, times eight (syslog(2)).
const DAEMON: u8 = 3 << 3;

/// Severity "debug": the kernel keeps the line but does not print it on the consoles, which have
/// it from us already.
const DEBUG: u8 = 7;

/// How many lines go into the kernel's log through one descriptor: of more than ten in five seconds the
/// kernel drops the rest (kernel/printk/printk.c, `devkmsg_write`, `devkmsg_open`).
const LINES_A_DESCRIPTOR: u8 = 9;

/// Where lines go. Nothing here ever waits: a line that a terminal can't take now is counted and lost.
#[derive(Debug)]
pub(crate) struct Console {
    terminals: Vec<Terminal>,
    kernel_log: Option<OwnedFd>,
    /// Lines that have gone through that descriptor.
    logged_lines: u8,
}

#[derive(Debug)]
struct Terminal {
    path: Vec<u8>,
    /// While it can be opened.
    opened: Option<OwnedFd>,
    lost_lines: u32,
}

/// Standard error, opened anew: with O_NONBLOCK for PID 1 alone (proc_pid_fd(5)).
pub(crate) const STANDARD_ERROR: &CStr = c"/proc/self/fd/2";

/// Set for good in a container. It is no field of [`Console`] because the last words after an
/// internal error have to heed it, too.
static IS_STANDARD_ERROR_ALONE: AtomicBool = AtomicBool::new(false);

/// Whether lines go to standard error alone.
pub(crate) fn is_standard_error_alone() -> bool {
    IS_STANDARD_ERROR_ALONE.load(Ordering::Relaxed)
}

impl Console {
    pub(crate) fn new() -> Self {
        let mut console = Self { terminals: Vec::new(), kernel_log: None, logged_lines: 0 };
        console.speak_on(b"/dev/console");
        console
    }

    pub(crate) fn speak_on_standard_error(&mut self) {
        IS_STANDARD_ERROR_ALONE.store(true, Ordering::Relaxed);
        self.terminals.clear();
        self.speak_on(STANDARD_ERROR.to_bytes());
    }

    /// On one that lines go to already nothing changes.
    pub(crate) fn speak_on(&mut self, path: &[u8]) {
        if self.terminals.iter().any(|terminal| terminal.path == path) {
            return;
        }
        self.terminals.push(Terminal { path: path.to_vec(), opened: None, lost_lines: 0 });
    }

    /// Closes what is open; the next line opens it again.
    pub(crate) fn close(&mut self) {
        self.kernel_log = None;
        self.terminals.iter_mut().for_each(|terminal| terminal.opened = None);
    }

    pub(crate) fn say(&mut self, severity: Severity, text: &str) {
        let is_alone = is_standard_error_alone();
        if !is_alone {
            self.log(severity, text);
        }
        let end = if is_alone { "\n" } else { "\r\n" };
        for terminal in &mut self.terminals {
            terminal.say(text, end);
        }
    }

    /// One record a line in /dev/kmsg (the kernel's Documentation/ABI/testing/dev-kmsg).
    fn log(&mut self, severity: Severity, text: &str) {
        if self.kernel_log.is_none() || self.logged_lines >= LINES_A_DESCRIPTOR {
            self.kernel_log = open_to_write(b"/dev/kmsg").ok();
            self.logged_lines = 0;
        }
        if let Some(log) = &self.kernel_log {
            self.logged_lines = self.logged_lines.saturating_add(1);
            // Without a line end the kernel would hold it back until the next one.
            let record = format!("<{}>init: {}{text}\n", DAEMON | DEBUG, word(severity));
            let _ = rustix::io::write(log, record.as_bytes());
        }
    }
}

impl Terminal {
    fn say(&mut self, text: &str, end: &str) {
        let lost = self.lost_lines;
        if lost > 0
            && self.write(&format!("init: {lost} lines lost: the console took no more{end}"))
        {
            self.lost_lines = 0;
        }
        if !self.write(&format!("init: {text}{end}")) {
            self.lost_lines = self.lost_lines.saturating_add(1);
        }
    }

    /// A getty hangs the console up under our feet (vhangup(2)), after which it has to be opened anew.
    fn write(&mut self, line: &str) -> bool {
        for _ in 0..2 {
            if self.opened.is_none() {
                self.opened = open_to_write(&self.path).ok();
            }
            let Some(terminal) = &self.opened else {
                return is_standard_error_alone() && write_if_there_is_room(line);
            };
            match rustix::io::write(terminal, line.as_bytes()) {
                Ok(_) => return true,
                Err(rustix::io::Errno::AGAIN) => return false,
                Err(_) => self.opened = None,
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

/// A socket can't be opened by its name in /proc. Standard error is shared with others, so that it
/// can't be made non-blocking either: poll(2) tells whether it takes a line.
fn write_if_there_is_room(line: &str) -> bool {
    let stream = raw::standard_stream(2);
    let mut streams = [PollFd::new(&stream, PollFlags::OUT)];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    rustix::event::poll(&mut streams, Some(&at_once)).is_ok_and(|count| count > 0)
        && rustix::io::write(stream, line.as_bytes()).is_ok()
}

/// Appending matters where standard error is a plain file.
fn open_to_write(path: &[u8]) -> Result<OwnedFd> {
    let flags =
        OFlags::WRONLY | OFlags::APPEND | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    open(path, flags)
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
        if let Ok(directory) = open(b"/", flags) {
            core::mem::forget(directory);
            *is_placeholder = true;
        }
    }
    placeholders
}

/// Puts the console at `path` on all three standard streams; without one, /dev/console, or else
/// /dev/null, where placeholders are.
pub(crate) fn open_standard_streams(
    path: Option<&[u8]>,
    placeholders: &mut Placeholders,
) -> Result<()> {
    let console = if path.is_some() || placeholders.0.contains(&true) {
        open_console(path.unwrap_or(b"/dev/console"))
    } else {
        return Ok(());
    };
    if console.is_ok() && path.is_some() {
        placeholders.0 = [true; 3];
    }
    let (stream, result) = match console {
        Ok(console) => (console, Ok(())),
        Err(error) => (open_null()?, Err(error)),
    };
    for (number, is_placeholder) in (0u8..).zip(placeholders.0.iter_mut()) {
        if core::mem::take(is_placeholder) {
            raw::duplicate_to(stream.as_fd(), number)?;
        }
    }
    result
}

/// Without O_NONBLOCK the open could wait for a carrier; children read from it with waiting.
fn open_console(path: &[u8]) -> Result<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let console = open(path, flags)?;
    let _ = rustix::fs::fcntl_setfl(&console, OFlags::RDWR);
    Ok(console)
}

fn open_null() -> Result<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::CLOEXEC;
    open(b"/dev/null", flags)
}

/// Whether a terminal that an entry names is there at all.
pub(crate) fn find_terminal(path: &[u8]) -> core::result::Result<(), Errno> {
    rustix::fs::access(c_path(path)?.as_c_str(), rustix::fs::Access::EXISTS).map_err(crate::errno)
}

/// sysvinit asks the current virtual terminal, /dev/tty0 (src/init.c, VT_MASTER).
pub(crate) fn accept_keyboard_request() -> Result<()> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let console = open(b"/dev/tty0", flags)?;
    raw::accept_keyboard_request(console.as_fd())
}
