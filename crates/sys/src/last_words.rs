//! What a program says and does after an internal error: without memory, because that may be
//! what has run out.

use crate::console::{STANDARD_ERROR, is_standard_error_alone};
use crate::limits;
use crate::raw;
use core::ffi::CStr;
use core::fmt::Write;
use core::panic::PanicInfo;
use rekindle_core::errno::Errno;
use rustix::fs::{Mode, OFlags};

/// Room for a path of the sources and a few words.
const MOST_BYTES: usize = 200;

struct Line {
    bytes: [u8; MOST_BYTES],
    length: usize,
}

impl Write for Line {
    /// What does not fit is cut off.
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        let rest = self.bytes.get_mut(self.length..).unwrap_or_default();
        for (to, from) in rest.iter_mut().zip(text.bytes()) {
            *to = from;
            self.length = self.length.saturating_add(1);
        }
        Ok(())
    }
}

/// Says where the error is: on the console and in the kernel's log, or in a container on standard
/// error.
pub fn say(info: &PanicInfo<'_>) {
    let mut line = Line { bytes: [0; MOST_BYTES], length: 0 };
    let (file, number) = info.location().map_or(("?", 0), |place| (place.file(), place.line()));
    let _ = writeln!(line, "init: internal error at {file}:{number}; please report it\r");
    let said = line.bytes.get(..line.length).unwrap_or_default();
    let places: &[&CStr] = if is_standard_error_alone() {
        &[STANDARD_ERROR]
    } else {
        &[c"/dev/kmsg", c"/dev/console"]
    };
    for path in places {
        let flags = OFlags::WRONLY | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        if let Ok(file) = rustix::fs::open(*path, flags, Mode::empty()) {
            let _ = rustix::io::write(&file, said);
        }
    }
}

/// Becomes a fresh copy of this program with one argument. Returns only on failure.
#[must_use]
pub fn start_over(argument: &CStr) -> Errno {
    limits::put_back();
    let _ = raw::execute_plainly(c"/proc/self/exe", argument);
    raw::execute_plainly(c"/sbin/init", argument)
}
