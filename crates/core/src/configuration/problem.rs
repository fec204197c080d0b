//! What of a configuration could not be used.

use super::files::KERNEL_LINE_PATH;
use super::source::{Place, Source};
use crate::errno::Errno;
use crate::text::Shown;
use alloc::fmt::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{Arguments, Display};

/// What could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub source: Source,
    /// The word that is meant, where a line has others or none.
    pub word: Vec<u8>,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A line or a word, for this reason.
    Line(&'static str),
    /// The group is not in /etc/group: nobody is in it.
    NoGroup,
    /// All of it: it can't be read.
    Unread(Errno),
}

impl Problem {
    /// As a line, without what becomes of it. `files` are those of the same reading.
    #[must_use]
    pub fn render(&self, files: &[Vec<u8>]) -> String {
        let mut line = String::new();
        self.show(files, &mut |text| line = format(text));
        line
    }

    /// Shows that line.
    #[inline(never)]
    pub(crate) fn show(&self, files: &[Vec<u8>], show: &mut dyn FnMut(Arguments<'_>)) {
        let head = if self.is_unread() { "can't read " } else { "" };
        let (path, line) = match self.source.place() {
            Place::File { file, line } => (files.get(file), line),
            Place::KernelLine | Place::Default => (None, 0),
        };
        let path = Shown(path.map_or(KERNEL_LINE_PATH.as_bytes(), Vec::as_slice));
        let (colon, line): (_, &dyn Display) = if line > 0 { (":", &line) } else { ("", &"") };
        let blank = if self.word.is_empty() { "" } else { ": " };
        let reason: &dyn Display = match &self.reason {
            Reason::Line(words) => words,
            Reason::NoGroup => &"no such group in /etc/group",
            Reason::Unread(Errno::EINVAL) => &"not a regular file",
            Reason::Unread(Errno::EFBIG) => &"more than 32 files or 65536 bytes",
            Reason::Unread(errno) => errno,
        };
        let word = Shown(&self.word);
        show(format_args!("{head}{path}{colon}{line}{blank}{word}: {reason}"));
    }

    /// What becomes of it.
    #[must_use]
    pub const fn consequence(&self) -> &'static str {
        match self.reason {
            Reason::NoGroup => "nobody is in it",
            Reason::Line(_) | Reason::Unread(_) => "ignored",
        }
    }

    /// Whether it makes a look incomplete.
    #[must_use]
    pub const fn is_unread(&self) -> bool {
        matches!(self.reason, Reason::Unread(_))
    }
}
